//! The address of one page.
//!
//! **A value from a record cannot leave its path segment**: it is percent-encoded as one segment, and `.` or `..` is refused.

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::Stream;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::walk::{Walk, Window};

/// Everything but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The stream's path with a parent's key in its place, or nothing where the key cannot stand in a path.
pub(super) fn partition_path(stream: &Stream, key: &str) -> Option<String> {
    let name = &stream.for_each.as_ref()?.name;
    if key.is_empty() || matches!(key, "." | "..") {
        return None;
    }
    let segment = utf8_percent_encode(key, RESERVED).to_string();
    Some(stream.request.path.replacen(&format!("{{{name}}}"), &segment, 1))
}

/// The moment after which the host is asked to keep records out: the export's start in whole seconds, where the catalog
/// says how to ask.
pub(super) fn upper_bound(stream: &Stream, started_at: Timestamp) -> Option<Timestamp> {
    stream.paginator.upper_bound.as_ref().map(|_| Timestamp::from_secs(started_at.as_secs()))
}

/// Path and query of a page, below the catalog's base address.
pub(super) fn target(stream: &Stream, walk: &Walk, window: Window, started_at: Timestamp) -> String {
    let mut target = walk.path.clone();
    let mut lead = '?';
    let mut add = |name: &str, value: &str| {
        target.push(lead);
        target.push_str(&utf8_percent_encode(name, RESERVED).to_string());
        target.push('=');
        target.push_str(&utf8_percent_encode(value, RESERVED).to_string());
        lead = '&';
    };
    for (name, value) in &stream.request.query {
        add(name, value);
    }
    if let Some(paginator) = walk.paginator() {
        if let (Some(bound), Some(moment)) = (&paginator.upper_bound, upper_bound(stream, started_at)) {
            add(&bound.param, &moment.to_string());
        }
        add(paginator.page_size_param().unwrap_or_default(), &window.limit.to_string());
        add(paginator.param(), &window.offset.to_string());
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(json: serde_json::Value) -> Stream {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_page_carries_its_window_and_the_frozen_bound() {
        let stream = stream(serde_json::json!({
            "id": "calls", "request": {"path": "/calls", "query": {"kind": "in & out"}}, "records": {"pointer": "/calls"},
            "paginator": {"type": "offset", "page_size": 100, "upper_bound": {"param": "endDate"}}
        }));
        let walk = Walk::new(1, "/calls".to_owned(), &stream.paginator);
        let window = Window { offset: 200, limit: 100 };
        assert_eq!(
            target(&stream, &walk, window, Timestamp::from_millis(1_772_280_000_999)),
            "/calls?kind=in%20%26%20out&endDate=2026-02-28T12%3A00%3A00Z&limit=100&offset=200"
        );
    }

    #[test]
    fn a_value_from_a_record_cannot_leave_its_segment() {
        let stream = stream(serde_json::json!({
            "id": "t", "request": {"path": "/calls/{call}/transcript"}, "records": {"single": ""},
            "for_each": {"stream": "calls", "key": "/id", "as": "call"}
        }));
        assert_eq!(partition_path(&stream, "../a?b#c/d").unwrap(), "/calls/..%2Fa%3Fb%23c%2Fd/transcript");
        assert_eq!(partition_path(&stream, "{call}").unwrap(), "/calls/%7Bcall%7D/transcript");
        for key in ["", ".", ".."] {
            assert_eq!(partition_path(&stream, key), None);
        }
    }
}
