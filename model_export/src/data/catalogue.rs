//! The shop's items and their attributes, in memory.

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

    /// The same items, of which nothing is said but their categories.
    pub fn categories_alone(&self) -> Catalogue {
        let nothing = vec![None; self.len()];
        Catalogue {
            ids: self.ids.clone(),
            titles: nothing.clone(),
            categories: self.categories.clone(),
            brands: nothing,
            prices: vec![None; self.len()],
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
