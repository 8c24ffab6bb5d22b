//! One person at a browser, as cheap as a client can be.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;

/// The page that embeds the panel.
pub(crate) const PAGE: &str = "https://app.example";

/// One person.
pub(crate) struct Person {
    client: Client<HttpConnector, Body>,
    address: String,
    bearer: String,
    ticket: String,
    /// How long each answer took.
    pub(crate) answers: Vec<Duration>,
}

impl Person {
    /// Whoever shows this token.
    pub(crate) const fn new(client: Client<HttpConnector, Body>, address: String, bearer: String) -> Self {
        Self { client, address, bearer, ticket: String::new(), answers: Vec::new() }
    }

    /// Keeps the ticket of an answer.
    pub(crate) fn take_ticket(&mut self, answer: &Value) {
        answer["ticket"].as_str().unwrap_or_default().clone_into(&mut self.ticket);
    }

    /// Looks at the current export.
    pub(crate) async fn current(&mut self) -> Result<Value> {
        self.ask(Method::GET, "/v1/exports/current", Body::empty()).await
    }

    /// A change, granted.
    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        self.ask(Method::POST, path, Body::from(body.to_string())).await
    }

    async fn ask(&mut self, method: Method, path: &str, body: Body) -> Result<Value> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header("authorization", format!("Bearer {}", self.bearer))
            .header("origin", PAGE)
            .header("x-carryall", "1")
            .header("x-carryall-ticket", self.ticket.as_str())
            .header("content-type", "application/json")
            .body(body)?;
        let begun = Instant::now();
        let answer = self.client.request(request).await?;
        let status = answer.status();
        let bytes = to_bytes(Body::new(answer.into_body()), 1 << 20).await?;
        self.answers.push(begun.elapsed());
        if !matches!(status, StatusCode::OK | StatusCode::CREATED) {
            bail!("{path} was answered with {status}: {}", String::from_utf8_lossy(&bytes));
        }
        serde_json::from_slice(&bytes).context("an answer is JSON")
    }
}
