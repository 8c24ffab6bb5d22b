//! The routes, and what holds for all of them.
//!
//! | module | what it does |
//! |---|---|
//! | [`problem`] | turns every refusal into problem details, with `Retry-After` and the operator's contact |
//! | [`client`] | whose request it is: the peer's, or whom a trusted proxy names |
//! | [`shield`] | how many requests one address may make |
//! | [`guard`] | lets a change in only as JSON, with the intent header, from an allowed origin |
//! | [`body`] | reads a JSON body of at most 16 KiB |
//! | [`caller`] | finds out who asks |
//! | [`rate`] | tells what is left of a quota |
//! | [`current`], [`waiters`] | where an export stands, told at once or when it changes |
//! | [`exports`], [`run`] | the calls of the wire (`carryall_protocol::counter`) |
//! | [`admin`] | the operator's routes, on a listener of their own |
//! | [`authorize`] | lets reverse proxies ask whether a request may pass to the host's bulk routes |
//! | [`page`] | the confirmation page |
//!
//! **No decision is taken here**: a handler reads the request, lets the ledger apply the rule, and shows the outcome.

pub(crate) mod admin;
mod authorize;
mod body;
mod caller;
mod client;
mod current;
mod exports;
mod guard;
mod page;
mod problem;
mod rate;
mod run;
mod shield;
mod waiters;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use carryall_protocol::AccountId;
use carryall_protocol::counter::{INTENT_HEADER, ProblemCode, TICKET_HEADER};
use tokio::time::{Instant, timeout};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing::info;

use crate::clock::Clock;
use crate::config::Origin;
use crate::identity::IdentitySource;
use crate::jws::{KeySet, Keys};
use crate::languages::Languages;
use crate::ledger::{Ledger, Registry};
use crate::metrics::Metrics;
use crate::policy::Policy;
use crate::rule::Refusal;
pub(crate) use client::Proxies;
use problem::Refused;
pub(crate) use shield::Shield;
pub(crate) use waiters::Waiters;

/// Everything the routes need.
pub(crate) struct Counter {
    pub(crate) policy: Policy,
    pub(crate) ledger: Arc<dyn Ledger>,
    pub(crate) registry: Arc<dyn Registry>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) identity: IdentitySource,
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Whether anybody hands mails over.
    pub(crate) sends_mail: bool,
    /// The public address, which signs as `iss`.
    pub(crate) public_url: String,
    /// The pages that may ask, the counter's own included.
    pub(crate) origins: Vec<Origin>,
    pub(crate) contact: Option<String>,
    pub(crate) return_url: Option<String>,
    /// How long a request may take before nothing is granted.
    pub(crate) time_limit: Duration,
    /// What the confirmation page says.
    pub(crate) languages: Arc<Languages>,
    /// The host by its name on the network.
    pub(crate) host: String,
    /// Who waits for news.
    pub(crate) waiters: Arc<Waiters>,
    /// Who may name a client.
    pub(crate) proxies: Proxies,
    /// How much an address may ask; none where anything goes.
    pub(crate) shield: Option<Shield<IpAddr>>,
    /// How many requests of the host's bulk routes one account may make.
    pub(crate) bulk_shield: Option<Shield<AccountId>>,
}

impl Counter {
    /// Refuses where the clock has jumped: nothing new is granted then.
    fn check_clock(&self) -> Result<(), Refusal> {
        if self.ledger.clock_is_right() { Ok(()) } else { Err(Refusal::ClockWrong) }
    }
}

/// All routes, at the root and once more below the mount path: a proxy may strip it or not.
pub(crate) fn router(counter: Arc<Counter>, mount: Option<&str>) -> Router {
    let routes = routes(&counter);
    let routes = match mount {
        Some(path) => Router::new().nest(path, routes.clone()).merge(routes),
        None => routes,
    };
    routes
        .fallback(|| async { Refused::new(ProblemCode::NotFound, "there is no such path; see the documentation") })
        .method_not_allowed_fallback(|| async {
            Refused::new(ProblemCode::MethodNotAllowed, "this path does not take this method; see the documentation")
        })
        .layer(from_fn_with_state(Arc::clone(&counter), guard::guard))
        .layer(from_fn_with_state(Arc::clone(&counter), shield::shield))
        .layer(from_fn_with_state(Arc::clone(&counter), client::locate))
        .layer(from_fn_with_state(Arc::clone(&counter), in_time))
        .layer(from_fn(authorize::for_nginx))
        .layer(from_fn_with_state(Arc::clone(&counter), problem::render))
        .layer(cors(&counter))
        .layer(from_fn(protect))
        .layer(from_fn_with_state(Arc::clone(&counter), log))
        .with_state(counter)
}

fn routes(counter: &Arc<Counter>) -> Router<Arc<Counter>> {
    let rate = from_fn_with_state(Arc::clone(counter), rate::tell);
    Router::new()
        .route("/v1/exports", post(exports::request).layer(rate.clone()))
        .route("/v1/exports/current", get(current::current).layer(rate))
        .route("/v1/exports/{id}", axum::routing::delete(exports::cancel))
        .route("/v1/exports/{id}/confirm", post(exports::confirm))
        .route("/v1/exports/{id}/deny", post(exports::deny))
        .route("/v1/exports/{id}/start", post(run::start))
        .route("/v1/exports/{id}/heartbeat", post(run::heartbeat))
        .route("/v1/exports/{id}/complete", post(run::complete))
        .route("/v1/exports/{id}/fail", post(run::fail))
        .route("/v1/authorize", get(authorize::authorize))
        .route("/v1/keys", get(keys))
        .route("/confirm", get(page::confirm))
        .route("/assets/confirm.css", get(page::style))
        .route("/assets/confirm.js", get(page::script))
        .route("/openapi.json", get(openapi))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
}

/// The wire for programs, as the tests write it from the protocol's types.
async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("../assets/openapi.json"))
}

async fn keys(State(counter): State<Arc<Counter>>) -> Json<KeySet> {
    Json(counter.keys.public())
}

async fn ready(State(counter): State<Arc<Counter>>) -> Result<&'static str, Refused> {
    counter.ledger.check().await?;
    counter.check_clock()?;
    Ok("ready")
}

/// A request that takes too long is refused. What the ledger has taken up by then is decided all the same; the next look tells.
async fn in_time(State(counter): State<Arc<Counter>>, request: Request, next: Next) -> Response {
    let late = |_| Refused::new(ProblemCode::Unavailable, "this took too long; ask again in a moment").into_response();
    timeout(counter.time_limit, next.run(request)).await.unwrap_or_else(late)
}

/// Headers that every answer carries, unless a handler set its own.
async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// One line per request: the route's pattern, never its path, which holds an id.
async fn log(State(counter): State<Arc<Counter>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let (route, status, took) = (route.as_deref().unwrap_or("-"), response.status().as_u16(), begun.elapsed());
    let code = response.extensions().get::<ProblemCode>();
    // Anybody may invent a method.
    let known = if method.is_safe() || matches!(method, Method::POST | Method::DELETE) { method.as_str() } else { "other" };
    counter.metrics.answered(known, route, status, took);
    if let Some(code) = code {
        counter.metrics.refused(code.as_str());
    }
    info!(%method, route, status, ?code, millis = took.as_millis(), "answered");
    response
}

fn cors(counter: &Counter) -> CorsLayer {
    let origins = counter.origins.iter().filter_map(|origin| HeaderValue::from_str(origin.as_str()).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
            current::PREFER,
            HeaderName::from_static(INTENT_HEADER),
            HeaderName::from_static(TICKET_HEADER),
        ])
        .expose_headers([header::RETRY_AFTER, header::ETAG, current::PREFERENCE_APPLIED, rate::POLICY, rate::LEFT])
        .allow_credentials(counter.identity.uses_cookies())
        .max_age(Duration::from_secs(600))
}
