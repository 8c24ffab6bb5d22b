//! Which bytes a request asks for: `Range` and `If-Range` (RFC 9110 sections 14.2 and 13.1.5).

use std::ops::Range;
use std::time::{Duration, UNIX_EPOCH};

use axum::http::Method;
use axum::http::header::{HeaderMap, HeaderName, IF_RANGE, RANGE};
use carryall_protocol::Timestamp;

use super::file::File;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it.
    Whole,
    /// These bytes, of which there is one at least.
    Part(Range<u64>),
    /// Bytes that it does not have.
    Beyond,
}

impl Asked {
    /// A range counts for GET alone, and only where `If-Range` names the file as it is.
    pub(super) fn of(method: &Method, headers: &HeaderMap, file: &File) -> Self {
        let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let is_current = text(&IF_RANGE).is_none_or(|validator| is_validator(validator, file));
        match text(&RANGE).and_then(|range| one_range(range, file.size)) {
            Some(range) if method == Method::GET && is_current => range.map_or(Self::Beyond, Self::Part),
            _ => Self::Whole,
        }
    }
}

/// A strong entity tag, or the very date that was told.
fn is_validator(validator: &str, file: &File) -> bool {
    validator == file.etag() || validator == http_date(file.modified)
}

/// A moment as HTTP writes it (RFC 9110 section 5.6.7).
pub(super) fn http_date(moment: Timestamp) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(moment.as_secs()))
}

/// Nothing where it is no range that is understood (the whole is then given); nothing within where it lies beyond the end.
fn one_range(text: &str, size: u64) -> Option<Option<Range<u64>>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.parse::<u64>().ok();
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.is_empty() => first..size,
        (None, Some(last)) if first.is_empty() => size.saturating_sub(last)..size,
        _ => return None,
    };
    Some(Some(range).filter(|range| range.start < range.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> File {
        File::drawn(7, 100, "image/png", Timestamp::from_secs(784_111_777))
    }

    fn asked(method: &Method, headers: &[(HeaderName, &str)]) -> Asked {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        Asked::of(method, &headers, &file())
    }

    #[test]
    fn a_range_is_understood_or_left_alone() {
        assert_eq!(one_range("bytes=0-9", 100), Some(Some(0..10)));
        assert_eq!(one_range("bytes=90-", 100), Some(Some(90..100)));
        assert_eq!(one_range("bytes=-5", 100), Some(Some(95..100)));
        assert_eq!(one_range("bytes=90-900", 100), Some(Some(90..100)));
        assert_eq!(one_range("bytes=100-", 100), Some(None));
        for text in ["bytes=0-1,3-4", "items=0-1", "bytes=9-3", "bytes=-", "bytes"] {
            assert_eq!(one_range(text, 100), None, "{text}");
        }
    }

    #[test]
    fn a_range_counts_only_while_the_file_is_the_one_that_was_begun() {
        let etag = file().etag();
        for current in [etag.as_str(), "Sun, 06 Nov 1994 08:49:37 GMT"] {
            assert_eq!(asked(&Method::GET, &[(RANGE, "bytes=9-"), (IF_RANGE, current)]), Asked::Part(9..100));
        }
        for other in ["\"other\"", &format!("W/{etag}"), etag.trim_matches('"'), "Sun, 06 Nov 1994 08:49:38 GMT", ""] {
            assert_eq!(asked(&Method::GET, &[(RANGE, "bytes=9-"), (IF_RANGE, other)]), Asked::Whole, "{other}");
        }
    }

    #[test]
    fn only_get_knows_ranges() {
        assert_eq!(asked(&Method::HEAD, &[(RANGE, "bytes=9-")]), Asked::Whole);
        assert_eq!(asked(&Method::GET, &[(RANGE, "bytes=200-")]), Asked::Beyond);
        assert_eq!(asked(&Method::GET, &[]), Asked::Whole);
    }
}
