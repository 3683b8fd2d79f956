//! What the standard says of an element by its name, as bits.

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traits(u64);

impl Traits {
    /// Nothing that matters here.
    pub(crate) const NONE: Traits = Traits(0);
    /// Has no content and no end tag.
    pub(crate) const VOID: Traits = Traits(1);
    /// Its text is not read as tags.
    pub(crate) const RAW: Traits = Traits(1 << 1);
    /// "Special" in the standard: an end tag of something unknown does not reach past it.
    pub(crate) const SPECIAL: Traits = Traits(1 << 2);
    /// Its start tag ends a paragraph.
    pub(crate) const ENDS_P: Traits = Traits(1 << 3);
    /// A browser opens it anew in what follows, until it is closed.
    pub(crate) const FORMATTING: Traits = Traits(1 << 4);
    /// End tags inside do not reach past it.
    pub(crate) const SCOPE: Traits = Traits(1 << 5);
    /// What was formatted inside stays inside.
    pub(crate) const MARKER: Traits = Traits(1 << 6);
    /// Its end tag closes all inside, special or not.
    pub(crate) const BLOCK: Traits = Traits(1 << 7);
    /// The end tag of something around it closes it without a word.
    pub(crate) const IMPLIED: Traits = Traits(1 << 8);
    pub(crate) const P: Traits = Traits(1 << 9);
    pub(crate) const LI: Traits = Traits(1 << 10);
    /// `dd` and `dt`.
    pub(crate) const DD: Traits = Traits(1 << 11);
    /// `ol` and `ul`, past which the end tag of an `li` does not reach.
    pub(crate) const LIST: Traits = Traits(1 << 12);
    pub(crate) const BUTTON: Traits = Traits(1 << 13);
    pub(crate) const HEADING: Traits = Traits(1 << 14);
    pub(crate) const FORM: Traits = Traits(1 << 15);
    pub(crate) const TABLE: Traits = Traits(1 << 16);
    /// `tbody`, `thead`, `tfoot`.
    pub(crate) const SECTION: Traits = Traits(1 << 17);
    pub(crate) const ROW: Traits = Traits(1 << 18);
    pub(crate) const CELL: Traits = Traits(1 << 19);
    /// `caption`.
    pub(crate) const CAPTION: Traits = Traits(1 << 20);
    pub(crate) const COLUMNS: Traits = Traits(1 << 21);
    pub(crate) const COLUMN: Traits = Traits(1 << 22);
    pub(crate) const TEMPLATE: Traits = Traits(1 << 23);
    pub(crate) const SELECT: Traits = Traits(1 << 24);
    pub(crate) const OPTION: Traits = Traits(1 << 25);
    pub(crate) const OPTGROUP: Traits = Traits(1 << 26);
    /// `rb`, `rp`, `rt`, `rtc`.
    pub(crate) const RUBY_PART: Traits = Traits(1 << 27);
    pub(crate) const RUBY: Traits = Traits(1 << 28);
    /// `svg` and `math`, and all inside.
    pub(crate) const FOREIGN: Traits = Traits(1 << 29);
    /// `a` and `nobr`, which end one of their own.
    pub(crate) const LONELY: Traits = Traits(1 << 30);
    /// What no list may hold: its tags act on the whole page.
    pub(crate) const PAGE: Traits = Traits(1 << 31);
    pub(crate) const NOSCRIPT: Traits = Traits(1 << 32);
    /// `address` and `div`, which a new `li` looks past.
    pub(crate) const LOOKED_PAST: Traits = Traits(1 << 33);
    /// May stand in a table or a `select` and is not put elsewhere.
    pub(crate) const SCRIPT: Traits = Traits(1 << 34);
    pub(crate) const HR: Traits = Traits(1 << 35);
    /// `image`, which a browser reads as `img`.
    pub(crate) const IMAGE: Traits = Traits(1 << 36);
    /// In SVG or `MathML`: what is inside is HTML again.
    pub(crate) const INTEGRATION: Traits = Traits(1 << 37);
    /// Its start tag ends SVG and `MathML`.
    pub(crate) const BREAKS_OUT: Traits = Traits(1 << 38);

    /// The parts of a table around which browsers put elsewhere what does not belong.
    pub(crate) const TABLE_PARTS: Traits = Self::TABLE.and(Self::SECTION).and(Self::ROW).and(Self::COLUMNS);

    pub(crate) const fn and(self, other: Traits) -> Traits {
        Traits(self.0 | other.0)
    }

    /// Whether it has one of these.
    pub(crate) const fn any(self, of: Traits) -> bool {
        self.0 & of.0 != 0
    }

    /// What stands in a table and, but for a template, nowhere else.
    pub(crate) const fn is_table_part(self) -> bool {
        let parts = Self::SECTION.and(Self::ROW).and(Self::CELL).and(Self::CAPTION).and(Self::COLUMNS);
        self.any(parts.and(Self::COLUMN))
    }

    /// Whether its start tag opens anew what formatting was left open, as text does.
    pub(crate) const fn reopens(self) -> bool {
        let by_itself = Self::ENDS_P.and(Self::TABLE_PARTS).and(Self::CELL).and(Self::CAPTION).and(Self::SCRIPT);
        !self.any(by_itself.and(Self::TEMPLATE)) || (self.any(Self::RAW) && self.any(Self::ENDS_P))
    }

    /// What an end tag of this element does not reach past; not for a paragraph's.
    pub(crate) const fn barriers(self) -> Traits {
        let parts = Self::TABLE.and(Self::SECTION).and(Self::ROW).and(Self::CELL).and(Self::CAPTION);
        if self.any(Self::TEMPLATE) {
            Self::NONE
        } else if self.any(parts.and(Self::COLUMNS)) {
            Self::TABLE.and(Self::TEMPLATE).and(Self::SELECT).and(Self::INTEGRATION)
        } else if self.any(Self::LI) {
            Self::SCOPE.and(Self::LIST).and(Self::SELECT)
        } else if self.any(Self::BLOCK.and(Self::HEADING).and(Self::FORM)) {
            Self::SCOPE.and(Self::SELECT)
        } else if self.any(Self::OPTION.and(Self::OPTGROUP).and(Self::SELECT)) {
            Self::SPECIAL.and(Self::SCOPE)
        } else {
            Self::SPECIAL
        }
    }

    /// The traits of an HTML element.
    pub(crate) fn of(name: &[u8]) -> Traits {
        const LONGEST: usize = 10;
        let mut lower = [0; LONGEST];
        let Some(lower) = lower.get_mut(..name.len()) else { return Self::NONE };
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        let block = Self::BLOCK.and(Self::ENDS_P).and(Self::SPECIAL);
        let marker = Self::SCOPE.and(Self::MARKER).and(Self::SPECIAL);
        match &*lower {
            b"div" => block.and(Self::LOOKED_PAST).and(Self::BREAKS_OUT),
            b"span" | b"sub" | b"sup" | b"var" => Self::BREAKS_OUT,
            b"img" | b"embed" | b"meta" => Self::VOID.and(Self::SPECIAL).and(Self::BREAKS_OUT),
            b"br" => Self::VOID.and(Self::SPECIAL).and(Self::BREAKS_OUT),
            b"a" => Self::FORMATTING.and(Self::LONELY),
            b"nobr" => Self::FORMATTING.and(Self::LONELY).and(Self::BREAKS_OUT),
            b"b" | b"big" | b"code" | b"em" | b"font" | b"i" | b"s" | b"small" | b"strike" | b"strong" | b"tt"
            | b"u" => Self::FORMATTING.and(Self::BREAKS_OUT),
            b"li" => Self::LI.and(Self::IMPLIED).and(Self::SPECIAL).and(Self::ENDS_P).and(Self::BREAKS_OUT),
            b"ul" | b"ol" => block.and(Self::LIST).and(Self::BREAKS_OUT),
            b"p" => Self::P.and(Self::IMPLIED).and(Self::SPECIAL).and(Self::ENDS_P).and(Self::BREAKS_OUT),
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => {
                Self::HEADING.and(Self::SPECIAL).and(Self::ENDS_P).and(Self::BREAKS_OUT)
            }
            b"address" => block.and(Self::LOOKED_PAST),
            b"blockquote" | b"center" | b"dl" | b"menu" | b"pre" | b"listing" => block.and(Self::BREAKS_OUT),
            b"article" | b"aside" | b"details" | b"dir" | b"fieldset" | b"figcaption" | b"figure" | b"footer"
            | b"header" | b"hgroup" | b"main" | b"nav" | b"search" | b"section" | b"summary" => block,
            b"dialog" => Self::BLOCK.and(Self::ENDS_P),
            b"dd" | b"dt" => {
                Self::DD.and(Self::IMPLIED).and(Self::SPECIAL).and(Self::ENDS_P).and(Self::BLOCK).and(Self::BREAKS_OUT)
            }
            b"button" => Self::BUTTON.and(Self::BLOCK).and(Self::SPECIAL),
            b"form" => Self::FORM.and(Self::SPECIAL).and(Self::ENDS_P),
            b"script" => Self::RAW.and(Self::SCRIPT).and(Self::SPECIAL),
            b"style" => Self::RAW.and(Self::SPECIAL),
            b"textarea" | b"title" | b"iframe" | b"noembed" | b"noframes" => Self::RAW.and(Self::SPECIAL),
            b"xmp" => Self::RAW.and(Self::SPECIAL).and(Self::ENDS_P),
            b"noscript" => Self::NOSCRIPT.and(Self::SPECIAL),
            b"template" => marker.and(Self::TEMPLATE),
            b"applet" | b"marquee" | b"object" => marker.and(Self::BLOCK),
            b"table" => Self::TABLE.and(Self::SCOPE).and(Self::SPECIAL).and(Self::ENDS_P).and(Self::BREAKS_OUT),
            b"tbody" | b"thead" | b"tfoot" => Self::SECTION.and(Self::SPECIAL),
            b"tr" => Self::ROW.and(Self::SPECIAL),
            b"td" | b"th" => marker.and(Self::CELL),
            b"caption" => marker.and(Self::CAPTION),
            b"colgroup" => Self::COLUMNS.and(Self::SPECIAL),
            b"col" => Self::COLUMN.and(Self::VOID).and(Self::SPECIAL),
            b"select" => Self::SELECT.and(Self::SPECIAL),
            b"option" => Self::OPTION.and(Self::IMPLIED),
            b"optgroup" => Self::OPTGROUP.and(Self::IMPLIED),
            b"ruby" => Self::RUBY.and(Self::BREAKS_OUT),
            b"rb" | b"rp" | b"rt" | b"rtc" => Self::RUBY_PART.and(Self::IMPLIED),
            b"hr" => Self::HR.and(Self::VOID).and(Self::SPECIAL).and(Self::ENDS_P).and(Self::BREAKS_OUT),
            b"image" => Self::IMAGE.and(Self::VOID),
            b"area" | b"base" | b"basefont" | b"bgsound" | b"input" | b"keygen" | b"link" | b"param" | b"source"
            | b"track" | b"wbr" => Self::VOID.and(Self::SPECIAL),
            b"svg" | b"math" => Self::FOREIGN,
            b"html" | b"frameset" | b"frame" | b"plaintext" => Self::PAGE,
            b"body" | b"head" => Self::PAGE.and(Self::BREAKS_OUT),
            _ => Self::NONE,
        }
    }

    /// The traits of an element in SVG or `MathML`; `None` for one whose traits depend on its attributes.
    pub(crate) fn of_foreign(name: &[u8]) -> Option<Traits> {
        let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
        if is(b"annotation-xml") || is(b"font") {
            return None;
        }
        let points: [&[u8]; 8] = [b"foreignobject", b"desc", b"title", b"mi", b"mo", b"mn", b"ms", b"mtext"];
        let integration = points.into_iter().any(is);
        Some(if integration {
            Self::FOREIGN.and(Self::INTEGRATION).and(Self::SCOPE).and(Self::SPECIAL)
        } else {
            Self::FOREIGN
        })
    }
}
