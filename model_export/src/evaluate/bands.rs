//! Fields of numbers, such as prices, cut into bands: a group for each number would say nothing of any.

use crate::policy::holds_names;

/// A field with more different numbers than this is cut.
const MOST_NUMBERS: usize = 12;
/// Into so many bands, with about as many items each.
const BANDS: usize = 5;

/// The bands of a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bands {
    /// Where each band but the first begins, ascending.
    cuts: Vec<f64>,
    /// What each is called, by the smallest and the largest number in it, such as `10 to 25`.
    pub names: Vec<String>,
}

impl Bands {
    /// Bands by what a field says of the model's items; `others` have to be numbers too. `None` for a field that says anything but
    /// numbers, or few different ones, and for one whose numbers are names (`brand`, `category_id`).
    pub fn of(field: &str, own: &[Option<String>], others: &[Option<String>]) -> Option<Bands> {
        if holds_names(field) {
            return None;
        }
        let numbers = |texts: &[Option<String>]| texts.iter().flatten().map(|text| number(text)).collect();
        let (own, others): (Option<Vec<f64>>, Option<Vec<f64>>) = (numbers(own), numbers(others));
        let (mut sorted, others) = (own?, others?);
        let mut all = [sorted.as_slice(), &others].concat();
        all.sort_by(f64::total_cmp);
        all.dedup();
        if all.len() <= MOST_NUMBERS {
            return None;
        }
        sorted.sort_by(f64::total_cmp);
        // Of items that the model does not know alone, those make the bands.
        let sorted = if sorted.is_empty() { &all } else { &sorted };
        let mut cuts: Vec<f64> = (1..BANDS).map(|band| sorted[band * sorted.len() / BANDS]).collect();
        cuts.dedup();
        cuts.retain(|cut| *cut > all[0]);
        let mut names = Vec::new();
        for band in all.chunk_by(|a, b| place(&cuts, *a) == place(&cuts, *b)) {
            let (first, last) = (band[0], band[band.len() - 1]);
            names.push(if first == last { format!("{first}") } else { format!("{first} to {last}") });
        }
        Some(Bands { cuts, names })
    }

    /// The name of the band in which a value lies.
    pub fn name(&self, text: &str) -> Option<&str> {
        self.names.get(place(&self.cuts, number(text)?)).map(String::as_str)
    }
}

fn place(cuts: &[f64], number: f64) -> usize {
    cuts.partition_point(|cut| *cut <= number)
}

/// A number as text has it; -0 is 0.
fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number + 0.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts<T: ToString>(values: impl IntoIterator<Item = T>) -> Vec<Option<String>> {
        values.into_iter().map(|value| Some(value.to_string())).chain([None]).collect()
    }

    #[test]
    fn numbers_are_cut_into_fifths_and_names_are_not() {
        let bands = Bands::of("price", &texts(1..=100), &texts([250.5])).unwrap();
        assert_eq!(bands.names, ["1 to 20", "21 to 40", "41 to 60", "61 to 80", "81 to 250.5"]);
        let name = |text| bands.name(text).unwrap();
        assert_eq!(
            [name("1"), name("20.0"), name("21"), name("250.5")],
            ["1 to 20", "1 to 20", "21 to 40", "81 to 250.5"]
        );
        assert!(
            Bands::of("price", &texts(1..=12), &[]).is_none()
                && Bands::of("price", &texts(1..=12), &texts([13])).is_some()
        );
        for field in ["brand", "vendor", "category", "seller", "shop_id", "shopId", "id"] {
            assert!(Bands::of(field, &texts(1..=100), &[]).is_none(), "{field}");
        }
        let mixed = [texts(1..=100), texts(["from 5"])].concat();
        assert!(
            Bands::of("price", &mixed, &[]).is_none() && Bands::of("bid", &texts(["inf"]), &texts(1..=100)).is_none()
        );
        // What most items share is a band of its own.
        let free = [texts(vec![0; 80]), texts(1..=20)].concat();
        assert_eq!(Bands::of("price", &free, &[]).unwrap().names, ["0", "1 to 20"]);
    }

    proptest! {
        #[test]
        fn every_number_lies_in_the_band_that_its_name_says(
            own in prop::collection::vec(-50_i32..50, 0..200),
            others in prop::collection::vec(-90_i32..90, 13..200),
        ) {
            let Some(bands) = Bands::of("price", &texts(own.clone()), &texts(others.clone())) else { return Ok(()) };
            prop_assert!((1..=BANDS).contains(&bands.names.len()) && bands.cuts.len() < bands.names.len());
            for value in own.iter().chain(&others) {
                let name = bands.name(&value.to_string()).unwrap();
                let (first, last) = name.split_once(" to ").unwrap_or((name, name));
                prop_assert!((first.parse::<i32>().unwrap()..=last.parse::<i32>().unwrap()).contains(value), "{value} in {name}");
            }
        }
    }
}
