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

/// The tree that a browser makes of a page.
pub fn tree(page: &[u8], scripting: bool) -> Node {
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = scripting;
    let dom = parse_document(RcDom::default(), options).from_utf8().one(page);
    node(&dom.document)
}

fn node(handle: &Handle) -> Node {
    let (head, is_element) = match &handle.data {
        NodeData::Document => ("document".to_owned(), true),
        NodeData::Doctype { name, .. } => (format!("doctype {name}"), false),
        NodeData::Text { contents } => (format!("text {}", contents.borrow()), false),
        NodeData::Comment { contents } => (format!("comment {contents}"), false),
        NodeData::ProcessingInstruction { contents, .. } => (format!("instruction {contents}"), false),
        NodeData::Element { name, attrs, .. } => {
            let mut attributes: Vec<String> =
                attrs.borrow().iter().map(|each| format!("{}={:?}", full(&each.name), &*each.value)).collect();
            // What tiles and lists may gain, where it is an attribute; elsewhere it is seen.
            attributes.retain(|each| {
                ![":data-reshelf-row=", ":data-reshelf-page-row="].iter().any(|of| each.starts_with(of))
            });
            attributes.sort();
            (format!("<{} {}>", full(name), attributes.join(" ")), true)
        }
    };
    let mut children = Vec::new();
    if let NodeData::Element { template_contents, .. } = &handle.data
        && let Some(contents) = template_contents.borrow().as_ref()
    {
        children.push(Node { head: "contents".to_owned(), is_element: true, children: all(contents) });
    }
    children.extend(all(handle));
    Node { head, is_element, children }
}

fn full(name: &QualName) -> String {
    format!("{}:{}", name.ns, name.local)
}

fn all(parent: &Handle) -> Vec<Node> {
    parent.children.borrow().iter().map(node).collect()
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
    let differ = |before: &str, after: &str| pages_differ(before.as_bytes(), after.as_bytes(), true).is_some();
    let list = |tiles: &str| format!("<!doctype html><body><div><ul>{tiles}</ul></div></body>");
    for (one, other) in [
        ("<li><b>x</li>", "<li>y</li>"),
        ("<li>x</div></li>", "<li>y</li>"),
        ("<li>x", "<li>y</li> "),
        ("<li><table>x</li>", "<li>y</li>"),
        ("<li><form></li>", "<li><form>y</form></li>"),
    ] {
        let (before, after) = (list(&format!("{one}{other}")), list(&format!("{other}{one}")));
        assert!(differ(&before, &after), "{before}");
    }
    let (one, other) = ("<li><p>x</li>", "<li><ul><li>y</ul></li>");
    assert!(!differ(&list(&format!("{one} {other}!")), &list(&format!("{other} {one}!"))));
    assert!(differ(&list(&format!("{one}?{other}!")), &list(&format!("{other}!{one}?"))), "text in another place");
}

/// Where the trees of two pages differ so.
pub fn pages_differ(before: &[u8], after: &[u8], scripting: bool) -> Option<String> {
    difference(&tree(before, scripting), &tree(after, scripting))
}
