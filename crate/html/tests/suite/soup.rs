//! Tags in any order, in a list and around it.

use crate::drive;
use crate::mutated::{Rng, holds};
use crate::pages::Sample;
use proptest::prelude::*;

/// What a list may be made of.
const TAGS: &[&str] = &[
    "<li id=x>",
    "<li id=y>",
    "<li>",
    "</li>",
    "<ul>",
    "</ul>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<a>",
    "</a>",
    "<b>",
    "</b>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<svg>",
    "</svg>",
    "<g/>",
    "<select>",
    "</select>",
    "<option>",
    "<button>",
    "</button>",
    "<form>",
    "</form>",
    "<template>",
    "</template>",
    "<br>",
    "text",
    " ",
    "<!-- -->",
    "<script></script>",
    "<noscript>",
    "</noscript>",
    "<h1>",
    "</h1>",
    "<dd>",
    "<dl>",
    "</dl>",
    "<span>",
    "</span>",
    "<object>",
    "</object>",
];

fn soup(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(TAGS), 0..most).prop_map(|tags| tags.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_tile_holds_its_list_is_moved_soundly_or_not_at_all(
        front in soup(4).prop_filter("read alike with and without scripts", |front| !front.contains("noscript")),
        tiles in proptest::collection::vec((soup(6), soup(2)), 2..4),
        seed: u64,
    ) {
        let tiles = tiles.iter().enumerate().map(|(at, (tile, between))| format!("<li id={at}>{tile}</li>{between}"));
        let page = format!("<!doctype html><body>{front}<ul class=l>{}</ul></body>", tiles.collect::<String>());
        let options = drive::options("ul.l", "li", "id");
        let sample = Sample::made_up(options, page.clone().into_bytes());
        holds(&sample, page.as_bytes(), &mut Rng(seed), &[true, false]);
    }
}
