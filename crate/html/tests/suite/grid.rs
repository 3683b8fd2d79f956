//! Lists whose tiles may change places or not by what a browser makes of the tags around and between them.

use crate::drive::{options, reverse, reversed, run};
use crate::tree;

/// What becomes of the first list `.g` with its tiles `.t`.
fn grid(page: &str) -> &'static str {
    all(page)[0]
}

/// What becomes of all such lists, in the order of the page and wherever it is cut. Where they move, it has the tree that it had, but
/// for the order of their tiles.
fn grids(page: &str) -> String {
    all(page).join(" ")
}

fn all(page: &str) -> Vec<&'static str> {
    let lists = options(".g", ".t", "id");
    let outcome = reversed(&lists, page);
    assert_eq!(run(&lists, page.as_bytes().chunks(1), &reverse), outcome, "{page}");
    for scripting in [true, false] {
        assert_eq!(tree::pages_differ(page.as_bytes(), &outcome.bytes, scripting), None, "{page}");
    }
    outcome.words()
}

#[test]
fn formatting_left_open_in_front_of_a_list_goes_on_between_its_tiles() {
    let list = "<ul class=g><li class=t id=1>One</li> <li class=t id=2>Two</li></ul>";
    for lost in ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"] {
        for around in ["p", "div", "h2", "section", "span"] {
            assert_eq!(grid(&format!("<{around}><{lost} href=x>Sale</{around}>{list}")), "crossing", "{lost} {around}");
            assert_eq!(grid(&format!("<{around}><{lost} href=x>Sale</{lost}></{around}>{list}")), "moved");
        }
    }
    let crumbs = "<div><a href=/home>Home</div>";
    let links = "<ul class=g><li class=t id=1><a>x</a></li><li class=t id=2><a>y</a></li></ul>";
    assert_eq!(grid(&format!("{crumbs}{links}")), "crossing");
    assert_eq!(grid(&format!("{crumbs}<a>ends it</a>{links}")), "moved");
    // Nothing opens it anew between these.
    let close = "<ul class=g><li class=t id=1>One</li><!-- --><li class=t id=2>Two</li></ul>";
    assert_eq!(grid(&format!("<p><b>Sale</p>{close}")), "moved");
    // Around the list, or closed in.
    assert_eq!(grid(&format!("<div><font size=1>{list}</font></div>")), "crossing", "which may have been closed");
    assert_eq!(grid(&format!("<div><font size=1>{close}</font></div>")), "moved");
    assert_eq!(grid(&format!("<p><b>Sale</p><product-list>{list}</product-list>")), "crossing");
    assert_eq!(grid(&format!("<p><b>Sale</p><table><tr><td>{list}</table>")), "moved");
    assert_eq!(grid(&format!("<table><tr><td><b>Sale<td></table>{list}")), "moved");
    assert_eq!(grid(&format!("<p><b>Sale</p><td>{list}")), "crossing", "no cell without its table");
    assert_eq!(
        grid("<p><b>Sale</p><table><tr class=g> <td class=t id=1>1</td> <td class=t id=2>2</td></tr></table>"),
        "moved"
    );
    // Closed by what a start tag closes.
    assert_eq!(grid(&format!("<p><b>Sale{list}")), "crossing");
    assert_eq!(grid(&format!("<ul><li><b>Sale<li>{list}")), "crossing");
}

#[test]
fn an_end_tag_that_browsers_ignored_in_front_of_a_list_leaves_an_element_for_a_stray_one_to_close() {
    let list = "<ul class=g><li class=t id=1></div></li> <li class=t id=2>Two</li></ul>";
    for around in ["span", "label", "x-card", "em"] {
        assert_eq!(grid(&format!("<{around}><div></{around}>{list}")), "crossing", "{around}");
        assert_eq!(grid(&format!("<{around}><div></div></{around}>{list}")), "moved", "{around}");
    }
    assert_eq!(grid(&format!("<span><section></span>{}", list.replace("div", "section"))), "crossing");
}

#[test]
fn an_end_tag_that_closes_nothing_anywhere_is_without_effect() {
    let names = "span a b i font em strong li td tr tbody table h2 form option select button label ul dd center nav svg object \
                 x-y template script style iframe section";
    let list = |inside: &str, between: &str| {
        format!("<div class=g><div class=t id=1>x{inside}</div>{between}<div class=t id=2>b</div></div>")
    };
    for name in names.split(' ') {
        let end = format!("</{name}>");
        assert_eq!(grid(&format!("<body>{}", list(&end, ""))), "moved", "{end}");
        assert_eq!(grid(&format!("<body>{}", list("", &end))), "moved", "{end} between");
        let again = format!("<p>{end}{end}y</p>");
        assert_eq!(grid(&format!("<body>{}", list(&again, &end))), "moved", "{end} and again");
        if name != "script" && name != "style" && name != "iframe" && name != "svg" {
            assert_ne!(grid(&format!("<{name}>{}", list(&end, ""))), "moved", "{end} in {name}");
            assert_ne!(grid(&format!("<{name}>{}", list("", &end))), "moved", "{end} between in {name}");
        }
    }
    for twice in ["<a></a></a>", "<b></b></b>"] {
        assert_eq!(grid(&list(twice, "")), "moved", "{twice}");
    }
    for (around, end) in
        [("<p><b></p>", "</b>"), ("<h1>", "</h2>"), ("<div><form></div>", "</form>"), ("<table><td>", "</tr>")]
    {
        assert_eq!(grid(&format!("<body>{around}{}", list(end, ""))), "crossing", "{around} {end}");
    }
    let early = "<body><div></body><ul class=g><li class=t id=1></div></li><li class=t id=2></li></ul>";
    assert_eq!(grid(early), "crossing", "no browser heeds the end of the body");
    // The next list moves, and an id in a tile is found.
    let page = "<section><div class=g><p class=t>1</section></p></div><div class=g><p class=t></span><b id=1></b></p><p class=t><i></i></i><b id=2></b></p></div>";
    let outcome = run(&options(".g", ".t", "b@id"), page.as_bytes().chunks(3), &reverse);
    assert_eq!((outcome.words(), outcome.ids), (vec!["crossing", "moved"], vec![vec!["1".to_owned(), "2".to_owned()]]));
}

#[test]
fn a_child_that_is_no_tile_needs_no_end_tag() {
    for page in [
        "<ul class=g><li>head<li class=t id=1>a</li> <li class=t id=2>b</li></ul>",
        "<ul class=g><li class=t id=1>a</li><li>middle <li class=t id=2>b</li><li>foot</ul>",
        "<table class=g><colgroup><col><tbody class=t id=1></tbody><tbody class=t id=2></tbody></table>",
        "<table class=g><thead><tr><th>x<tbody class=t id=1></tbody><tbody class=t id=2></tbody></table>",
        "<select class=g><option>Choose<option class=t id=1>a</option><option class=t id=2>b</option></select>",
        "<dl class=g><dt class=t id=1>a</dt><dd>x<dt class=t id=2>b</dt><dd>y</dl>",
        "<div class=g><p>intro<div class=t id=1>a</div><div class=t id=2>b</div><p>outro</div>",
        "<div class=g><p>intro</span><div class=t id=1>a</i></div><p>x<div class=t id=2>b</div><p>outro</div>",
    ] {
        assert_eq!(grid(page), "moved", "{page}");
        let outcome = reversed(&options(".g", ".g > .t", "id"), page);
        assert_eq!(outcome.ids, [["1", "2"]], "children in the source: {page}");
    }
    let page = "<ul class=g><li>head<li class=t id=1>a</li><div class=t id=2>b</div></ul>";
    assert_eq!(grid(page), "crossing", "another tile does not end what stands in front of it");
}

#[test]
fn tiles_that_a_browser_drops_where_they_stand_keep_their_places() {
    let form = "<div class=g><form class=t id=1>a</form><form class=t id=2>b</form></div>";
    assert_eq!(grid(&format!("<table>{form}</table>")), "crossing");
    assert_eq!(grid(&format!("<table><tr><td>{form}</table>")), "moved");
    let page = "<template class=g><p>x</p><td class=t id=1>a</td><td class=t id=2>b</td></template>";
    assert_eq!(grid(page), "crossing");
    assert_eq!(grid("<template class=g><p class=t id=1>a</p><p class=t id=2>b</p></template>"), "moved");
}

#[test]
fn the_end_tag_of_another_heading_ends_a_tile() {
    assert_eq!(grid("<div class=g><h2 class=t id=1>a</h3><h2 class=t id=2>b</h1></div>"), "moved");
}

const LIST: &str = "<ul class=g><li class=t id=1>One</li> <li class=t id=2>Two</li></ul>";

#[test]
fn a_list_that_passes_hides_none_behind_it_however_deep_that_stands() {
    let crossing = "<ul class=g><li class=t id=1><b></li><li class=t id=2>x</li></ul></b>";
    for behind in [LIST.to_owned(), format!("<div>{LIST}</div>"), format!("<div><main>{LIST}{LIST}</main></div>")] {
        let moved = "moved ".repeat(behind.matches("class=g").count());
        assert_eq!(grids(&format!("<body>{crossing}{behind}")), format!("crossing {}", moved.trim()), "{behind}");
    }
    assert_eq!(grids(&format!("<svg><g class=g><div></div></g></svg><main><div>{LIST}</div></main>")), "foreign moved");
    let mut islands = options(".g", ".t", "id");
    islands.islands.push(reshelf_html::Island {
        script: "script#data".to_owned(),
        path: String::new(),
        id: "id".to_owned(),
    });
    let page = format!("<body><script id=data>[{{\"id\":1}},{{\"id\":2}}]</script><main><div>{LIST}</div></main>");
    assert_eq!(reversed(&islands, &page).words(), ["moved", "moved"]);
}

#[test]
fn what_browsers_keep_open_though_an_end_tag_seems_to_close_it_counts() {
    let button = "<div class=g><span class=t id=1><button>x</button></span><span class=t id=2>y</span></div>";
    assert_eq!(grids(&format!("<body><span><button></span>{button}")), "crossing");
    assert_eq!(grids(&format!("<body><span><button></button></span>{button}")), "moved");
    assert_eq!(grids(&format!("<body><p><div><button></p>{button}")), "crossing");
    let table = "<div class=g><div class=t id=1><table><tr><td>x</table></div><div class=t id=2>y</div></div>";
    assert_eq!(grids(&format!("<body><span><table></span>{table}")), "crossing");
    let rows = "<table><tr class=g><td class=t id=1>x</td><td class=t id=2>y</td></tr></table>";
    assert_eq!(grids(&format!("<body><div><table><tr><td></table></div>{rows}")), "moved");
    let stray = "<ul class=g><li class=t id=1></div></li> <li class=t id=2>Two</li></ul>";
    assert_eq!(grids(&format!("<body><div><table><tr><td></div></td></tr></table>{stray}")), "crossing");
    let ruby = "<ul class=g><li class=t id=1>One</li><li class=t id=2>Two<rt></li></ul>";
    assert_eq!(grids(&format!("<ruby>{ruby}</ruby>")), "crossing");
    assert_eq!(grids(ruby), "moved");
    // What is sloppy and harmless.
    assert_eq!(grids(&format!("<div><p>Text</div><ul><li>x</ul><dl><dt>x<dd>y</dl>{LIST}{button}")), "moved moved");
}

#[test]
fn formatting_that_is_lost_for_sure_counts_beside_formatting_that_is_not() {
    let link = "<p><a href=/>Home</p>";
    assert_eq!(grids(&format!("{link}<noscript><a href=/x>x</a></noscript>{LIST}")), "crossing");
    assert_eq!(grids(&format!("<a href=/>Home</a><noscript><a href=/x>x</a><b>y</b></noscript>{LIST}")), "moved");
    assert_eq!(grids(&format!("<noscript><blockquote></blockquote></noscript>{LIST}")), "moved");
    assert_eq!(grids(&format!("<p><b>Sale</p><noscript></b></noscript>{LIST}")), "crossing");
    assert_eq!(grids(&format!("<a href=1><div><a href=2>x</div>{LIST}")), "crossing");
    assert_eq!(grids(&format!("<a href=1><div>x</div>{LIST}</a>")), "moved");
    assert_eq!(grids(&format!("<a href=y><p><nobr>x</p>{LIST}")), "crossing");
    assert_eq!(grids(&format!("{link}<svg><a></a></svg>{LIST}")), "crossing");
    assert_eq!(grids(&format!("{link}{}", LIST.replace("> <", "></br><"))), "crossing");
    assert_eq!(grids(&LIST.replace("> <", "></br><")), "moved");
    assert_eq!(grids(&format!("<p><b><marquee></b></marquee></p>{LIST}")), "crossing");
    assert_eq!(grids(&format!("<object><p><b>x</p><td>{LIST}</object>")), "crossing");
}

#[test]
fn text_in_svg_and_mathml_is_no_list() {
    for page in [
        "<svg></br><style>{}</style>",
        "<svg></p><style>{}</style>",
        "<math><annotation-xml><svg><desc><style>{}</style></desc></svg>",
        "<svg><desc><![CDATA[ > {} ]]></desc></svg>",
        "<math><mi><mglyph><style><!--</style>{}-->",
    ] {
        assert_eq!(grids(&page.replace("{}", LIST)), "", "{page}");
    }
    assert_eq!(
        grids(&format!("<svg><foreignObject><div></svg></div></foreignObject><style><!--</style>{LIST}-->")),
        "ambiguous"
    );
    assert_eq!(grids(&format!("<svg><title><html><![CDATA[ > {LIST} ]]></title></svg>")), "ambiguous");
    assert_eq!(grids(&format!("<svg><title>x</title><path/></svg><math><mi>x</mi></math>{LIST}")), "moved");
}

#[test]
fn a_select_that_was_a_list_is_behind() {
    let mut lists = options("select", "option", "id");
    lists.rules.push(reshelf_html::Rule::new("ul", "li", "id"));
    let select = "<select><option id=a>A</option><option id=b>B</option></select>";
    let page = format!("{select}<noscript>x</noscript>{select}<style>b{{}}</style>{LIST}");
    assert_eq!(reversed(&lists, &page).words(), ["moved", "moved", "moved"]);
}
