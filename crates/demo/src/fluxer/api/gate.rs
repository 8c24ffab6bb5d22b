//! Who may pass: the app's own pages, with a token, not too often.

use std::time::Duration;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::{Refusal, state, too_often};
use super::windows::Windows;
use super::{Api, live};
use crate::session::{Caller, now};

/// Requests that a window takes, by path. Each person, and where the path names a guild or channel each of these, has windows
/// of its own.
const LIMITS: [(&str, u32); 20] = [
    ("/users/@me", 40),
    ("/users/@me/settings", 40),
    ("/users/@me/notes", 60),
    ("/users/@me/guilds", 40),
    ("/guilds/{guild}/channels", 60),
    ("/users/@me/relationships", 40),
    ("/users/@me/channels", 40),
    ("/auth/sessions", 40),
    ("/users/@me/mfa/webauthn/credentials", 40),
    ("/channels/{channel}/messages", 100),
    ("/channels/{channel}/messages/pins", 20),
    ("/search/messages", 20),
    ("/users/@me/mentions", 40),
    ("/users/@me/saved-messages", 40),
    ("/users/@me/scheduled-messages", 40),
    ("/users/@me/memes", 60),
    ("/users/@me/gifts", 40),
    ("/users/@me/applications", 40),
    ("/oauth2/@me/authorizations", 40),
    ("/users/@me/beta-codes", 40),
];

/// How often everybody has asked.
pub(super) struct Gate {
    windows: Windows,
}

impl Gate {
    /// Nobody has asked yet.
    pub(super) fn new(window: Duration) -> Self {
        Self { windows: Windows::new(window) }
    }
}

/// The middleware: finds out who is asking, and counts.
pub(super) async fn pass(State((prefix, api)): State<(&'static str, Api)>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(caller) = Caller::from_request_parts(&mut parts, &api).await else { return Refusal::Unauthorized.into_response() };
    let matched = parts.extensions.get::<MatchedPath>().and_then(|path| path.as_str().strip_prefix(prefix)).unwrap_or_default();
    let limit = LIMITS.iter().find(|(path, _)| *path == matched).map(|(_, limit)| *limit);
    // The address itself tells one guild's or channel's window from another's.
    let key = format!("{} {}", caller.person.id, parts.uri.path().trim_start_matches(prefix));
    parts.extensions.insert(live::Account::of(&api.live, &caller));
    let request = Request::from_parts(parts, body);
    let Some(limit) = limit else { return next.run(request).await };
    let now = now();
    match api.gate.windows.take(key, limit, now) {
        Err(standing) => too_often(standing, now),
        Ok(standing) => {
            let mut answer = next.run(request).await;
            if !answer.headers().contains_key("x-ratelimit-limit") {
                state(standing, answer.headers_mut());
            }
            answer
        }
    }
}

/// The middleware: takes what is no GET from the app's own pages alone.
pub(super) async fn own_origin(request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if is_safe || comes_from_here(request.headers()) { next.run(request).await } else { Refusal::ForeignOrigin.into_response() }
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some((origin, host)) = text(ORIGIN).zip(text(HOST)) else { return false };
    origin.split_once("://").is_some_and(|(scheme, rest)| matches!(scheme, "http" | "https") && rest == host)
}

impl FromRequestParts<Api> for live::Account {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &Api) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or(Refusal::Unauthorized)
    }
}
