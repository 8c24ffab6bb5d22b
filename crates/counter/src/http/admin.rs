//! The operator's routes, on a listener of their own.
//!
//! `/metrics`, `/healthz` and `/readyz` are for whoever reaches the listener; everything below `/admin` wants the token, as
//! `Authorization: Bearer`. No browser is meant to come here: there is no CORS, and nothing is read from a cookie.

mod audit;
mod exports;
mod token;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use carryall_protocol::counter::ProblemCode;
use serde::Serialize;
use tokio::task::spawn_blocking;
use tracing::error;

pub(crate) use token::AdminToken;

use super::problem::{self, Refused};
use super::{Counter, in_time, log, protect, ready};
use crate::ledger::registry::StandingView;

/// The name of the key that signs now.
#[derive(Serialize)]
struct Rotated {
    kid: String,
}

/// All routes of the operator.
pub(crate) fn router(counter: Arc<Counter>, token: AdminToken) -> Router {
    let behind_token = Router::new()
        .route("/standing", get(standing))
        .route("/pause", post(pause))
        .route("/resume", post(resume))
        .route("/clock/confirm", post(confirm_clock))
        .route("/restore/waive", post(waive_restore))
        .route("/keys/rotate", post(rotate))
        .route("/exports", get(exports::list))
        .route("/exports/{id}", get(exports::show))
        .route("/exports/{id}/cancel", post(exports::cancel))
        .route("/exports/{id}/grant-again", post(exports::grant_again))
        .route("/accounts/{account}", delete(exports::erase))
        .route("/audit", get(audit::read))
        .layer(from_fn_with_state(token, check));
    Router::new()
        .nest("/admin/v1", behind_token)
        .route("/metrics", get(metrics))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .fallback(|| async { Refused::new(ProblemCode::NotFound, "there is no such path; see docs/operating.md") })
        .method_not_allowed_fallback(|| async {
            Refused::new(ProblemCode::MethodNotAllowed, "this path does not take this method; see docs/operating.md")
        })
        .layer(from_fn_with_state(Arc::clone(&counter), in_time))
        .layer(from_fn_with_state(Arc::clone(&counter), problem::render))
        .layer(from_fn(protect))
        .layer(from_fn_with_state(Arc::clone(&counter), log))
        .with_state(counter)
}

async fn check(State(token): State<AdminToken>, request: Request, next: Next) -> Response {
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match shown.and_then(|shown| shown.strip_prefix("Bearer ")) {
        Some(shown) if token.is(shown) => next.run(request).await,
        _ => Refused::new(ProblemCode::Unauthenticated, "show the token of admin.token_file as Authorization: Bearer")
            .into_response(),
    }
}

async fn metrics(State(counter): State<Arc<Counter>>) -> Result<impl IntoResponse, Refused> {
    let tally = counter.registry.tally().await?;
    let text = counter.metrics.text(&tally, &counter.registry.standing()).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text))
}

async fn standing(State(counter): State<Arc<Counter>>) -> Json<StandingView> {
    Json(counter.registry.standing())
}

/// The standing after a change; everybody who waits for news is told.
async fn changed(counter: Arc<Counter>) -> Json<StandingView> {
    counter.waiters.call_all();
    standing(State(counter)).await
}

async fn pause(State(counter): State<Arc<Counter>>) -> Result<Json<StandingView>, Refused> {
    counter.registry.pause(true).await?;
    Ok(changed(counter).await)
}

async fn resume(State(counter): State<Arc<Counter>>) -> Result<Json<StandingView>, Refused> {
    counter.registry.pause(false).await?;
    Ok(changed(counter).await)
}

async fn confirm_clock(State(counter): State<Arc<Counter>>) -> Result<Json<StandingView>, Refused> {
    counter.registry.confirm_clock().await?;
    Ok(changed(counter).await)
}

async fn waive_restore(State(counter): State<Arc<Counter>>) -> Result<Json<StandingView>, Refused> {
    counter.registry.waive_restore().await?;
    Ok(changed(counter).await)
}

/// A new key signs from now on; what the older ones signed stays good.
async fn rotate(State(counter): State<Arc<Counter>>) -> Result<Json<Rotated>, Refused> {
    let keys = Arc::clone(&counter.keys);
    // It waits for the disk.
    let rotated = spawn_blocking(move || keys.rotate()).await.map_err(|_| unavailable())?;
    let kid = rotated.map_err(|error| {
        error!(%error, "the key cannot be rotated");
        unavailable()
    })?;
    Ok(Json(Rotated { kid }))
}

fn unavailable() -> Refused {
    Refused::new(ProblemCode::Unavailable, "the key was not rotated; the log says why")
}
