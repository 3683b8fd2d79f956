//! Rules that are sound, as they count.

use serde_json::Value as Json;

use super::matches::Match;
use super::value::Value;

/// A rule, from and until when it counts, in milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub id: String,
    pub from: f64,
    pub until: f64,
    /// The pages on which it counts; on all where there are none.
    pub pages: Option<Vec<String>>,
    /// Whether it counts for some shoppers or some queries alone, of which nothing is known here.
    pub asks_shopper: bool,
    /// What it is about: where a definition's own rule counts, a preset's about the same does not.
    pub subject: String,
    /// Whether it is of a slot's preset.
    pub is_preset: bool,
    pub kind: Kind,
}

impl Rule {
    /// Whether it counts for a time alone.
    pub fn is_timed(&self) -> bool {
        self.from > f64::NEG_INFINITY || self.until < f64::INFINITY
    }

    /// Whether it counts on every page, for everybody, at any time.
    pub fn is_always(&self) -> bool {
        !self.is_timed() && self.pages.is_none() && !self.asks_shopper
    }
}

/// What a rule does; `www/src/slate/types.ts` says what each field is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Pin {
        item: String,
        matches: Option<Match>,
        position: usize,
    },
    Hide(Match),
    /// A boost, or a bury below zero; by a field's number, where it names one.
    Adds(Match, f64, Option<String>),
    SoldOut,
    /// What a field says yes to: `hidden` or `ageRestricted`.
    Says(String),
    Bought {
        days: f64,
    },
    Cap {
        field: String,
        most: u32,
        window: u32,
        first: Option<u32>,
    },
    Minimum {
        matches: Match,
        least: u32,
        first: u32,
    },
    SeenDecay {
        by: f64,
        most: f64,
    },
    Strength {
        percent: f64,
    },
    MaxMoves {
        places: u32,
    },
    Freshness {
        field: String,
        half_life_days: f64,
        by: f64,
    },
    Ending {
        field: String,
        half_life_days: f64,
        by: f64,
    },
    Rotation {
        by: f64,
        matches: Option<Match>,
        seed: String,
    },
    Sponsored {
        positions: Vec<usize>,
        bid: String,
        matches: Option<Match>,
        rank: f64,
        share: f64,
    },
    /// Nobody searches in a replay, so it adds nothing there.
    Query {
        fields: Vec<String>,
    },
    /// The server's multiplier of how likely a candidate is looked at.
    Exposure(String),
    Diversify {
        how: How,
        amount: f64,
        first: Option<u32>,
        window: u32,
        field: String,
    },
}

/// How a list is made diverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Mmr,
    Dpp,
    Calibrate,
}

impl Kind {
    /// The rule of a kind that the schema has passed; `None` for a kind that this version does not know.
    pub fn of(rule: &Json) -> Option<Kind> {
        let number = |name: &str| rule[name].as_f64();
        let whole = |name: &str| number(name).map(|number| number as u32);
        let text = |name: &str, usual: &str| rule[name].as_str().unwrap_or(usual).to_owned();
        let matches = || Match::of(&rule["match"]);
        let named = || rule["field"].as_str().map(str::to_owned);
        Some(match rule["kind"].as_str()? {
            "pin" => {
                let item = Value::of_json(&rule["item"]).first().map(|item| item.text().into_owned());
                Kind::Pin { item: item.unwrap_or_default(), matches: matches(), position: whole("position")? as usize }
            }
            "hide" => Kind::Hide(matches()?),
            "boost" => Kind::Adds(matches()?, number("by")?, named()),
            "bury" => Kind::Adds(matches()?, -number("by")?, named()),
            "filter" => match rule["what"].as_str()? {
                "soldOut" => Kind::SoldOut,
                "bought" => Kind::Bought { days: number("days").unwrap_or(30.0) },
                field => Kind::Says(field.to_owned()),
            },
            "cap" => Kind::Cap {
                field: text("field", ""),
                most: whole("most")?,
                window: whole("in")?,
                first: whole("first"),
            },
            "minimum" => Kind::Minimum { matches: matches()?, least: whole("least")?, first: whole("first")? },
            "seenDecay" => Kind::SeenDecay { by: number("by")?, most: number("most").unwrap_or(10.0) },
            "strength" => Kind::Strength { percent: number("percent")? },
            "maxMoves" => Kind::MaxMoves { places: whole("places")? },
            "freshness" => Kind::Freshness {
                field: text("field", "date"),
                half_life_days: number("halfLifeDays")?,
                by: number("by")?,
            },
            "ending" => Kind::Ending {
                field: text("field", "ends"),
                half_life_days: number("halfLifeDays")?,
                by: number("by")?,
            },
            "rotation" => Kind::Rotation { by: number("by")?, matches: matches(), seed: text("seed", "day") },
            "sponsored" => Kind::Sponsored {
                positions: rule["positions"]
                    .as_array()?
                    .iter()
                    .filter_map(Json::as_f64)
                    .map(|at| at as usize)
                    .collect(),
                bid: text("bid", "bid"),
                matches: matches(),
                rank: rule["floor"]["rank"].as_f64().unwrap_or(f64::INFINITY),
                share: rule["floor"]["share"].as_f64().unwrap_or(1.0),
            },
            "query" => {
                let fields = rule["fields"].as_array().into_iter().flatten();
                let fields: Vec<String> = fields.filter_map(Json::as_str).map(str::to_owned).collect();
                Kind::Query { fields: if fields.is_empty() { vec!["title".to_owned()] } else { fields } }
            }
            "exposure" => Kind::Exposure(text("field", "exposure")),
            "diversify" => Kind::Diversify {
                how: match rule["how"].as_str()? {
                    "mmr" => How::Mmr,
                    "dpp" => How::Dpp,
                    _ => How::Calibrate,
                },
                amount: number("amount")?,
                first: whole("first"),
                window: whole("window").unwrap_or(0),
                field: text("field", "category"),
            },
            _ => return None,
        })
    }

    /// Of some kinds one rule alone can count: their number, for those.
    pub fn single(&self) -> Option<u8> {
        match self {
            Kind::Strength { .. } => Some(0),
            Kind::MaxMoves { .. } => Some(1),
            Kind::Diversify { .. } => Some(2),
            _ => None,
        }
    }

    /// What it is about, of its own, in matches.
    pub fn matches(&self) -> Option<&Match> {
        match self {
            Kind::Hide(matches) | Kind::Adds(matches, ..) | Kind::Minimum { matches, .. } => Some(matches),
            Kind::Pin { matches, .. } | Kind::Rotation { matches, .. } | Kind::Sponsored { matches, .. } => {
                matches.as_ref()
            }
            _ => None,
        }
    }

    /// The fields that it reads, but for those of its match.
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Kind::SoldOut => vec!["stock"],
            Kind::Says(field) | Kind::Adds(_, _, Some(field)) | Kind::Exposure(field) => vec![field],
            Kind::Cap { field, .. } | Kind::Freshness { field, .. } | Kind::Ending { field, .. } => vec![field],
            Kind::Query { fields } => fields.iter().map(String::as_str).collect(),
            Kind::Sponsored { bid, .. } => vec![bid],
            Kind::Diversify { how: How::Calibrate, field, .. } => vec![field],
            _ => Vec::new(),
        }
    }
}
