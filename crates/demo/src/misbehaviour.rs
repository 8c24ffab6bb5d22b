//! Streams that never answer as they should: what a broken proxy, a crashed service or a careless change makes of an
//! answer, once and for all.
//!
//! A path is given one [`Mode`] on the command line and keeps it for as long as the host runs, **so a client that asks again
//! gains nothing**. Where a mode has a place (where an answer is cut, which byte is wrong) the seed decides, anew for each
//! request. The bad moments that pass are `faults`.

use std::convert::Infallible;
use std::io;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use clap::ValueEnum;
use futures_util::stream;

use crate::random::Random;

/// Bytes of blanks before a huge answer: more than any client should take, and valid JSON to the end.
const HUGE_BYTES: u64 = 1 << 30;
/// Bytes handed to the connection at a time.
static CHUNK: [u8; 64 << 10] = [b' '; 64 << 10];
/// Levels of nesting that bring down who counts them on the stack.
const LEVELS: usize = 100_000;

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// 200 and a sign-in page, as from a proxy that knows nothing of APIs.
    Html,
    /// The JSON ends somewhere, and the answer ends there as if that were all.
    Truncated,
    /// One byte is no UTF-8.
    NotUtf8,
    /// The records have another name than they had.
    Missing,
    /// The records have become an object.
    NotArray,
    /// The first record is nested a hundred thousand levels deep.
    Deep,
    /// 500.
    #[value(name = "500")]
    Error,
    /// The connection is reset somewhere within the answer.
    Reset,
    /// The token of the next page is the one that was sent: the second page comes for ever.
    RepeatToken,
    /// A gibibyte of blanks comes before the answer. How much of it was taken is logged.
    Huge,
}

/// A path below the API, as its route spells it, and what becomes of its answers: `/contacts=html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misbehaviour {
    path: String,
    mode: Mode,
}

/// What is no `PATH=MODE`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no path below the API with a mode, like /contacts=html")]
pub struct NotUnderstood(String);

impl FromStr for Misbehaviour {
    type Err = NotUnderstood;

    fn from_str(text: &str) -> Result<Self, NotUnderstood> {
        let parts = text.rsplit_once('=').filter(|(path, _)| path.starts_with('/'));
        let parsed = parts.and_then(|(path, mode)| Some((path.to_owned(), Mode::from_str(mode, false).ok()?)));
        let (path, mode) = parsed.ok_or_else(|| NotUnderstood(text.to_owned()))?;
        Ok(Self { path, mode })
    }
}

impl Misbehaviour {
    /// Whether it takes connections that are reset when they are closed.
    pub(crate) const fn resets(&self) -> bool {
        matches!(self.mode, Mode::Reset)
    }
}

/// Decides what becomes of which answer.
pub(crate) struct Misbehaviours {
    seed: u64,
    prefix: &'static str,
    all: Vec<Misbehaviour>,
    requests: AtomicU64,
}

impl Misbehaviours {
    /// Those of an API below `prefix`.
    pub(crate) const fn new(seed: u64, prefix: &'static str, all: Vec<Misbehaviour>) -> Self {
        Self { seed, prefix, all, requests: AtomicU64::new(0) }
    }

    fn mode(&self, route: &str) -> Option<Mode> {
        let path = route.strip_prefix(self.prefix)?;
        self.all.iter().find(|misbehaviour| misbehaviour.path == path).map(|misbehaviour| misbehaviour.mode)
    }

    /// A place in a text of this length: not its very beginning, and before its end.
    fn place(&self, length: usize) -> usize {
        let request = self.requests.fetch_add(1, Ordering::Relaxed);
        let places = u64::try_from(length.saturating_sub(1)).unwrap_or(u64::MAX).max(1);
        usize::try_from(1 + Random::at(&[self.seed, request]).below(places)).unwrap_or(length).min(length.saturating_sub(1))
    }
}

/// The middleware: lets the API answer, and spoils it.
pub(crate) async fn misbehave(State(all): State<Arc<Misbehaviours>>, request: Request, next: Next) -> Response {
    let mode = request.extensions().get::<MatchedPath>().and_then(|route| all.mode(route.as_str()));
    let query = request.uri().query().unwrap_or_default().to_owned();
    let answer = next.run(request).await;
    match mode {
        Some(mode) if answer.status() == StatusCode::OK => spoil(mode, &query, answer, &all).await,
        _ => answer,
    }
}

async fn spoil(mode: Mode, query: &str, answer: Response, all: &Misbehaviours) -> Response {
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    match mode {
        Mode::Html => Html("<!doctype html><title>Sign in</title><p>Sign in to go on.").into_response(),
        Mode::Truncated => json(body.slice(..all.place(body.len()))),
        Mode::NotUtf8 => json(with_a_bad_byte(&body, all.place(body.len()))),
        Mode::Missing => json(renamed(&text)),
        Mode::NotArray => json(as_object(&text)),
        Mode::Deep => json(with_a_deep_record(&text)),
        Mode::Error => (StatusCode::INTERNAL_SERVER_ERROR, "it broke").into_response(),
        Mode::Reset => reset_after(body.len(), body.slice(..all.place(body.len()))),
        Mode::Huge => huge(body),
        Mode::RepeatToken => json(with_the_token_sent(query, &text)),
    }
}

fn json(body: impl Into<Body>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body.into()).into_response()
}

fn with_a_bad_byte(body: &[u8], place: usize) -> Vec<u8> {
    let mut bad = body.to_vec();
    if let Some(byte) = bad.get_mut(place) {
        *byte = 0xff;
    }
    bad
}

/// The first member of a page is its records, unless the page is nothing but a list.
fn renamed(text: &str) -> String {
    if text.starts_with('[') {
        return format!("{{\"results\":{text}}}");
    }
    text.split_once(':').map_or_else(String::new, |(_, rest)| format!("{{\"results\":{rest}"))
}

/// The first list of a page is its records, and what counts them stands after it.
fn as_object(text: &str) -> String {
    if text.starts_with('[') {
        return format!("{{\"items\":{text}}}");
    }
    let (before, rest) = text.split_once('[').unwrap_or((text, ""));
    let (records, meta) = rest.rsplit_once("],").unwrap_or((rest, ""));
    format!("{before}{{\"items\":[{records}]}},{meta}")
}

fn with_a_deep_record(text: &str) -> String {
    let (before, after) = text.split_once('[').unwrap_or((text, "]"));
    let comma = if after.starts_with(']') { "" } else { "," };
    format!("{before}[{}{}{comma}{after}", "[".repeat(LEVELS), "]".repeat(LEVELS))
}

/// The first page, for which no token was sent, stays as it is.
fn with_the_token_sent(query: &str, text: &str) -> String {
    const NEXT: &str = "\"next_token\":\"";
    let sent = query.split('&').find_map(|pair| pair.strip_prefix("pagination_token="));
    let parts = text.rsplit_once(NEXT).and_then(|(before, rest)| Some((before, rest.split_once('"')?.1)));
    match (sent, parts) {
        (Some(sent), Some((before, after))) => format!("{before}{NEXT}{sent}\"{after}"),
        _ => text.to_owned(),
    }
}

/// Promises the whole answer, gives its beginning, and drops the connection.
fn reset_after(promised: usize, beginning: Bytes) -> Response {
    let pieces = [Ok(beginning), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    let mut answer = json(Body::from_stream(stream::iter(pieces)));
    answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(promised));
    answer
}

/// Tells, when it is dropped, how much of an answer the connection has taken.
struct Taken(u64);

impl Drop for Taken {
    fn drop(&mut self) {
        tracing::info!(taken = self.0, of = HUGE_BYTES, "a huge answer is over");
    }
}

fn huge(end: Bytes) -> Response {
    let pieces = stream::unfold((Taken(0), Some(end)), |(mut taken, mut end)| async move {
        let piece = if taken.0 < HUGE_BYTES { Some(Bytes::from_static(&CHUNK)) } else { end.take() }?;
        taken.0 += u64::try_from(piece.len()).unwrap_or_default();
        Some((Ok::<_, Infallible>(piece), (taken, end)))
    });
    json(Body::from_stream(pieces))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_mode_is_understood_and_nothing_else() {
        let parsed = "/calls/{id}/transcript=not-utf8".parse();
        assert_eq!(parsed, Ok(Misbehaviour { path: "/calls/{id}/transcript".to_owned(), mode: Mode::NotUtf8 }));
        for wrong in ["", "/contacts", "contacts=html", "/contacts=", "/contacts=HTML", "/contacts=sometimes"] {
            assert!(wrong.parse::<Misbehaviour>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_bare_list_is_put_where_nobody_looks_for_it() {
        assert_eq!(renamed(r#"[{"id":1},{"id":2}]"#), r#"{"results":[{"id":1},{"id":2}]}"#);
        assert_eq!(as_object("[]"), r#"{"items":[]}"#);
        assert_eq!(renamed(r#"{"users":[],"meta":{}}"#), r#"{"results":[],"meta":{}}"#);
        assert_eq!(as_object(r#"{"users":[1],"meta":{}}"#), r#"{"users":{"items":[1]},"meta":{}}"#);
    }

    #[test]
    fn a_place_is_within_the_text_and_not_always_the_same() {
        let all = Misbehaviours::new(7, "", Vec::new());
        let places: std::collections::BTreeSet<_> = (0..200).map(|_| all.place(50)).collect();
        assert!(places.len() > 30 && places.iter().all(|place| (1..50).contains(place)), "{places:?}");
        assert_eq!((all.place(1), all.place(0)), (0, 0));
    }
}
