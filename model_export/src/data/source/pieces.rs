//! Whether a text in quotes that goes over lines has swallowed rows: two stray quotes make one field of all that is between
//! them, and nothing is wrong with that field but how its lines look.

/// Two texts with a comma make a row of two columns only by chance; from so many separators on it is none.
const TELLING_SEPARATORS: usize = 2;

/// The pieces into which the line breaks within quotes cut a record.
pub(super) struct Pieces {
    separator: u8,
    /// How many separators a row has, once the header has told, where they are enough to tell one by.
    wanted: Option<usize>,
    /// The line in which the first text of several lines opened; `None` while the record is in one piece.
    opened: Option<u64>,
    /// Whether each piece so far would be a row by itself.
    rows: bool,
    /// Separators between fields that belong to earlier pieces.
    counted: usize,
    last: Piece,
}

/// The separators of one piece.
#[derive(Clone, Copy, Default)]
struct Piece {
    between_fields: usize,
    within_quotes: usize,
    /// Those of the latter that a space follows, as in prose.
    prose: usize,
}

impl Piece {
    fn looks_like_a_row(self, separators: usize) -> bool {
        let prose = self.within_quotes > 0 && self.prose == self.within_quotes;
        self.between_fields + self.within_quotes == separators && !prose
    }
}

impl Pieces {
    pub fn new(separator: u8) -> Pieces {
        Pieces { separator, wanted: None, opened: None, rows: true, counted: 0, last: Piece::default() }
    }

    /// From now on, what has so many separators looks like a row.
    pub fn expect_separators(&mut self, separators: usize) {
        self.wanted = Some(separators).filter(|&separators| separators >= TELLING_SEPARATORS);
    }

    /// Adds a text of several lines that opened in line `opened`, behind so many fields of its record: the first of its lines
    /// that looks like a row by itself.
    pub fn add(&mut self, text: &[u8], opened: u64, fields: usize) -> Option<u64> {
        let wanted = self.wanted?;
        self.opened.get_or_insert(opened);
        self.count(fields);
        // Carriage returns alone end lines only where there is no line feed.
        let end = if text.contains(&b'\n') { b'\n' } else { b'\r' };
        for (line, text) in text.split(|&byte| byte == end).enumerate() {
            if line > 0 {
                self.rows &= self.last.looks_like_a_row(wanted);
                self.last = Piece::default();
            }
            let within_quotes = text.iter().filter(|&&byte| byte == self.separator).count();
            let prose = text.windows(2).filter(|pair| pair[0] == self.separator && pair[1] == b' ').count();
            self.last.within_quotes += within_quotes;
            self.last.prose += prose;
            if line > 0 && (Piece { between_fields: 0, within_quotes, prose }).looks_like_a_row(wanted) {
                return Some(opened + line as u64);
            }
        }
        None
    }

    /// Ends a record of so many separators between its fields: the line in which its text opened, where each piece would be a
    /// row by itself.
    pub fn finish(&mut self, separators: usize) -> Option<u64> {
        let opened = self.opened.take()?;
        self.count(separators);
        let rows = self.rows && self.wanted.is_some_and(|wanted| self.last.looks_like_a_row(wanted));
        (self.rows, self.counted, self.last) = (true, 0, Piece::default());
        rows.then_some(opened)
    }

    /// The separators between fields that came since they were last counted belong to the last piece.
    fn count(&mut self, separators: usize) {
        self.last.between_fields += separators - self.counted;
        self.counted = separators;
    }
}
