//! Waiting for a device, without a runtime: in a browser its promises wake us, elsewhere the caller's thread polls it.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A lock that a panic elsewhere does not break: what it guards here is always whole.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One answer that is waited for: whether it went well. The first answer counts.
#[derive(Default)]
pub struct Signal(Mutex<(Option<bool>, Option<Waker>)>);

impl Signal {
    /// Gives the answer.
    pub fn settle(&self, well: bool) {
        let waker = {
            let mut state = lock(&self.0);
            state.0.get_or_insert(well);
            state.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Waits for a [`Signal`].
pub struct Answer(pub Arc<Signal>);

impl Future for Answer {
    type Output = bool;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        let mut state = lock(&self.0.0);
        if let Some(well) = state.0 {
            return Poll::Ready(well);
        }
        state.1 = Some(context.waker().clone());
        Poll::Pending
    }
}

/// Lets one call after the other use the buffers that all of them share.
#[derive(Default)]
pub struct Turns(Mutex<(bool, Vec<Waker>)>);

impl Turns {
    /// Waits until no other call has its turn. The turn ends when the result is dropped.
    pub async fn take(&self) -> Turn<'_> {
        core::future::poll_fn(|context| {
            let mut state = lock(&self.0);
            if state.0 {
                state.1.push(context.waker().clone());
                return Poll::Pending;
            }
            state.0 = true;
            Poll::Ready(())
        })
        .await;
        Turn(self)
    }
}

/// A call's turn.
pub struct Turn<'a>(&'a Turns);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let waiting = {
            let mut state = lock(&self.0.0);
            state.0 = false;
            core::mem::take(&mut state.1)
        };
        for waker in waiting {
            waker.wake();
        }
    }
}

/// Runs a call to its end on this thread, for runtimes without promises; `poll` is called while it is not ready.
#[cfg(not(target_arch = "wasm32"))]
pub fn block_on<T>(future: impl Future<Output = T>, poll: impl Fn()) -> T {
    let mut future = core::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        poll();
        std::thread::yield_now(); // Another thread's call may have its turn.
    }
}
