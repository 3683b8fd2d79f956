//! Writes what was made: the log and the catalogue for training, the shop for the storefront, the pictures.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::DemoError;
use super::brands::BRANDS;
use super::catalogue::Product;
use super::categories::{BRANCHES, CATEGORIES};
use super::colours::COLOURS;
use super::lists::{LEAF, Lists};
use super::simulator::Event;
use crate::output::write_atomically;

/// The shop's name.
const NAME: &str = "Rowan & Reed";

/// `events.csv`, in the order of the rows given. Names of sessions and users say nothing of their order.
pub(super) fn events(path: &Path, products: &[Product], rows: impl Iterator<Item = Event>) -> Result<(), DemoError> {
    write_atomically(path, |out| {
        writeln!(out, "session_id,item_id,ts,event,user_id,price,quantity")?;
        for event in rows {
            let product = &products[event.item as usize];
            // An odd factor turns the number into another of 32 bits, none twice.
            let session = event.session.wrapping_mul(2_654_435_761);
            write!(out, "S{session:08x},{},{},{},", product.id, event.at, event.kind.name())?;
            if let Some(user) = event.user {
                write!(out, "U{:05}", 10_000 + user)?;
            }
            write!(out, ",{}.{:02},", product.price / 100, product.price % 100)?;
            if event.quantity > 0 {
                write!(out, "{}", event.quantity)?;
            }
            writeln!(out)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// `items.csv`, by id.
pub(super) fn items(path: &Path, products: &[Product]) -> Result<(), DemoError> {
    write_atomically(path, |out| {
        writeln!(out, "item_id,title,category,brand,price")?;
        for product in by_id(products) {
            let (category, brand) = (product.category().path, BRANDS[product.brand].name);
            let (euros, cents) = (product.price / 100, product.price % 100);
            // Titles hold commas, never quotes.
            writeln!(out, "{},\"{}\",{category},{brand},{euros}.{cents:02}", product.id, product.title)?;
        }
        Ok(())
    })?;
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

/// `shop.json`: all that the storefront needs. Returns its size in bytes.
pub(super) fn shop(path: &Path, products: &[Product], lists: &Lists) -> Result<u64, DemoError> {
    let ids = |list: &[u32]| list.iter().map(|&item| products[item as usize].id.as_str()).collect::<Vec<_>>();
    let leaves = CATEGORIES.iter().zip(&lists.leaf);
    let category = BRANCHES
        .iter()
        .zip(&lists.branch)
        .map(|((path, _), list)| (slug(path), ids(list)))
        .chain(leaves.map(|(leaf, list)| (leaf.slug, ids(&list[..list.len().min(LEAF)]))))
        .collect();
    let also = products.iter().zip(&lists.also).map(|(product, list)| (product.id.as_str(), ids(list))).collect();
    let file = ShopFile {
        name: NAME,
        currency: "EUR",
        categories: category_tree(),
        products: by_id(products).into_iter().map(product_entry).collect(),
        lists: ListsEntry { home: ids(&lists.home), category, also },
    };
    write_atomically(path, |out| {
        serde_json::to_writer(&mut *out, &file).map_err(io::Error::other)?;
        writeln!(out)
    })?;
    Ok(fs::metadata(path).map_or(0, |metadata| metadata.len()))
}

/// Branches first, each before what grows on it; then the leaves in the menu's order.
fn category_tree() -> Vec<CategoryEntry> {
    let branches = BRANCHES.iter().map(|&(path, title)| (path, title));
    let leaves = CATEGORIES.iter().map(|leaf| (leaf.path, leaf.title));
    branches
        .chain(leaves)
        .map(|(path, title)| CategoryEntry {
            slug: slug(path),
            path,
            title,
            parent: path.rsplit_once('/').map(|(parent, _)| slug(parent)),
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
        category: product.category().slug,
        rating: product.rating.map(|(tenths, _)| f64::from(tenths) / 10.0),
        reviews: product.rating.map(|(_, reviews)| reviews),
        picture: product.picture(),
    }
}

/// `pictures/<id>.svg`. Each is written beside its place and renamed, but not forced to the disk one by one: three
/// thousand waits for the disk would take longer than all the rest, and a lost picture is made again by the same command.
pub(super) fn pictures(folder: &Path, products: &[Product]) -> Result<(), DemoError> {
    fs::create_dir_all(folder).map_err(|cause| DemoError::folder(folder, &cause))?;
    for product in products {
        let path = folder.join(format!("{}.svg", product.id));
        let beside = folder.join(format!(".{}.svg.part", product.id));
        let written = fs::write(&beside, product.picture()).and_then(|()| fs::rename(&beside, &path));
        if let Err(cause) = written {
            // The half file is no use; whether it goes or not, the first error is the one to tell.
            let _ = fs::remove_file(&beside);
            return Err(DemoError::Picture { path, cause: cause.to_string() });
        }
    }
    Ok(())
}

fn slug(path: &'static str) -> &'static str {
    path.rsplit_once('/').map_or(path, |(_, last)| last)
}

/// Ids of one length sort as text.
fn by_id(products: &[Product]) -> Vec<&Product> {
    let mut order: Vec<&Product> = products.iter().collect();
    order.sort_by(|a, b| a.id.len().cmp(&b.id.len()).then_with(|| a.id.cmp(&b.id)));
    order
}
