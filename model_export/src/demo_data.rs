//! Writes the demo shop's files: the log, the catalogue, what the storefront shows, and the pictures.
//!
//! Its one job: `reshelf demo-data`. The shop is made by `reshelf_demo` (`model_export/demo`), which writes no files. It may use
//! that, [`crate::output`] and [`crate::progress`].

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use reshelf_demo::{DemoError, Shop, ShopOptions};
use serde::Serialize;
use thiserror::Error;

use crate::output::{OutputError, write_atomically};
use crate::progress::Progress;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoSummary {
    /// Products in the catalogue.
    pub products: usize,
    /// Categories that hold products (the departments above them not counted).
    pub categories: usize,
    /// Rows of the log, rows sent twice included.
    pub rows: usize,
    /// Rows of what shoppers did with items.
    pub events: usize,
    /// Rows that are purchases.
    pub purchases: usize,
    /// The log, for `reshelf train --events`.
    pub events_path: PathBuf,
    /// The catalogue, for `reshelf train --items`.
    pub items_path: PathBuf,
    /// The shop, for the storefront.
    pub shop_path: PathBuf,
}

/// Why the demo shop's files could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DemoDataError {
    /// The shop cannot be made.
    #[error(transparent)]
    Shop(#[from] DemoError),
    /// The folder cannot be made.
    #[error("cannot make the folder {}: {cause}; name another with --out", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// A picture cannot be written.
    #[error("cannot write {}: {cause}; free some space or name another folder with --out", path.display())]
    Picture {
        /// The picture.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// Another file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

impl DemoDataError {
    /// A stable code for scripts: `demo.what`, or that of the writer.
    pub fn code(&self) -> &'static str {
        match self {
            DemoDataError::Shop(error) => error.code(),
            DemoDataError::Folder { .. } => "demo.folder",
            DemoDataError::Picture { .. } => "demo.picture",
            DemoDataError::Output(error) => error.code(),
        }
    }
}

/// Makes the shop and writes `events.csv`, `items.csv`, `shop.json` and `pictures/<id>.svg` into a folder, which is made where
/// it does not exist.
///
/// Pictures of an earlier, larger shop in the same folder stay; nothing refers to them.
///
/// # Errors
/// [`DemoDataError`] where a count is out of range (nothing is written then) or something cannot be written.
pub fn write_demo(out: &Path, options: &ShopOptions, quiet: bool) -> Result<DemoSummary, DemoDataError> {
    let progress = Progress::of(options.sessions as u64, "playing sessions", quiet);
    let shop = Shop::make(options, |done| progress.reached(done as u64))?;
    drop(progress);
    make_folder(out)?;
    let [events_path, items_path, shop_path] = ["events.csv", "items.csv", "shop.json"].map(|name| out.join(name));
    write_atomically(&events_path, |file| shop.write_events(file))?;
    write_atomically(&items_path, |file| shop.write_items(file))?;
    write_pictures(&out.join("pictures"), &shop)?;
    write_atomically(&shop_path, |file| shop.write_shop(file))?;
    Ok(DemoSummary {
        products: shop.products(),
        categories: shop.categories(),
        rows: shop.rows(),
        events: shop.events(),
        purchases: shop.purchases(),
        events_path,
        items_path,
        shop_path,
    })
}

fn make_folder(path: &Path) -> Result<(), DemoDataError> {
    let failed = |cause: io::Error| DemoDataError::Folder { path: path.to_owned(), cause: cause.to_string() };
    fs::create_dir_all(path).map_err(failed)
}

/// Each is written beside its place and renamed, but not forced to the disk one by one: three thousand waits for the disk
/// would take longer than all the rest, and a lost picture is made again by the same command.
fn write_pictures(folder: &Path, shop: &Shop) -> Result<(), DemoDataError> {
    make_folder(folder)?;
    for (id, picture) in shop.pictures() {
        let path = folder.join(format!("{id}.svg"));
        let beside = folder.join(format!(".{id}.svg.part"));
        if let Err(cause) = fs::write(&beside, picture).and_then(|()| fs::rename(&beside, &path)) {
            // The half file is no use; whether it goes or not, the first error is the one to tell.
            let _ = fs::remove_file(&beside);
            return Err(DemoDataError::Picture { path, cause: cause.to_string() });
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SMALL: ShopOptions = ShopOptions { seed: 1, products: 41, sessions: 5 };

    #[test]
    fn all_files_are_there_and_each_product_has_its_picture() {
        let folder = tempfile::tempdir().unwrap();
        let summary = write_demo(&folder.path().join("shop"), &SMALL, true).unwrap();
        assert_eq!(fs::read_to_string(&summary.events_path).unwrap().lines().count(), summary.rows + 1);
        assert!(summary.events < summary.rows && summary.events >= SMALL.sessions);
        let items = fs::read_to_string(&summary.items_path).unwrap();
        for id in items.lines().skip(1).filter_map(|line| line.split(',').next()) {
            let picture = fs::read_to_string(folder.path().join(format!("shop/pictures/{id}.svg"))).unwrap();
            assert!(picture.ends_with("</svg>"), "{id}");
        }
        assert!(summary.shop_path.exists());
    }

    #[test]
    fn wrong_counts_and_places_are_told_by_code_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("shop");
        let error = write_demo(&out, &ShopOptions { products: 40, ..SMALL }, true).unwrap_err();
        assert_eq!(error.code(), "demo.count");
        assert!(!out.exists());
        fs::write(&out, "a file").unwrap();
        assert_eq!(write_demo(&out, &SMALL, true).unwrap_err().code(), "demo.folder");
    }
}
