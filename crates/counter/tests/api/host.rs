//! A small host: its whoami knows a few people, and can be taken down.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The host, on a free loopback port.
pub(crate) struct Host {
    /// The address of its whoami.
    pub(crate) whoami_url: String,
    state: Arc<Mutex<Known>>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Known {
    people: HashMap<String, Value>,
    asked: Vec<HeaderMap>,
    broken: Option<(u16, String)>,
}

impl Host {
    /// A host that knows nobody yet.
    pub(crate) async fn start() -> Self {
        let state = Arc::new(Mutex::new(Known::default()));
        let router = Router::new().route("/api/v1/me", get(whoami)).with_state(Arc::clone(&state));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let whoami_url = format!("http://{}/api/v1/me", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { whoami_url, state, server }
    }

    /// Whoever shows this bearer token is answered so.
    pub(crate) fn knows(&self, token: &str, answer: Value) {
        self.state.lock().unwrap().people.insert(format!("Bearer {token}"), answer);
    }

    /// From now on whoami answers like this, whoever asks.
    pub(crate) fn breaks(&self, status: u16, body: &str) {
        self.state.lock().unwrap().broken = Some((status, body.to_owned()));
    }

    /// From now on nobody listens.
    pub(crate) async fn goes_down(&mut self) {
        self.server.abort();
        let _ = (&mut self.server).await;
    }

    /// The headers of every question so far.
    pub(crate) fn asked(&self) -> Vec<HeaderMap> {
        self.state.lock().unwrap().asked.clone()
    }
}

/// What the sample host says about a person who owns their account.
pub(crate) fn owner(subject: &str, account: &str) -> Value {
    json!({
        "user": {"id": subject, "email": format!("{subject}@mail.example"), "emailVerified": true, "role": "owner", "locale": "en"},
        "account": {"id": account, "name": "An account"},
        "authTime": "2026-02-28T11:55:00Z",
    })
}

async fn whoami(State(state): State<Arc<Mutex<Known>>>, headers: HeaderMap) -> Response {
    let mut known = state.lock().unwrap();
    known.asked.push(headers.clone());
    if let Some((status, body)) = &known.broken {
        return (StatusCode::from_u16(*status).unwrap(), body.clone()).into_response();
    }
    let shown = headers.get("authorization").or_else(|| headers.get("cookie")).and_then(|value| value.to_str().ok());
    match shown.and_then(|shown| known.people.get(shown)) {
        Some(answer) => Json(answer.clone()).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}
