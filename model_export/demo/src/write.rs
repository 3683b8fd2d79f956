//! Writes what was made: the log and the catalogue for training, the shop for the storefront.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::catalogue::Product;
use crate::lists::{LEAF, Lists};
use crate::tables::{BRANCHES, BRANDS, CATEGORIES, COLOURS, Category, WORDS, last_part};
use crate::visit::{Event, Query};

/// `events.csv`, in the order of the rows given. Names of sessions and users say nothing of their order. Rows of what was
/// shown leave out the price: they are most of the log.
pub(crate) fn events(out: &mut impl Write, products: &[Product], rows: &[Event]) -> io::Result<()> {
    writeln!(out, "session_id,item_id,ts,event,user_id,price,quantity,dwell_ms,query,list_id,position")?;
    for event in rows {
        let product = &products[event.item as usize];
        // An odd factor turns the number into another of 32 bits, none twice.
        let session = event.session.wrapping_mul(2_654_435_761);
        let id = if event.query.is_some() { "" } else { product.id.as_str() };
        write!(out, "S{session:08x},{id},{},{},", event.at, event.kind.name())?;
        if let Some(user) = event.user {
            write!(out, "U{:05}", 10_000 + user)?;
        }
        out.write_all(b",")?;
        if event.kind.is_turn() {
            write!(out, "{}.{:02}", product.price / 100, product.price % 100)?;
        }
        out.write_all(b",")?;
        if event.quantity > 0 {
            write!(out, "{}", event.quantity)?;
        }
        out.write_all(b",")?;
        if event.dwell > 0 {
            write!(out, "{}", event.dwell)?;
        }
        write!(out, ",{},", event.query.map_or_else(String::new, Query::text))?;
        match event.shown {
            Some((list, place)) => writeln!(out, "{},{place}", list.name())?,
            None => writeln!(out, ",")?,
        }
    }
    Ok(())
}

/// `items.csv`, by id.
pub(crate) fn items(out: &mut impl Write, products: &[Product]) -> io::Result<()> {
    writeln!(out, "item_id,title,category,brand,price")?;
    for product in by_id(products) {
        let (category, brand) = (product.category().path, BRANDS[product.brand].name);
        let (euros, cents) = (product.price / 100, product.price % 100);
        // Titles hold commas, never quotes.
        writeln!(out, "{},\"{}\",{category},{brand},{euros}.{cents:02}", product.id, product.title)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct ShopFile<'a> {
    name: &'static str,
    currency: &'static str,
    categories: Vec<CategoryEntry>,
    products: Vec<ProductEntry<'a>>,
    lists: ListsEntry<'a>,
}

#[derive(Serialize)]
struct CategoryEntry {
    slug: &'static str,
    path: &'static str,
    title: &'static str,
    parent: Option<&'static str>,
}

#[derive(Serialize)]
struct ProductEntry<'a> {
    id: &'a str,
    title: &'a str,
    brand: &'static str,
    price: f64,
    colour: &'static str,
    category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reviews: Option<u32>,
    picture: String,
}

#[derive(Serialize)]
struct ListsEntry<'a> {
    home: Vec<&'a str>,
    category: BTreeMap<&'static str, Vec<&'a str>>,
    also: BTreeMap<&'a str, Vec<&'a str>>,
}

/// `shop.json`: all that the storefront needs.
pub(crate) fn shop(out: &mut impl Write, products: &[Product], lists: &Lists) -> io::Result<()> {
    let ids = |list: &[u32]| list.iter().map(|&item| products[item as usize].id.as_str()).collect::<Vec<_>>();
    let branches = BRANCHES.iter().zip(&lists.branch).map(|(branch, list)| (last_part(branch.path), ids(list)));
    let leaf = |(leaf, list): (&Category, &Vec<u32>)| (leaf.slug(), ids(&list[..list.len().min(LEAF)]));
    let category = branches.chain(CATEGORIES.iter().zip(&lists.leaf).map(leaf)).collect();
    let also = products.iter().zip(&lists.also).map(|(product, list)| (product.id.as_str(), ids(list))).collect();
    let file = ShopFile {
        name: WORDS.shop,
        currency: WORDS.currency,
        categories: category_tree(),
        products: by_id(products).into_iter().map(product_entry).collect(),
        lists: ListsEntry { home: ids(&lists.home), category, also },
    };
    serde_json::to_writer(&mut *out, &file)?;
    writeln!(out)
}

/// Branches first, each before what grows on it; then the leaves in the menu's order.
fn category_tree() -> Vec<CategoryEntry> {
    let branches = BRANCHES.iter().map(|branch| (branch.path, branch.title));
    let leaves = CATEGORIES.iter().map(|leaf| (leaf.path, leaf.title));
    branches
        .chain(leaves)
        .map(|(path, title)| CategoryEntry {
            slug: last_part(path),
            path,
            title,
            parent: path.rsplit_once('/').map(|(parent, _)| last_part(parent)),
        })
        .collect()
}

fn product_entry(product: &Product) -> ProductEntry<'_> {
    ProductEntry {
        id: &product.id,
        title: &product.title,
        brand: BRANDS[product.brand].name,
        price: product.price as f64 / 100.0,
        colour: COLOURS[product.colour].name,
        category: product.category().slug(),
        rating: product.rating.map(|(tenths, _)| f64::from(tenths) / 10.0),
        reviews: product.rating.map(|(_, reviews)| reviews),
        picture: product.picture(),
    }
}

/// Ids of one length sort as text.
fn by_id(products: &[Product]) -> Vec<&Product> {
    let mut order: Vec<&Product> = products.iter().collect();
    order.sort_by(|a, b| a.id.len().cmp(&b.id.len()).then_with(|| a.id.cmp(&b.id)));
    order
}
