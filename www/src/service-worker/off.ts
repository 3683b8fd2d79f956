// Takes a service worker off.

/**
 * In a worker itself, in a page the one that it is served by: pages that are loaded from then on go to the network. Resolves with
 * whether there was one, and never rejects.
 */
export async function unregister(): Promise<boolean> {
  try {
    const own = (globalThis as { readonly registration?: ServiceWorkerRegistration }).registration;
    const found = own ?? (await navigator.serviceWorker.getRegistration());
    return (await found?.unregister()) ?? false;
  } catch {
    return false; // There are none here.
  }
}
