//! What an order may change in the tree of a page, by html5ever, which shares no code with what is tested: the subtrees of
//! siblings may stand in another order, and nothing else may differ.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, QualName, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// A node with all that it is, as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    head: String,
    is_element: bool,
    children: Vec<Node>,
}

const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// The tree that a browser makes of a page; with `flat`, without formatting elements, whose content stands in their place.
pub fn tree(page: &[u8], scripting: bool, flat: bool) -> Node {
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = scripting;
    let dom = parse_document(RcDom::default(), options).from_utf8().one(page);
    node(&dom.document, flat)
}

fn node(handle: &Handle, flat: bool) -> Node {
    let (head, is_element) = match &handle.data {
        NodeData::Document => ("document".to_owned(), true),
        NodeData::Doctype { name, .. } => (format!("doctype {name}"), false),
        NodeData::Text { contents } => (format!("text {}", contents.borrow()), false),
        NodeData::Comment { contents } => (format!("comment {contents}"), false),
        NodeData::ProcessingInstruction { contents, .. } => (format!("instruction {contents}"), false),
        NodeData::Element { name, attrs, .. } => {
            let mut attributes: Vec<String> =
                attrs.borrow().iter().map(|each| format!("{}={:?}", full(&each.name), each.value)).collect();
            attributes.sort();
            (format!("<{} {}>", full(name), attributes.join(" ")), true)
        }
    };
    let mut children = Vec::new();
    if let NodeData::Element { template_contents, .. } = &handle.data
        && let Some(contents) = template_contents.borrow().as_ref()
    {
        children.push(Node { head: "contents".to_owned(), is_element: true, children: all(contents, flat) });
    }
    children.extend(all(handle, flat));
    Node { head, is_element, children }
}

fn full(name: &QualName) -> String {
    format!("{}:{}", name.ns, name.local)
}

fn all(parent: &Handle, flat: bool) -> Vec<Node> {
    let mut found: Vec<Node> = Vec::new();
    for child in parent.children.borrow().iter() {
        let is_formatting = matches!(&child.data, NodeData::Element { name, .. } if FORMATTING.contains(&&*name.local));
        let nodes = if flat && is_formatting { all(child, flat) } else { vec![node(child, flat)] };
        for next in nodes {
            // Text that formatting parted is one.
            match found.last_mut() {
                Some(last) if flat && last.head.starts_with("text ") && next.head.starts_with("text ") => {
                    last.head.push_str(&next.head[5..]);
                }
                _ => found.push(next),
            }
        }
    }
    found
}

/// Where two trees differ by more than the order of elements that are siblings.
pub fn difference(before: &Node, after: &Node) -> Option<String> {
    if before.head != after.head || before.children.len() != after.children.len() {
        return Some(format!("{before:#?}\n-----\n{after:#?}"));
    }
    let fixed = |node: &Node| {
        node.children.iter().map(|child| (!child.is_element).then(|| child.head.clone())).collect::<Vec<_>>()
    };
    let elements = |node: &Node| {
        let mut elements: Vec<Node> = node.children.iter().filter(|child| child.is_element).cloned().collect();
        elements.sort();
        elements
    };
    if fixed(before) == fixed(after) && elements(before) == elements(after) {
        return None;
    }
    before.children.iter().zip(&after.children).find_map(|(before, after)| difference(before, after))
}

#[test]
fn an_order_that_changes_more_than_places_is_seen() {
    let differ = |before: &str, after: &str, flat: bool| {
        let [before, after] = [before, after].map(|page| tree(page.as_bytes(), true, flat));
        difference(&before, &after).is_some()
    };
    let list = |tiles: &str| format!("<!doctype html><body><div><ul>{tiles}</ul></div></body>");
    for (one, other, flat) in [
        ("<li><b>x</li>", "<li>y</li>", false),
        ("<li>x</div></li>", "<li>y</li>", true),
        ("<li>x", "<li>y</li> ", true),
        ("<li><table>x</li>", "<li>y</li>", true),
        ("<li><form></li>", "<li><form>y</form></li>", true),
    ] {
        let (before, after) = (list(&format!("{one}{other}")), list(&format!("{other}{one}")));
        assert!(differ(&before, &after, flat), "{before}");
    }
    let (one, other) = ("<li><p>x</li>", "<li><ul><li>y</ul></li>");
    assert!(!differ(&list(&format!("{one} {other}!")), &list(&format!("{other} {one}!")), false));
    assert!(
        differ(&list(&format!("{one}?{other}!")), &list(&format!("{other}!{one}?")), false),
        "text in another place"
    );
}

/// Where the trees of two pages differ so, at least without the formatting that something in front of a list left open.
pub fn pages_differ(before: &[u8], after: &[u8], scripting: bool) -> Option<String> {
    let differ = |flat| difference(&tree(before, scripting, flat), &tree(after, scripting, flat));
    differ(false).and_then(|_| differ(true))
}
