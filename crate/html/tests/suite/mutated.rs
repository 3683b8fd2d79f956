//! Pages that are cut and stirred. Whatever they are: nothing panics, an order can be undone, the length stays, the tree differs by
//! the order of siblings alone, and it does not matter where the bytes are cut. With rows the page is the same but for attributes.

use crate::drive::{self, reverse, run};
use crate::pages::{Sample, samples};
use crate::tree;
use reshelf_html::Rule;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Random numbers by the finalizer of `SplitMix64`.
pub struct Rng(pub u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Without `<frameset>` and `<col>`, behind which a browser drops all elements, and a page has no lists.
const PIECES: &[&str] = &[
    "<li>",
    "</li>",
    "<ul>",
    "</ul>",
    "<div>",
    "</div>",
    "<a href=x>",
    "</a>",
    "<b>",
    "</b>",
    "<p>",
    "</p>",
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<tbody>",
    "<form>",
    "</form>",
    "<button>",
    "</button>",
    "<select>",
    "</select>",
    "<option>",
    "</option>",
    "<template>",
    "</template>",
    "<svg>",
    "</svg>",
    "<path/>",
    "<math>",
    "</math>",
    "<mi>",
    "<foreignObject>",
    "</foreignObject>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<textarea>",
    "</textarea>",
    "<noscript>",
    "</noscript>",
    "<title>",
    "</title>",
    "<!--",
    "-->",
    "--!>",
    "<!",
    "<?x",
    "</",
    "<![CDATA[",
    "]]>",
    "<",
    ">",
    "\"",
    "'",
    "=",
    "/",
    "text",
    " ",
    "\0",
    "<br>",
    "</br>",
    "<img>",
    "<hr>",
    "<input>",
    "<h2>",
    "</h2>",
    "<h3>",
    "<dl>",
    "<dt>",
    "<dd>",
    "</dl>",
    "<span>",
    "</span>",
    "<object>",
    "</object>",
    "<body>",
    "</body>",
    "</html>",
    "<head>",
    "<plaintext>",
    "<image>",
    "<nobr>",
    "<font color=x>",
    "</font>",
    "<i>",
    "</i>",
    "<ruby>",
    "<rt>",
    "</ruby>",
    "<caption>",
    "<colgroup>",
    "<iframe>",
    "</iframe>",
    "<xmp>",
    "</xmp>",
    "<optgroup>",
    "<details>",
    "<summary>",
    "<center>",
    "<li id=1 data-id=1 class='item tile product'>",
    "<ul class='list'>",
    "<thead>",
    "<th>",
    "<svg/>",
    "<svg><title>",
    "<desc>",
    "<annotation-xml encoding=text/html>",
    "<mtext>",
    "<marquee>",
    "<a>",
    "<em>",
    "<pre>",
    "<listing>",
    "<main>",
    "<section>",
    "</section>",
    "<embed>",
    "<area>",
    "<base>",
    "<link>",
    "<meta>",
    "<wbr>",
    "<applet>",
    "<mglyph>",
    // What a browser holds open, or closes, otherwise than the source says.
    "<span><button></span>",
    "<p><div><button></p>",
    "<span><table></span>",
    "<span><li></span>",
    "<div><table><tr><td></div></td></tr></table>",
    "<p><a href=x></p>",
    "<a href=x><div><a href=y></div>",
    "<p><nobr></p>",
    "<p><b><marquee></b></marquee></p>",
    "<object><p><i></p><td>",
    "<noscript><a>x</a></noscript>",
    "<noscript></b></div></noscript>",
    "<svg></br>",
    "<svg><desc><![CDATA[ > ",
    "<svg><foreignObject><div></svg>",
    "<math><annotation-xml><svg>",
];

/// Where tags begin and end.
fn joints(page: &[u8]) -> Vec<usize> {
    let joints = page.iter().enumerate().filter_map(|(at, &byte)| match byte {
        b'<' => Some(at),
        b'>' => Some(at + 1),
        _ => None,
    });
    joints.chain([0, page.len()]).collect()
}

fn mutate(page: &mut Vec<u8>, draw: &mut Rng) {
    for _ in 0..1 + draw.below(4) {
        let joints = joints(page);
        let place = |draw: &mut Rng| joints[draw.below(joints.len())];
        let (one, other) = (place(draw), place(draw));
        let (from, to) = (one.min(other), one.max(other));
        match draw.below(9) {
            0 => drop(page.drain(from..to.min(from + 200))),
            1 => {
                let copy = page[from..to.min(from + 200)].to_vec();
                let at = place(draw);
                page.splice(at..at, copy);
            }
            2 if !page.is_empty() => {
                let at = draw.below(page.len());
                page[at] = draw.next() as u8;
            }
            3 if !page.is_empty() => page.truncate(draw.below(page.len())),
            4 => {
                let at = draw.below(page.len() + 1);
                page.splice(at..at, PIECES[draw.below(PIECES.len())].bytes());
            }
            5 => page[from..to.min(from + 60)].make_ascii_uppercase(),
            // One tag goes.
            6 => {
                if let Some(&next) = joints.iter().filter(|&&joint| joint > from).min() {
                    page.drain(from..next);
                }
            }
            _ => {
                page.splice(from..from, PIECES[draw.below(PIECES.len())].bytes());
            }
        }
    }
}

/// A page cut anywhere.
fn pieces_of<'a>(page: &'a [u8], draw: &mut Rng) -> Vec<&'a [u8]> {
    let mut rest = page;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let most = 1 << draw.below(12);
        let (piece, behind) = rest.split_at(1 + draw.below(rest.len().min(most)));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// Everything that must hold for any page; returns whether a list moved. Without scripts what a broken `noscript` holds is a part of
/// the page, of which a list behind it knows nothing.
pub fn holds(sample: &Sample, page: &[u8], draw: &mut Rng, scripting: &[bool]) -> bool {
    let whole = drive::reversed(&sample.options, page);
    assert_eq!(whole.bytes.len(), page.len(), "as long as before");
    assert_eq!(run(&sample.options, pieces_of(page, draw), &reverse), whole, "wherever it is cut");
    // A selector with a combinator has `lol_html` read the whole page.
    let mut all = sample.options.clone();
    all.rules.push(Rule::new("never > never", "never", "never"));
    let other = drive::reversed(&all, page);
    // It gives up where we need not, as for a `<style>` of SVG in a `<select>`, has other reasons for what is broken, and may have read
    // past a list in one that passes.
    let moves = |outcome: &drive::Outcome| outcome.words().iter().filter(|&&word| word == "moved").count();
    let fewer = other.words().contains(&"ambiguous") || moves(&other) < moves(&whole);
    assert!(
        other.bytes == whole.bytes || fewer,
        "whoever reads what is between lists: {:?} and {:?}",
        other.words(),
        whole.words()
    );
    let moved = whole.reports.iter().any(|report| report.moved > 0);
    assert!(moved || whole.bytes == page, "nothing changes without a report");
    if moved {
        let again = drive::reversed(&sample.options, &whole.bytes);
        assert!(again.bytes == page, "an order can be undone");
        for &scripting in scripting {
            let found = tree::pages_differ(page, &whole.bytes, scripting);
            assert!(
                found.is_none(),
                "the same tree but for the order of siblings, scripting: {scripting}\n{}",
                found.unwrap()
            );
        }
    }
    let rows = run(&drive::with_rows(&sample.options), pieces_of(page, draw), &reverse);
    assert_eq!(rows.reports, whole.reports, "rows change nothing in what moves");
    assert!(drive::without_rows(&rows) == whole.bytes, "rows can be taken out");
    if rows.bytes != whole.bytes {
        for &scripting in scripting {
            let found = tree::pages_differ(&whole.bytes, &rows.bytes, scripting);
            assert!(found.is_none(), "rows are attributes, scripting: {scripting}\n{}", found.unwrap());
        }
    }
    moved
}

#[test]
fn pages_that_are_cut_and_stirred_keep_their_bytes_and_their_trees() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a whole number"));
    let first = number("RESHELF_FUZZ_SEED").unwrap_or(1);
    let (cases, minutes) = (number("RESHELF_FUZZ_CASES"), number("RESHELF_FUZZ_MINUTES"));
    let most = cases.unwrap_or(if minutes.is_some() { u64::MAX - first } else { 400 });
    let (begin, limit) = (Instant::now(), Duration::from_secs(60 * minutes.unwrap_or(1 << 30)));
    let samples = samples();
    let (mut done, mut moved) = (0, 0);
    while done < most && begin.elapsed() < limit {
        let seed = first + done;
        let mut draw = Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let sample = &samples[draw.below(samples.len())];
        let mut page = sample.bytes.clone();
        mutate(&mut page, &mut draw);
        match catch_unwind(AssertUnwindSafe(|| holds(sample, &page, &mut draw, &[true]))) {
            Ok(ordered) => moved += u64::from(ordered),
            Err(_) => panic!("seed {seed}, {}:\n{}", sample.name, String::from_utf8_lossy(&page)),
        }
        done += 1;
    }
    eprintln!("{done} pages, {moved} with a list in another order, in {:.0?}", begin.elapsed());
    assert!(moved * 10 > done, "few pages are left with a list that moves: {moved} of {done}");
}
