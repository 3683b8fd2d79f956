//! What moves, what passes and why, point by point.

use crate::drive::{self, Outcome, options, reverse, reversed, run, ul};
use reshelf_html::{Island, Options, Page, Reason, Rule, Step};

/// A list of two tiles, the first of which holds this.
fn tile(inside: &str) -> String {
    format!("<body><ul><li id=a>{inside}</li><li id=b>B</li></ul><ul><li id=c>C</li><li id=d>D</li></ul></body>")
}

/// What becomes of that list; the next one always moves.
fn with_tile(inside: &str) -> &'static str {
    let page = tile(inside);
    let outcome = ul(&page);
    let words = outcome.words();
    assert_eq!(words.get(1), Some(&"moved"), "the next list moves: {page}");
    assert_eq!(outcome.bytes.len(), page.len());
    words[0]
}

#[test]
fn tiles_change_places_and_what_stands_between_stays() {
    let page =
        "<p>x<ul> <li id=a>A</li>1<!--2--><li>no id</li><li id=b>B</li><script>3</script><li id=c>C</li> 4</ul>y";
    let order = |_: usize| vec![2, 0, 1];
    let outcome = run(&options("ul", "li", "id"), [page.as_bytes()], &order);
    let expected =
        "<p>x<ul> <li id=c>C</li>1<!--2--><li>no id</li><li id=a>A</li><script>3</script><li id=b>B</li> 4</ul>y";
    assert_eq!(outcome.text(), expected);
    assert_eq!(outcome.ids, [["a", "b", "c"]]);
    assert_eq!((outcome.reports[0].tiles, outcome.reports[0].moved), (3, 3));
}

#[test]
fn the_first_rule_that_matches_is_the_lists_and_the_outermost_list_wins() {
    let rules = vec![Rule::new("ul.x", "li", "data-a"), Rule::new("ul", "li", "data-b")];
    let options = Options { rules, ..Options::default() };
    let page = "<ul class=x><li data-a=1 data-b=2><ul><li data-b=3>a</li><li data-b=4>b</li></ul></li><li data-a=5>c</li></ul>\
                <ul><li data-b=6></li><li data-b=7></li></ul>";
    let outcome = reversed(&options, page);
    assert_eq!(outcome.ids, [["1", "5"], ["6", "7"]]);
    assert_eq!(outcome.reports.iter().map(|report| report.rule).collect::<Vec<_>>(), [Some(0), Some(1)]);
    assert!(outcome.text().contains("<ul><li data-b=3>a</li><li data-b=4>b</li></ul>"), "what is inside stays");
}

#[test]
fn selectors_may_have_tags_classes_ids_attributes_values_descendants_children_and_alternatives() {
    let page = "<main id=m><div><section class='a grid' data-k='v,w'><p class=tile data-id=1></p><p class=tile data-id=2></p></section></div></main>";
    let lists = [
        "section",
        ".grid",
        "section.a.grid",
        "[data-k]",
        "[data-k='v,w']",
        "main .grid",
        "#m > div > section",
        "ul, .grid",
        "[data-k='v,w'], ul",
    ];
    for list in lists {
        for item in ["p", ".tile", "[data-id]", ".grid > .tile", "main p"] {
            assert_eq!(reversed(&options(list, item, "data-id"), page).ids, [["1", "2"]], "{list} {item}");
        }
    }
    for list in ["body .grid", "main > .grid", "[data-k=v]", "p"] {
        assert_eq!(reversed(&options(list, "p", "data-id"), page).ids.len(), 0, "{list}");
    }
}

#[test]
fn selectors_that_cannot_be_known_in_a_stream_are_refused() {
    for bad in ["", "ul >", "ul:last-child", "ul + ul", "::before", "a[", "svg|a", ","] {
        let error = Page::new(options(bad, "li", "id")).err();
        assert!(error.is_some_and(|error| error.to_string().contains("no selector")), "{bad}");
        assert!(Page::new(options("ul", bad, "id")).is_err(), "{bad}");
        assert!(bad.is_empty() || Page::new(options("ul", "li", &format!("{bad}@id"))).is_err(), "{bad}");
    }
}

#[test]
fn an_id_is_the_first_of_equal_attributes_decoded_and_not_trimmed() {
    let page = "<ul><li ID=' a&amp;b ' id=no>1</li><li id='&#x27;&quot&notit;&lt=&#0;&#128;'>2</li><li id=a/b>3</li><li id>4</li><li id=''>5</li><li id=\"x\r\ny\0\">6</li></ul>";
    assert_eq!(ul(page).ids, [[" a&b ", "'\"&notit;&lt=\u{fffd}€", "a/b", "x\ny\u{fffd}"]]);
}

#[test]
fn an_id_may_be_of_the_first_element_in_a_tile_that_matches() {
    let page = "<ul><li><i data-p=x></i><b data-q=1></b><b data-q=2></b></li><li data-q=no><p><b data-q=3></b></p></li><li></li></ul>";
    assert_eq!(reversed(&options("ul", "li", "b@data-q"), page).ids, [["1", "3"]]);
    assert_eq!(reversed(&options("ul", "li", "li b@data-q"), page).ids, [["1", "3"]]);
    let page = "<ul><li><a href='/p@1'></a></li><li><a href='/p@2'></a></li></ul>";
    assert_eq!(reversed(&options("ul", "li", "a[href*='@']@href"), page).ids, [["/p@1", "/p@2"]]);
}

#[test]
fn a_tile_is_a_child_by_nesting_in_the_source() {
    let page = "<ul><li id=a></li><div><li id=no></li></div><li id=b></li></ul>";
    assert_eq!(ul(page).ids, [["a", "b"]]);
}

#[test]
fn what_a_browser_reads_alike_in_any_order_moves() {
    let sound = [
        "",
        "<p>a<p>b",
        "<p>a<div>b</div>",
        "<p>a<div>b</div></p>",
        "<div/>x</div>",
        "<br/></br>",
        "<img></img>",
        "<span><i>x</i></span>",
        "<ul><li>a<li>b</ul>",
        "<ul><li id=x>a</li></ul>",
        "<dl><dt>a<dd>b</dl>",
        "<table><tr><td>a<td>b<tr><td>c</table>",
        "<table><thead><tr><th>x</thead><tbody><tr><td><b>y</table>",
        "<table><caption>x</caption><col><tr><td></table>",
        "<select><option>a<option>b<optgroup><option>c</select>",
        "<svg><path/><g><circle/></g></svg>",
        "<svg/>",
        "<math><mi>x</mi></math>",
        "<svg><foreignObject><div><p>x</div></foreignObject></svg>",
        "<svg><title><b>x</b></title></svg>",
        "<svg><![CDATA[</li>]]></svg>",
        "<svg><style>a>b{}</style></svg>",
        "<script>'</li>'</script>",
        "<script><!--<script>'</li>'</script>--></script>",
        "<style></li></style>",
        "<textarea></li></textarea>",
        "<noscript><img></noscript>",
        "<!-- </li> -->",
        "</>",
        "<!-->x",
        "<template><tr><td>x</td></tr></template>",
        "<a href='</li>'>x</a>",
        "<form><input><p></form>",
        "<button><p>x</p></button>",
        "<template><form></form></template>",
        "<details><summary>x</summary></details>",
        "<h2>x</h2>",
        "<ruby>x<rt>y<rp>z</ruby>",
        "<object><b>x</b></object>",
        "<my-tile></my-tile>",
        "<iframe></li></iframe>",
        "<image>",
        "<a><span></a>",
        "<A></a>",
        "< li",
        "<3",
        "a<",
        "<li-x></li-x>",
        "<p><table><tr><td></table>",
        "<dialog><p>x</dialog>",
        "<b>x</b><B>y</B>",
        "<table><tr><td></table></td>",
    ];
    for inside in sound {
        assert_eq!(with_tile(inside), "moved", "{inside}");
    }
    // Comments of the odd kind end with the next bracket.
    for odd in ["<!", "<?", "</ ", "<!x"] {
        assert_eq!(with_tile(&format!("{odd} </li>x")), "moved", "{odd}");
    }
}

#[test]
fn what_reaches_out_of_its_tile_passes_untouched() {
    let crossing = [
        "</body>",
        "</html>",
        "<b>",
        "<a>",
        "<font><p>x</p>",
        "<i><div></i></div>",
        "<b><p>x</b></p>",
        "<a><a></a></a>",
        "<nobr><nobr></nobr></nobr>",
        "<form>",
        "<form><div></form></div>",
        "<form><form></form></form>",
        "<table><tr><form><td></form></table>",
        "<button><button></button></button>",
        "<table>x</table>",
        "<table><div></div></table>",
        "<table><tr><b><td></table>",
        "<tr>",
        "<td>",
        "<caption>",
        "<table><tr><td></li>",
        "<template></li>",
        "<object></li>",
        "<marquee></li>",
        "<svg><foreignObject></li>",
        "<ul></li>",
        "<svg><div></div></svg>",
        "<svg></li>",
        "<svg><p>",
        "<math><annotation-xml></annotation-xml></math>",
        "<body class=x>",
        "<html>",
        "<frameset>",
        "<head>",
        "<plaintext>",
        "<select><div></div></select>",
        "<select><input></select>",
        "<select></li>",
        "<p><select></p>",
        "<noscript></noscript></noscript>",
        "<noscript><b></noscript>",
        "<noscript></div></noscript>",
        "<noscript><!--</noscript>-->",
        "<span><div></span></div>",
        "<svg><g></svg></g>",
    ];
    for inside in crossing {
        let page = tile(inside);
        let outcome = ul(&page);
        assert_ne!(outcome.words().first(), Some(&"moved"), "{inside}");
        assert!(!outcome.words().is_empty(), "{inside}");
        assert_eq!(outcome.bytes.len(), page.len());
    }
    for inside in ["<b>", "<a>", "<form>", "<b><p>x</b></p>", "<table>x</table>"] {
        assert_eq!(with_tile(inside), "crossing", "{inside}");
    }
}

#[test]
fn elements_left_open_between_tiles_or_closing_something_there_keep_a_list_as_it_is() {
    for between in ["<b>", "<a href=x>", "<form>", "</noscript>", "</html>"] {
        let page = format!("<body><ul><li id=a></li>{between}<li id=b></li></ul>");
        assert_eq!(ul(&page).words(), ["crossing"], "{between}");
        assert_eq!(ul(&page).text(), page);
    }
    assert_eq!(ul("<body><ul><li id=a></li><div><li id=b></li></ul>").words(), ["unclosed-tile"]);
    assert_eq!(ul("<body><ul><li id=a></li><b>x</b></p><li id=b></li></ul>").words(), ["moved"]);
}

#[test]
fn a_tile_without_its_end_tag_keeps_a_list_as_it_is() {
    for (list, tile) in [
        ("ul", "li"),
        ("dl", "dt"),
        ("select", "option"),
        ("div", "p"),
        ("tbody", "tr"),
        ("tr", "td"),
        ("table", "tbody"),
        ("select", "optgroup"),
    ] {
        let page = format!(
            "<body><table><{list}><{tile} id=a>\n<{tile} id=b>\n<{tile} id=c></{list}></table><ul><li id=d></li><li id=e></li></ul>"
        );
        let page = if ["tbody", "tr"].contains(&list) {
            page
        } else {
            page.replace("<table><", "<section><").replace("</table><ul>", "</section><ul>")
        };
        let outcome = reversed(
            &Options { rules: vec![Rule::new(list, tile, "id"), Rule::new("ul", "li", "id")], ..Options::default() },
            &page,
        );
        assert_eq!(outcome.words(), ["unclosed-tile", "moved"], "{list} {tile}");
    }
}

#[test]
fn a_list_without_its_end_tag_passes_and_the_next_one_moves() {
    let good = "<ul><li id=c>1</li><li id=d>2</li></ul>";
    let page = format!("<div><ul><li id=a>1</li><li id=b>2</li></div>{good}");
    assert_eq!(ul(&page).words(), ["unclosed-list", "moved"]);
    for end in ["", "<!-- ", "<script>", "<textarea>", "<li id=c", "<li id='", "</ul", "</ul ", "<"] {
        let page = format!("<body>{good}<ul><li id=a>1</li><li id=b>2</li>{end}");
        let outcome = ul(&page);
        assert_eq!(outcome.words(), ["moved", "unclosed-list"], "{end}");
        assert!(outcome.text().ends_with(&page[page.len() - 40..]));
    }
}

#[test]
fn what_is_around_a_list_counts() {
    let list = |inside: &str| format!("<span class=l><i id=a class=t>{inside}</i><i id=b class=t></i></span>");
    let words = |page: String| reversed(&options(".l", ".t", "id"), page).words();
    let cases = [
        ("<form>", "<form></form>"),
        ("<button>", "<button></button>"),
        ("<a>", "<a></a>"),
        ("<p>", "<div></div>"),
        ("<p>", "<p></p>"),
        ("<ul><li>", "<li></li>"),
        ("<dl><dd>", "<dt></dt>"),
        ("<table>", "<table></table>"),
        ("<select>", "<b></b>"),
    ];
    for (around, inside) in cases {
        assert_eq!(words(format!("<body>{around}{}", list(inside))), ["crossing"], "{around} {inside}");
        // Without it, the same list moves.
        assert_eq!(words(format!("<body>{}", list(inside))), ["moved"], "{inside}");
    }
    // What a browser still holds open where the source has closed it.
    for (lost, inside) in [("<div><select></div>", "<b></b>"), ("<div><form></div>", "<form></form>")] {
        assert_eq!(words(format!("<body>{lost}{}", list(inside))), ["crossing"], "{lost}");
    }
    assert_eq!(words(format!("<body><table><tr><td>{}", list("<table></table>"))), ["moved"]);
    assert_eq!(words(format!("<svg><g class=l><path class=t id=a/></g></svg>{}", list(""))), ["foreign", "moved"]);
}

#[test]
fn the_end_tag_of_any_heading_ends_a_heading() {
    for inside in ["<h3>x</h4>", "<h2>a</h3></h2>", "<h1>a<h2>b</h2></h1>"] {
        assert_eq!(with_tile(inside), "moved", "{inside}");
    }
}

#[test]
fn rows_do_not_leap_over_the_sections_of_a_table() {
    let page = "<table><tr id=a><td>1</tr><tbody></tbody><tr id=b><td>2</tr></table>";
    assert_eq!(reversed(&options("table", "tr", "id"), page).words(), ["crossing"]);
    let page = "<body><tbody><tr id=a><td>1</tr><tr id=b><td>2</tr></tbody>";
    assert_eq!(reversed(&options("tbody", "tr", "id"), page).words(), ["crossing"], "a browser drops these tags");
}

#[test]
fn orders_that_are_none_and_orders_that_are_the_pages_change_nothing() {
    let page = "<ul><li id=a>A</li><li id=b>B</li></ul>";
    let with = |order: &'static [u32]| run(&options("ul", "li", "id"), [page.as_bytes()], &move |_| order.to_vec());
    for order in [&[][..], &[0], &[0, 0], &[1, 2], &[0, 1, 2], &[u32::MAX, 0]] {
        assert_eq!((with(order).words(), with(order).text()), (vec!["order"], page.to_owned()), "{order:?}");
    }
    assert_eq!((with(&[0, 1]).words(), with(&[0, 1]).text()), (vec!["no-order"], page.to_owned()));
    assert_eq!(ul("<ul><li id=a>A</li><li>B</li></ul>").words(), ["no-order"]);
    assert_eq!(ul("<ul></ul>").words(), ["no-order"]);
}

#[test]
fn a_list_that_is_too_long_leaves_at_once_and_the_next_one_moves() {
    let good = "<ul><li id=a>A</li><li id=b>B</li></ul>";
    let long = format!("<ul><li id=a>A</li><li id=b>{}</li></ul>", "x".repeat(100));
    let limited = |most| Options { max_list_bytes: most, ..options("ul", "li", "id") };
    let page = format!("{good}{long}{good}");
    for size in [1, 7, 4096] {
        let outcome = run(&limited(99), page.as_bytes().chunks(size), &reverse);
        assert_eq!(outcome.words(), ["moved", "too-large", "moved"]);
    }
    assert_eq!(reversed(&limited(good.len()), good).words(), ["moved"]);
    assert_eq!(reversed(&limited(good.len() - 1), good).words(), ["too-large"]);
    let mut held = Page::new(limited(50)).unwrap();
    held.write(&page.as_bytes()[..good.len()]);
    assert_eq!(held.next_step(), Step::List);
    held.order(&[1, 0]);
    held.write(&page.as_bytes()[good.len()..good.len() + 80]);
    assert!(!held.holding());
    let mut out = Outcome::default();
    drive::drain(&mut held, &mut out, &reverse);
    assert_eq!(out.bytes.len(), good.len() + 80, "it leaves at once");
}

#[test]
fn bytes_before_a_list_leave_before_it_is_complete() {
    let mut page = Page::new(options("ul", "li", "id")).unwrap();
    let mut out = Outcome::default();
    page.write(b"<p>Hello</p><u");
    drive::drain(&mut page, &mut out, &reverse);
    assert_eq!(out.text(), "<p>Hello</p>");
    page.write(b"l><li id=a>A</li>");
    drive::drain(&mut page, &mut out, &reverse);
    assert_eq!(out.text(), "<p>Hello</p>");
    assert!(page.holding());
    page.write(b"<li id=b>B</li></ul><p");
    assert!(!page.holding());
    drive::drain(&mut page, &mut out, &reverse);
    assert!(out.text().starts_with("<p>Hello</p><ul><li id=b>B</li><li id=a>A</li></ul>"));
}

#[test]
fn a_list_that_is_late_leaves_as_it_came_and_the_next_one_moves() {
    let mut page = Page::new(options("ul", "li", "id")).unwrap();
    let mut out = Outcome::default();
    page.write(b"<ul><li id=a>A</li><li id=b>");
    page.release();
    drive::drain(&mut page, &mut out, &reverse);
    assert_eq!(out.text(), "<ul><li id=a>A</li><li id=b>");
    page.write(b"<ul><li id=x></li><li id=y></li></ul></li></ul><ul><li id=c></li><li id=d></li></ul>");
    page.release();
    page.end();
    drive::drain(&mut page, &mut out, &reverse);
    assert_eq!(out.words(), ["deadline", "moved"]);
    assert!(out.text().ends_with("<ul><li id=d></li><li id=c></li></ul>"));
}

#[test]
fn a_page_that_needs_too_much_memory_passes_from_there_on() {
    let good = "<ul><li id=a>A</li><li id=b>B</li></ul>";
    let page = format!("{good}<ul title='{}'>{good}", "x".repeat(5 << 20));
    let outcome = run(&options("ul[title]", "li", "id"), page.as_bytes().chunks(1 << 16), &reverse);
    assert_eq!((outcome.words(), outcome.bytes == page.as_bytes()), (vec!["memory"], true));
    let deep = format!("{good}{}{good}", "<div>".repeat(100_000));
    let outcome = ul(&deep);
    assert_eq!(outcome.words()[..1], ["moved"]);
    assert_eq!(outcome.bytes.len(), deep.len());
}

#[test]
fn a_tag_that_does_not_end_is_not_waited_for() {
    let mut page = Page::new(options(".g", "li", "id")).unwrap();
    let mut out = Outcome::default();
    page.write(b"<body><div a=\"");
    let mut written = 14;
    for _ in 0..40 {
        page.write("y".repeat(1 << 16).as_bytes());
        written += 1 << 16;
        drive::drain(&mut page, &mut out, &reverse);
        assert!(written - out.bytes.len() <= 1_000_000, "no more is held");
    }
    assert_eq!((out.words(), out.reports[0].rule), (vec!["memory"], None));
}

#[test]
fn a_list_deeper_than_browsers_nest_passes() {
    let tile = |depth: usize| format!("{}{}", "<i>".repeat(depth), "</i>".repeat(depth));
    assert_eq!(with_tile(&tile(500)), "moved");
    assert_eq!(with_tile(&tile(520)), "crossing");
}

#[test]
fn what_cannot_be_read_for_certain_passes() {
    let page = "<ul><li id=a></li><li id=b></li></ul><select><xmp><ul><li id=a></li><li id=b></li></ul>";
    assert_eq!(ul(page).words(), ["moved", "ambiguous"]);
}

#[test]
fn the_start_tag_of_a_list_that_moved_says_where_its_tiles_stood() {
    let hydrate = Options { hydrate: true, ..options("ul", "li", "id") };
    let with = |page: &str, order: &'static [u32]| run(&hydrate, page.as_bytes().chunks(5), &move |_| order.to_vec());
    let tiles = "<li id=a></li><li>-</li><li id=b></li><li id=c></li>";
    let moved = "<li id=c></li><li>-</li><li id=a></li><li id=b></li>";
    for (tag, marked) in [
        ("<ul>", "<ul data-reshelf-places=\"2 0 1\">"),
        ("<ul/>", "<ul data-reshelf-places=\"2 0 1\"/>"),
        ("<ul class=x/>", "<ul data-reshelf-places=\"2 0 1\" class=x/>"),
        ("<ul a= >", "<ul data-reshelf-places=\"2 0 1\" a= >"),
        ("<UL title='>'>", "<UL data-reshelf-places=\"2 0 1\" title='>'>"),
    ] {
        assert_eq!(with(&format!("x{tag}{tiles}</ul>y"), &[2, 0, 1]).text(), format!("x{marked}{moved}</ul>y"));
        let page = format!("x{tag}{tiles}</ul>y");
        assert_eq!(with(&page, &[0, 1, 2]).text(), page, "not where nothing moved");
    }
    let again = format!("<ul data-reshelf-places='0'>{tiles}</ul>");
    assert_eq!(with(&again, &[2, 0, 1]).words(), ["hydrated"]);
}

#[test]
fn the_encoding_is_that_of_the_header_the_mark_the_meta_or_utf_8() {
    let list = b"<ul><li id=\xe4>1</li><li id=b>2</li></ul>";
    let ids = |charset: Option<&str>, head: &[u8]| {
        let options = Options { charset: charset.map(str::to_owned), ..options("ul", "li", "id") };
        let page = [head, &list[..]].concat();
        let outcome = reversed(&options, &page);
        let cut = run(&options, page.chunks(3), &reverse);
        assert_eq!(cut, outcome);
        outcome.supported.then(|| outcome.ids[0][0].clone())
    };
    let found = |text: &str| Some(text.to_owned());
    assert_eq!(ids(None, b""), found("\u{fffd}"));
    assert_eq!(ids(Some("latin1"), b"<meta charset=utf-8>"), found("ä"));
    assert_eq!(ids(None, b"<meta charset=koi8-r>"), found("Д"));
    assert_eq!(ids(None, b"<META CHARSET='koi8-r'/>"), found("Д"));
    assert_eq!(ids(None, b"<!-- <meta charset=latin1> --><meta name=x content=y><meta content='text/html; CHARSET = \"koi8-r\"' http-equiv=content-type>"), found("Д"));
    assert_eq!(ids(None, b"<meta content='text/html; charset=koi8-r'>"), found("\u{fffd}"));
    assert_eq!(ids(None, b"<meta charset=no-such>"), found("\u{fffd}"));
    assert_eq!(ids(None, b"<meta charset=utf-16le>"), found("\u{fffd}"));
    assert_eq!(ids(None, b"<meta charset=x-user-defined>"), found("ä"));
    assert_eq!(ids(None, b"\xef\xbb\xbf<meta charset=latin1>"), found("\u{fffd}"));
    assert_eq!(ids(None, b"<meta charset=iso-2022-jp>"), None);
    for none in ["utf-16", "iso-2022-jp", "replacement", "utf-16be", "no-such", "iso-2022-kr"] {
        assert_eq!(ids(Some(none), b""), None, "{none}");
    }
    let late = [&[b' '; 1024][..], b"<meta charset=latin1>"].concat();
    assert_eq!(ids(None, &late), found("\u{fffd}"), "behind 1,024 bytes");
}

#[test]
fn selectors_are_matched_in_the_pages_encoding() {
    let page =
        "<meta charset=latin1><ul class=Größe><li id=a></li><li id=b></li></ul>".chars().map(|letter| letter as u8);
    let page: Vec<u8> = page.collect();
    let options = options(".Größe", "li", "id");
    for size in [1, 10, 1000] {
        assert_eq!(run(&options, page.chunks(size), &reverse).words(), ["moved"]);
    }
}

fn island(path: &str, id: &str) -> Options {
    let island = Island { script: "script#data".into(), path: path.into(), id: id.into() };
    Options { rules: vec![Rule::new("ul", "li", "id")], islands: vec![island], ..Options::default() }
}

#[test]
fn a_list_in_a_script_is_ordered_by_its_source() {
    let page = "<script>var x</script><script type='application/json' id=data>\n{\"a\":[{\"id\":1e3, \"x\":\"\\u00e9\"} ,{ \"id\":\"b\"}]}\n</script ><ul><li id=a></li><li id=b></li></ul>";
    let outcome = run(&island("a", "id"), page.as_bytes().chunks(9), &reverse);
    assert_eq!(outcome.ids, [["1e3", "b"], ["a", "b"]]);
    assert_eq!(outcome.reports.iter().map(|report| report.rule).collect::<Vec<_>>(), [Some(1), Some(0)]);
    assert!(outcome.text().contains("{\"a\":[{ \"id\":\"b\"} ,{\"id\":1e3, \"x\":\"\\u00e9\"}]}\n</script >"));
    for (path, text) in [("b", "{\"a\":[]}"), ("a", "{\"a\":{}}"), ("", "[1"), ("", "")] {
        let page = format!("<script id=data>{text}</script>");
        let outcome = reversed(&island(path, ""), &page);
        assert_eq!((outcome.words(), outcome.text()), (vec!["json"], page), "{text}");
    }
    assert_eq!(reversed(&island("", ""), "<script id=data>[1,2]").words(), ["unclosed-list"]);
    assert_eq!(reversed(&island("", ""), "<div id=data>[1,2]</div><p id=data>").words().len(), 0);
    let limited = Options { max_list_bytes: 30, ..island("", "") };
    let page = format!("<script id=data>[1,2{}]</script><ul><li id=a></li><li id=b></li></ul>", " ".repeat(40));
    for size in [1, 1000] {
        assert_eq!(run(&limited, page.as_bytes().chunks(size), &reverse).words()[..1], ["too-large"]);
    }
    assert_eq!(
        reversed(
            &Options { charset: Some("latin1".into()), ..island("", "") },
            b"<script id=data>[\"\xe4\",\"b\"]</script>"
        )
        .words(),
        ["json"]
    );
}

#[test]
fn reasons_have_words_of_their_own() {
    let all = [
        Reason::UnclosedList,
        Reason::UnclosedTile,
        Reason::Crossing,
        Reason::Foreign,
        Reason::TooLarge,
        Reason::Deadline,
        Reason::NoOrder,
        Reason::Order,
        Reason::Hydrated,
        Reason::Memory,
        Reason::Ambiguous,
        Reason::Json,
    ];
    let words: std::collections::HashSet<_> = all.iter().map(|reason| reason.word()).collect();
    assert_eq!(words.len(), all.len());
}
