//! Writes `shop.json` of the usual demo shop, all that the storefront needs besides a model: `reshelf-demo FOLDER`. The log
//! and the catalogue for training come from `reshelf demo-data`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use reshelf_demo::{Shop, ShopOptions};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("error[usage]: name the folder to write shop.json to");
        return ExitCode::from(2);
    };
    let shop = match Shop::make(&ShopOptions::default(), |_| {}) {
        Ok(shop) => shop,
        Err(error) => {
            eprintln!("error[{}]: {error}", error.code());
            return ExitCode::FAILURE;
        }
    };
    let path = Path::new(&folder).join("shop.json");
    match write(&shop, &path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("error[demo.write]: cannot write {}: {cause}", path.display());
            ExitCode::FAILURE
        }
    }
}

/// Beside its place first, so that a run that was stopped leaves no half shop.
fn write(shop: &Shop, path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("json.part");
    let mut out = BufWriter::new(File::create(&beside)?);
    shop.write_shop(&mut out)?;
    out.flush()?;
    fs::rename(&beside, path)
}
