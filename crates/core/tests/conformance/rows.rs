//! The data set: ids that no double can hold, moments with ties, records without a key, a secret in every record.

use carryall_protocol::Timestamp;

/// Microseconds in a second.
pub(crate) const SECOND: u64 = 1_000_000;

/// When the oldest record was made: 2026-01-01T00:00:00Z.
pub(crate) const OLDEST: u64 = 1_767_225_600;

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its number, greater than that of every older one.
    pub(crate) seq: u64,
    /// When it was made, in microseconds since 1970.
    pub(crate) at: u64,
    /// As the host serves it.
    pub(crate) served: String,
    /// As the archive must hold it: without its secret.
    pub(crate) kept: String,
    /// It is counted, and no longer handed out.
    pub(crate) is_gone: bool,
}

/// So many records, the newest first.
pub(crate) fn rows(count: u64) -> Vec<Row> {
    (0..count).rev().map(|age| row(age, count)).collect()
}

/// The record that is the n-th oldest of so many.
pub(crate) fn row(nth: u64, count: u64) -> Row {
    let seq = 9_007_199_254_740_993 + nth * 7;
    let at = moment(nth, count);
    // Records without a key are told apart by the whole of their text.
    let id = match nth % 10 {
        4 => String::new(),
        8 => "\"id\":null,".to_owned(),
        _ => format!("\"id\":{seq},"),
    };
    let head = format!("{{{id}\"seq\":\"{seq}\",\"at\":\"{}\",\"slug\":\"r-{nth:07}\"", written(at));
    let tail = format!(",\"amount\":{nth}.50,\"owner\":{},\"text\":\"Zoë \\\"{nth}\\\" \\u2028\"}}", nth % 3);
    let served = format!("{head},\"accessToken\":\"SECRET-{nth}\"{tail}");
    Row { seq, at, served, kept: head + &tail, is_gone: false }
}

/// Three records share each moment, and nine somewhere in the middle; every other moment has microseconds.
fn moment(nth: u64, count: u64) -> u64 {
    let middle = count / 6 * 3;
    let third = if (middle..middle + 9).contains(&nth) { middle / 3 } else { nth / 3 };
    (OLDEST + third * 600) * SECOND + if third % 2 == 0 { 123_456 } else { 0 }
}

/// A moment as the host writes it.
pub(crate) fn written(micros: u64) -> String {
    let second = Timestamp::from_secs(micros / SECOND).to_string();
    match micros % SECOND {
        0 => second,
        fraction => format!("{}.{fraction:06}Z", second.trim_end_matches('Z')),
    }
}

/// A moment as the host reads it, in microseconds.
pub(crate) fn read(text: &str) -> u64 {
    let (second, fraction) = text.trim_end_matches('Z').split_once('.').unwrap_or((text.trim_end_matches('Z'), ""));
    let second: Timestamp = serde_json::from_value(format!("{second}Z").into()).unwrap();
    second.as_secs() * SECOND + format!("{fraction:0<6}").parse::<u64>().unwrap()
}

#[test]
fn moments_are_read_as_they_are_written() {
    for micros in [OLDEST * SECOND, OLDEST * SECOND + 123_456, OLDEST * SECOND + 1_000] {
        assert_eq!(read(&written(micros)), micros);
    }
    assert_eq!(read("2026-01-01T00:00:00.124Z"), OLDEST * SECOND + 124_000);
}
