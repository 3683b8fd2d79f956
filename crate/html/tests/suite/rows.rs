//! Rows that a page's tiles gain, and the row of the page's own item.

use crate::drive::{self, PAGE_ROW, options, reverse, reversed, row_of, run};
use reshelf_html::{Island, Options, Page, Step};

#[test]
fn a_tile_gains_its_row_behind_its_name_unless_it_has_one_and_the_first_list_that_of_the_page() {
    let (a, b, c) = (row_of("a"), row_of("b"), row_of("c"));
    let options = drive::with_rows(&options("ul", "li", "id"));
    let page = "<ul class=x/><li id='a'/>A</li>1<li>-</li><LI\nx='>' id=b >B</LI>2<li id=c data-reshelf-ROW=own>C</li></ul>\
                <ul><li id=a></ul><ul><li id=b><li id=c></ul><ul data-reshelf-page-row=own><li id=c></li></ul>\
                <div><ul><li id=a></li><li id=b></li></div></ul>";
    let expected = format!(
        "<ul data-reshelf-page-row=\"{PAGE_ROW}\" class=x/><li id=c data-reshelf-ROW=own>C</li>1<li>-</li>\
         <LI data-reshelf-row=\"{b}\"\nx='>' id=b >B</LI>2<li data-reshelf-row=\"{a}\" id='a'/>A</li></ul>\
         <ul><li id=a></ul><ul><li id=b><li id=c></ul><ul data-reshelf-page-row=own><li data-reshelf-row=\"{c}\" id=c></li></ul>\
         <div><ul><li id=a></li><li id=b></li></div></ul>"
    );
    let whole = reversed(&options, page);
    assert_eq!(whole.text(), expected);
    assert_eq!(whole.words(), ["moved", "no-order", "unclosed-tile", "no-order", "unclosed-list"]);
    for cut in 0..page.len() {
        let (one, other) = page.as_bytes().split_at(cut);
        assert_eq!(run(&options, [one, other], &reverse), whole, "cut at {cut}");
    }
    // A list that has the page's row is asked no more for another one.
    let first = run(&options, [&b"<ul data-reshelf-page-row><li id=c></li></ul><ul><li id=d></li></ul>"[..]], &reverse);
    assert!(!first.text().contains(PAGE_ROW));
}

#[test]
fn rows_come_without_an_order_and_with_the_note_of_places() {
    let tiles = "<li id=a>A</li><li id=b>B</li>";
    let with = |rows: bool, hydrate: bool, order: &'static [u32], page: &str| {
        let options = Options { rows, hydrate, ..options("ul", "li", "id") };
        run(&options, page.as_bytes().chunks(7), &move |_| order.to_vec())
    };
    let (a, b) = (row_of("a"), row_of("b"));
    let (a, b) =
        (format!("<li data-reshelf-row=\"{a}\" id=a>A</li>"), format!("<li data-reshelf-row=\"{b}\" id=b>B</li>"));
    let page = format!("x<ul>{tiles}</ul>y");
    for (order, word) in [(&[0u32, 1][..], "no-order"), (&[7], "order")] {
        let outcome = with(true, true, order, &page);
        assert_eq!((outcome.text(), outcome.words()), (format!("x<ul>{a}{b}</ul>y"), vec![word]));
    }
    let places = "data-reshelf-places=\"1 0\"";
    assert_eq!(with(true, true, &[1, 0], &page).text(), format!("x<ul {places}>{b}{a}</ul>y"));
    assert_eq!(with(true, false, &[1, 0], &page).text(), format!("x<ul>{b}{a}</ul>y"));
    assert_eq!(with(false, false, &[0, 1], &page).text(), page, "without the option nothing is gained");
    let hydrated = format!("<ul {places}>{tiles}</ul>");
    assert_eq!(with(true, true, &[1, 0], &hydrated).text(), hydrated, "it was here before");
}

#[test]
fn what_is_no_row_is_left_out() {
    let options = Options { rows: true, page_row: "\">".to_owned(), ..options("ul", "li", "id") };
    let text = "<ul><li id=a></li><li id=b></li><li id=c></li></ul>";
    for rows in [&["", "\"><script>", "a b"][..], &[], &["\0"; 9]] {
        let mut page = Page::new(options.clone()).unwrap();
        page.write(text.as_bytes());
        page.rows(["too soon is for no list"]);
        page.end();
        assert_eq!(page.next_step(), Step::List);
        page.rows(rows.iter().copied());
        page.order(&[0, 1, 2]);
        page.rows(["eQ=="]);
        assert_eq!(page.take(), text.as_bytes());
    }
}

#[test]
fn lists_in_scripts_take_no_rows() {
    let island = Island { script: "script".into(), path: String::new(), id: "id".into() };
    let options = drive::with_rows(&Options { rules: Vec::new(), islands: vec![island], ..Options::default() });
    let page = "<script>[{\"id\":\"a\"},{\"id\":\"b\"}]</script>";
    assert_eq!(reversed(&options, page).text(), "<script>[{\"id\":\"b\"},{\"id\":\"a\"}]</script>");
}
