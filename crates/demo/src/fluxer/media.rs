//! Where attachments lie: `/attachments/{channel}/{attachment}/{filename}`, to anybody who knows the address, from any page,
//! whole or from a byte on (RFC 9110 section 14). What has expired is not there any more.
//!
//! The records name another host, `https://media.fluxer.example`; here it is served beside the API, for tests. **The bytes
//! are drawn from the id**, so 900 MB of them cost no memory.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, RANGE,
};
use axum::http::{Method, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;

use super::attachment::Attachment;
use super::dataset::Dataset;
use super::places::Found;
use super::snowflake::Snowflake;
use crate::random::mix;

/// Bytes handed to the connection at a time.
const CHUNK: u64 = 64 << 10;

/// The media host's routes, over everybody's data.
pub(super) fn routes(worlds: Arc<[Dataset; 2]>) -> Router {
    Router::new().route("/attachments/{channel}/{attachment}/{filename}", get(attachment)).with_state(worlds)
}

async fn attachment(
    State(worlds): State<Arc<[Dataset; 2]>>,
    Path((channel, attachment, filename)): Path<(String, String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let mut answer = match find(&worlds, &channel, &attachment).filter(|found| found.filename == filename) {
        Some(found) => give(&found, method != Method::HEAD, headers.get(RANGE)),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

fn find(worlds: &[Dataset; 2], channel: &str, attachment: &str) -> Option<Attachment> {
    let (channel, attachment) = (Snowflake::parse(channel)?, Snowflake::parse(attachment)?);
    let found = worlds.iter().find_map(|data| match data.channel_by_id(channel)? {
        Found::Talkative(number) => data.attachment_by_id(number, attachment),
        Found::Category => None,
    });
    found.filter(|attachment| !attachment.is_expired())
}

fn give(attachment: &Attachment, with_body: bool, range: Option<&HeaderValue>) -> Response {
    let size = attachment.size;
    let asked = range.and_then(|range| range.to_str().ok()).and_then(|range| one_range(range, size));
    let (status, bytes) = match asked {
        None => (StatusCode::OK, 0..size),
        Some(None) => {
            return (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{size}"))]).into_response();
        }
        Some(Some(bytes)) => (StatusCode::PARTIAL_CONTENT, bytes),
    };
    let headers = [
        (CONTENT_TYPE, attachment.content_type.to_owned()),
        (CONTENT_LENGTH, (bytes.end - bytes.start).to_string()),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (ETAG, format!("\"{}\"", attachment.id)),
    ];
    let place = AppendHeaders(
        (status == StatusCode::PARTIAL_CONTENT)
            .then(|| (CONTENT_RANGE, format!("bytes {}-{}/{size}", bytes.start, bytes.end.saturating_sub(1)))),
    );
    let body = if with_body { drawn(attachment.id, bytes) } else { Body::empty() };
    (status, headers, place, body).into_response()
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

fn drawn(id: Snowflake, bytes: Range<u64>) -> Body {
    let pieces = stream::unfold(bytes, move |mut rest| async move {
        let piece = rest.start..rest.end.min(rest.start + CHUNK);
        rest.start = piece.end;
        (!piece.is_empty()).then(|| (Ok::<_, Infallible>(piece.map(|at| byte(id, at)).collect::<Bytes>()), rest))
    });
    Body::from_stream(pieces)
}

fn byte(id: Snowflake, at: u64) -> u8 {
    let word = mix(id.number() ^ (at / 8)).to_le_bytes();
    word.get(usize::try_from(at % 8).unwrap_or_default()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
