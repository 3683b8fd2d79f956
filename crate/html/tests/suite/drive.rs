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

/// Something in Base64 that tells of an id, in place of its row.
pub fn row_of(id: &str) -> String {
    id.bytes().map(|byte| format!("{byte:02x}")).collect::<String>() + "="
}

/// The row of the page's own item.
pub const PAGE_ROW: &str = "page+/==";

/// The options with all that tiles and lists may gain but the note of their places.
pub fn with_rows(options: &Options) -> Options {
    Options { rules: options.rules.clone(), rows: true, page_row: PAGE_ROW.to_owned(), ..options.clone() }
}

/// A page without what its tiles and lists have gained.
pub fn without_rows(outcome: &Outcome) -> Vec<u8> {
    let page_row = format!(" data-reshelf-page-row=\"{PAGE_ROW}\"");
    let ids = outcome.ids.iter().flatten();
    let texts = ids.map(|id| format!(" data-reshelf-row=\"{}\"", row_of(id))).chain([page_row]);
    texts.fold(outcome.bytes.clone(), |bytes, text| {
        let mut left = Vec::with_capacity(bytes.len());
        let mut rest = &bytes[..];
        while let Some(at) = memchr::memmem::find(rest, text.as_bytes()) {
            left.extend_from_slice(&rest[..at]);
            rest = &rest[at + text.len()..];
        }
        left.extend_from_slice(rest);
        left
    })
}

/// Takes all that a page has to give for now. Tiles are given rows, which they take where the options say so.
pub fn drain(page: &mut Page, out: &mut Outcome, order: &dyn Fn(usize) -> Vec<u32>) {
    loop {
        match page.next_step() {
            Step::Bytes => out.bytes.extend_from_slice(page.take()),
            Step::Report => out.reports.extend(page.report()),
            Step::List => {
                out.ids.push(page.ids().to_vec());
                let rows: Vec<String> = page.ids().iter().map(|id| row_of(id)).collect();
                page.rows(rows.iter().map(String::as_str));
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
