//! `GET /v1/authorize`: a reverse proxy asks whether a request may pass to the host's bulk routes.
//!
//! It passes with the ticket of a run that lasts, shown together with the credentials of the person it was given to. The proxy
//! hands the request's own headers over, and passes a refusal on: Caddy and Traefik as it is; nginx, which turns
//! everything but 401 and 403 into 500, as one of these with the status in a header (`?proxy=nginx`).
//!
//! **It changes nothing**, and asks the host and the ledger only about tickets that are the counter's own.

use std::sync::Arc;

use axum::extract::{MatchedPath, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use carryall_protocol::counter::{ProblemCode, TICKET_HEADER};
use serde::Deserialize;

use super::Counter;
use super::body::bad;
use super::caller::Peer;
use super::guard::single;
use super::problem::Refused;
use crate::identity::{Freshness, Shown};
use crate::rule::{Export, Refusal, admit};
use crate::ticket::Ticket;

/// The path, below whatever it is mounted at.
const PATH: &str = "/v1/authorize";

/// What the status of a refusal would be, where the proxy knows only 401 and 403.
const STATUS_HEADER: HeaderName = HeaderName::from_static("x-carryall-status");

/// The query. Caddy hands the client's own over too, so whatever else stands in it is not looked at.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    proxy: Option<Dialect>,
}

/// How the proxy takes refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Dialect {
    Nginx,
}

/// `GET /v1/authorize`
pub(super) async fn authorize(
    State(counter): State<Arc<Counter>>,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
    Peer(peer): Peer,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    asked.map_err(|_| bad("the query is not understood; say proxy=nginx, or nothing"))?;
    let ticket = counter.live_ticket(&headers)?;
    if let Some(Err(wait)) = counter.bulk_shield.as_ref().map(|shield| shield.pass(&ticket.account)) {
        let detail = "too many requests of this account; wait, then repeat this";
        return Err(Refused::new(ProblemCode::TooManyRequests, detail).until(counter.clock.now().after(wait)));
    }
    let caller = counter.identity.identify(Shown { headers: &headers, peer }, Freshness::Recent).await?;
    if ticket.account != caller.account || ticket.sub != caller.subject.as_str() {
        return Err(Refusal::TicketInvalid.into());
    }
    counter.check_clock()?;
    let by = counter.identity.asker(&caller);
    let seen = counter.ledger.history(caller.account).await?;
    let export = admit(&seen.history, &by, &ticket.export, ticket.epoch, seen.now)?;
    passed(&ticket, export)
}

impl Counter {
    /// The ticket shown, if it is ours and not past its time.
    fn live_ticket(&self, headers: &HeaderMap) -> Result<Ticket, Refused> {
        let shown = single(headers, TICKET_HEADER).unwrap_or_default();
        let ticket = Ticket::read(&self.keys, &self.public_url, shown)?;
        if ticket.is_expired(self.clock.now()) { Err(Refusal::TicketInvalid.into()) } else { Ok(ticket) }
    }
}

/// Nothing, but who may pass and with what, for the host behind the proxy.
fn passed(ticket: &Ticket, export: &Export) -> Result<Response, Refused> {
    let categories: Vec<&str> = export.categories.iter().map(carryall_protocol::CategoryId::as_str).collect();
    let mut response = StatusCode::NO_CONTENT.into_response();
    for (name, value) in [
        ("x-carryall-account", ticket.account.as_str()),
        ("x-carryall-subject", &ticket.sub),
        ("x-carryall-export", export.id.as_str()),
        ("x-carryall-epoch", &ticket.epoch.to_string()),
        ("x-carryall-categories", &categories.join(",")),
    ] {
        let value = HeaderValue::from_str(value).map_err(|_| Refused::from(Refusal::TicketInvalid))?;
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    Ok(response)
}

/// Puts every refusal of this path, one that came too late too, into words nginx takes.
pub(super) async fn for_nginx(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    let query = Query::<Asked>::try_from_uri(request.uri()).ok();
    let nginx = path.ends_with(PATH) && query.is_some_and(|Query(asked)| asked.proxy == Some(Dialect::Nginx));
    let mut response = next.run(request).await;
    let status = response.status();
    if nginx && !status.is_success() && status != StatusCode::UNAUTHORIZED {
        *response.status_mut() = StatusCode::FORBIDDEN;
        if let Some(refused) = response.extensions_mut().remove::<Refused>() {
            response.extensions_mut().insert(refused.with_status(StatusCode::FORBIDDEN));
        }
        response.headers_mut().insert(STATUS_HEADER, HeaderValue::from(status.as_u16()));
    }
    response
}
