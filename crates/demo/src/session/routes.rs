//! `POST /session`, `POST /session/refresh`, `DELETE /session`, and how a handler learns who is asking.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRef, FromRequestParts, Json, State};
use axum::http::header::{AUTHORIZATION, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::{Deserialize, Serialize};

use super::{Caller, REFRESH_LIFETIME, Sessions, Tokens, now};
use crate::problem::Problem;

const COOKIE_NAME: &str = "demo_refresh";

/// The sign-in calls.
pub(crate) fn routes(sessions: Arc<Sessions>) -> Router {
    Router::new().route("/session", post(sign_in).delete(sign_out)).route("/session/refresh", post(refresh)).with_state(sessions)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedIn {
    token: String,
    /// The word before the token in the `Authorization` header.
    scheme: Option<&'static str>,
    expires_in: u64,
}

async fn sign_in(State(sessions): State<Arc<Sessions>>, body: Result<Json<SignIn>, JsonRejection>) -> Result<Response, Problem> {
    let Json(SignIn { email, password }) = body.map_err(|_| Problem::BadBody)?;
    // Argon2 takes its time on purpose: not on a thread that serves pages.
    let checked = tokio::task::spawn_blocking(move || sessions.sign_in(&email, &password, now())).await;
    Ok(checked.map_err(|_| Problem::Unavailable)??.into_response())
}

async fn refresh(State(sessions): State<Arc<Sessions>>, headers: HeaderMap) -> Result<Response, Problem> {
    let cookie = refresh_cookie(&headers).ok_or(Problem::Unauthenticated)?;
    Ok(sessions.refresh(cookie, now())?.into_response())
}

async fn sign_out(State(sessions): State<Arc<Sessions>>, caller: Caller) -> Response {
    sessions.sign_out(&caller.session);
    (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie("", 0))]).into_response()
}

impl IntoResponse for Tokens {
    fn into_response(self) -> Response {
        let body = SignedIn { token: self.access, scheme: self.scheme, expires_in: self.expires_in.as_secs() };
        ([(SET_COOKIE, cookie(&self.refresh, REFRESH_LIFETIME.as_secs()))], Json(body)).into_response()
    }
}

fn cookie(value: &str, max_age: u64) -> String {
    format!("{COOKIE_NAME}={value}; HttpOnly; SameSite=Strict; Path=/session; Max-Age={max_age}")
}

fn refresh_cookie(headers: &HeaderMap) -> Option<&str> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value)
}

impl<S> FromRequestParts<S> for Caller
where
    Arc<Sessions>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        <Arc<Sessions>>::from_ref(state).caller(header.ok_or(Problem::Unauthenticated)?, now())
    }
}
