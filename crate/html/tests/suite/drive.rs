//! A page read in pieces.

use reshelf_html::{Options, Page, Report, Rule, Step};

/// What came of a page.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Outcome {
    pub bytes: Vec<u8>,
    pub reports: Vec<Report>,
    /// The ids of each list that asked for an order.
    pub ids: Vec<Vec<String>>,
    pub supported: bool,
}

impl Outcome {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// The reasons of all lists, or `moved`.
    pub fn words(&self) -> Vec<&'static str> {
        self.reports.iter().map(|report| report.reason.map_or("moved", reshelf_html::Reason::word)).collect()
    }
}

pub fn reverse(count: usize) -> Vec<u32> {
    (0..count as u32).rev().collect()
}

pub fn options(list: &str, item: &str, id: &str) -> Options {
    Options { rules: vec![Rule::new(list, item, id)], ..Options::default() }
}

/// Takes all that a page has to give for now.
pub fn drain(page: &mut Page, out: &mut Outcome, order: &dyn Fn(usize) -> Vec<u32>) {
    loop {
        match page.next_step() {
            Step::Bytes => out.bytes.extend_from_slice(page.take()),
            Step::Report => out.reports.extend(page.report()),
            Step::List => {
                out.ids.push(page.ids().to_vec());
                page.order(&order(page.ids().len()));
            }
            Step::Done => return,
        }
    }
}

/// The page in these pieces, each list in an order by its number of tiles.
pub fn run<'a>(
    options: &Options,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    order: &dyn Fn(usize) -> Vec<u32>,
) -> Outcome {
    let mut page = Page::new(options.clone()).unwrap();
    let mut out = Outcome::default();
    for piece in pieces {
        page.write(piece);
        drain(&mut page, &mut out, order);
    }
    page.end();
    drain(&mut page, &mut out, order);
    out.supported = page.supported();
    out
}

/// The whole page at once, each list reversed.
pub fn reversed(options: &Options, page: impl AsRef<[u8]>) -> Outcome {
    run(options, [page.as_ref()], &reverse)
}

/// With a list `ul`, tiles `li`, and their attribute `id`.
pub fn ul(page: impl AsRef<[u8]>) -> Outcome {
    reversed(&options("ul", "li", "id"), page)
}
