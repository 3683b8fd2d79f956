//! Columns of times in every form, and what is made of them.

use std::sync::Arc;

use datafusion::arrow::array::{
    Date32Array, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray, TimestampSecondArray,
};

use super::*;

/// Row numbers of a batch that begins with row 11.
static ROWS: [u64; 40] = {
    let mut rows = [0; 40];
    let mut at = 0;
    while at < 40 {
        rows[at] = at as u64 + 11;
        at += 1;
    }
    rows
};

const PLACE: fn() -> Place<'static> = || Place { path: Path::new("events.csv"), column: "ts", rows: &ROWS };

/// The values of one column as times, `None` where they are in another form than most.
fn times(array: ArrayRef) -> Vec<Option<i64>> {
    let mut reader = TimeReader::default();
    let read = reader.read(&array, PLACE()).unwrap();
    let forms = reader.forms().unwrap();
    read.into_iter().flatten().map(|time| forms.time(0, time)).collect()
}

fn refusal(array: ArrayRef) -> String {
    let mut reader = TimeReader::default();
    let error = reader.read(&array, PLACE()).err().or_else(|| reader.forms().err()).unwrap();
    assert_eq!(error.code(), "data.wrong_type");
    error.to_string()
}

fn numbers_of(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

fn text(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

#[test]
fn every_form_of_a_time_gives_the_same_milliseconds() {
    let columns: Vec<ArrayRef> = vec![
        numbers_of([1_569_888_000, 1_569_888_001]),
        numbers_of([1_569_888_000_000, 1_569_888_001_000]),
        numbers_of([1_569_888_000_000_000, 1_569_888_001_000_000]),
        numbers_of([1_569_888_000_000_000_000, 1_569_888_001_000_000_000]),
        numbers_of([20_191_001_000_000, 20_191_001_000_001]),
        Arc::new(Float64Array::from(vec![1_569_888_000.0, 1_569_888_001.0])),
        Arc::new(TimestampMicrosecondArray::from(vec![1_569_888_000_000_000, 1_569_888_001_000_000])),
        text(&["1569888000", " 1569888001.0\u{a0}"]),
        text(&["2019-10-01T00:00:00Z", "2019-10-01T00:00:01.000Z"]),
        text(&["2019-10-01 00:00 UTC", "2019-10-01 00:00:01 UTC"]),
        text(&["2019-10-01 02:00+02:00", "2019-10-01 02:00:01+02:00"]),
        text(&["2019-10-01", "2019-10-01 00:00:01"]),
    ];
    for column in columns {
        let described = format!("{column:?}");
        assert_eq!(times(column), [Some(1_569_888_000_000), Some(1_569_888_001_000)], "{described}");
    }
    assert_eq!(times(Arc::new(Date32Array::from(vec![18_170]))), [Some(1_569_888_000_000)]);
    assert_eq!(times(Arc::new(Float64Array::from(vec![1_569_888_000.25]))), [Some(1_569_888_000_250)]);
    let far: ArrayRef = Arc::new(TimestampSecondArray::from(vec![253_402_214_400, -62_135_596_800]));
    assert_eq!(times(far), [Some(253_402_214_400_000), Some(-62_135_596_800_000)]);
}

#[test]
fn nine_tenths_of_a_file_decide_what_its_numbers_are() {
    let seconds = || (0..30).map(|row| 1_700_000_000 + row * 40);
    let with = |odd: i64| {
        let times = times(numbers_of(seconds().chain([odd])));
        assert!(times[..30].iter().zip(seconds()).all(|(time, second)| *time == Some(second * 1_000)), "{odd}");
        times[30]
    };
    for odd in [1_700_000_000_000, 1_700_000_000_000_000, 20_231_114, 17] {
        assert_eq!(with(odd), None, "{odd} is in another unit");
    }
    assert_eq!(with(0), Some(0), "zero is of no unit");
    let message = refusal(numbers_of(seconds().chain((0..10).map(|row| 1_700_000_000_000 + row))));
    assert!(message.contains("seconds since 1970 (30 rows, the first is row 11)"), "{message}");
    assert!(message.contains("milliseconds since 1970 (10 rows, the first is row 41)"), "{message}");
}

#[test]
fn each_file_has_a_unit_of_its_own() {
    let mut reader = TimeReader::default();
    let columns = [numbers_of([1_700_000_000]), numbers_of([1_700_000_000_000]), text(&["2023-11-14 22:13:20"])];
    let read: Vec<Vec<Option<Given>>> = columns
        .iter()
        .map(|column| {
            reader.begin_file(Path::new("events.csv"), "ts");
            reader.read(column, PLACE()).unwrap()
        })
        .collect();
    let forms = reader.forms().unwrap();
    for (file, times) in read.iter().enumerate() {
        assert_eq!(forms.time(file, times[0].unwrap()), Some(1_700_000_000_000), "file {file}");
    }
    let mut reader = TimeReader::default();
    for column in [numbers_of([1_700_000_000]), numbers_of([3, 4])] {
        reader.begin_file(Path::new("events.csv"), "ts");
        reader.read(&column, PLACE()).unwrap();
    }
    assert!(reader.forms().unwrap_err().to_string().contains("small numbers, where other files hold dates"));
}

#[test]
fn small_numbers_are_positions_or_run_from_the_start_of_the_session_or_only_order() {
    let clock = |values: &[f64], sessions: &[[f64; 2]]| {
        let mut reader = TimeReader::default();
        let array: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
        reader.read(&array, PLACE()).unwrap();
        let mut forms = reader.forms().unwrap();
        let clock = forms.clock_of_small(sessions);
        (clock, forms.time(0, Given::Number(2.5)))
    };
    assert_eq!(clock(&[0.0, 1.0, 2.0], &[[0.0, 2.0], [1.0, 1.0]]), (Clock::Positions, Some(3)));
    assert_eq!(clock(&[0.0, 0.0], &[[0.0, 0.0]; 2]), (Clock::Positions, Some(3)), "nobody knows when");
    // Milliseconds, and seconds with fractions.
    assert_eq!(clock(&[9_040.0, 88_210.0], &[[9_040.0, 88_210.0]]).0, Clock::SinceStart);
    assert_eq!(clock(&[0.0, 12.25], &[[0.0, 12.25]; 9]), (Clock::SinceStart, Some(2_500)));
    // A clock that runs from the start of the log: later sessions begin later than they take.
    let (from_log, _) = clock(&[5.0, 90_000.0], &[[500.0, 560.0], [8_000.0, 8_100.0], [90_000.0, 90_000.0]]);
    assert!(from_log.has_clock() && from_log.grain_ms().is_none(), "{from_log}");
}

#[test]
fn nulls_and_words_for_nothing_stay_and_nonsense_is_refused() {
    let mut reader = TimeReader::default();
    let array: ArrayRef = Arc::new(Float64Array::from(vec![Some(5.0), None, Some(f64::NAN), Some(f64::INFINITY)]));
    assert_eq!(reader.read(&array, PLACE()).unwrap(), [Some(Given::Number(5.0)), None, None, None]);
    let words = ["NULL", "", "\\N", "nan", "0000-00-00 00:00:00", "inf"];
    assert_eq!(reader.read(&text(&words), PLACE()).unwrap(), [None; 6]);
    for (column, message) in [
        (&["2019-10-01", "yesterday"], "`yesterday` in row 12"),
        (&["2019-10-01", "1700000000"], "numbers and dates mixed: "),
        (&["2019-13-01", ""], "`2019-13-01` in row 11"),
        (&["1700000000", "ts"], "`ts` in row 12"),
    ] {
        let refused = refusal(text(column));
        assert!(refused.contains(message), "{refused}");
    }
}
