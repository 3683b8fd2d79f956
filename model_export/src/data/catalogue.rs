//! The shop's items and their attributes, in memory.

use std::collections::BTreeMap;

use reshelf::artifact::Description;

use super::Ids;

/// The items of a shop, ascending by id, with what is known about each: one entry per item in every column.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    /// Distinct ids, ascending.
    pub ids: Ids,
    /// Titles.
    pub titles: Vec<Option<String>>,
    /// Category paths from the widest to the narrowest, `a/b/c`.
    pub categories: Vec<Option<String>>,
    /// Brands.
    pub brands: Vec<Option<String>>,
    /// Prices in the shop's currency, finite and not negative.
    pub prices: Vec<Option<f32>>,
    /// Columns that are not part of the format, as text, of those that were asked for and are there.
    pub others: BTreeMap<String, Vec<Option<String>>>,
}

impl Catalogue {
    /// What is known of the item with this id, as the engine takes it.
    pub fn describe(&self, id: &str) -> Option<Description<'_>> {
        let item = self.ids.position(id)?;
        Some(Description {
            category: self.categories[item].as_deref(),
            brand: self.brands[item].as_deref(),
            price: self.prices[item],
            title: self.titles[item].as_deref(),
        })
    }

    /// What a column says of each item, by its name: of the format, or of [`Catalogue::others`]. `None` where nobody read it.
    pub fn column(&self, name: &str) -> Option<Vec<Option<String>>> {
        match name {
            "title" => Some(self.titles.clone()),
            "category" => Some(self.categories.clone()),
            "brand" => Some(self.brands.clone()),
            // The shortest text that is this very price: as it was written.
            "price" => Some(self.prices.iter().map(|price| price.map(|price| price.to_string())).collect()),
            other => self.others.get(other).cloned(),
        }
        .filter(|column| column.iter().any(Option::is_some))
    }

    /// The same items, of which nothing is said but their categories.
    pub fn categories_alone(&self) -> Catalogue {
        let nothing = vec![None; self.len()];
        Catalogue {
            ids: self.ids.clone(),
            titles: nothing.clone(),
            categories: self.categories.clone(),
            brands: nothing,
            prices: vec![None; self.len()],
            others: BTreeMap::new(),
        }
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}
