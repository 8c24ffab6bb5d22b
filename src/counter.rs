//! The counter, as far as a running export speaks to it: start, heartbeat, complete, fail.
//!
//! Every call carries the host's session, which the counter holds against the host's whoami; all but the start carry the
//! ticket as well. A refused session is refreshed once.

use carryall_core::json::{self, Misread};
use carryall_core::wire::{self, Started};
use carryall_protocol::ExportId;
use carryall_protocol::counter::{Complete, Fail, Heartbeat, INTENT_HEADER, Receipt, Start, TICKET_HEADER};
use gloo_net::http::{Request, RequestBuilder, Response};
use serde::Serialize;
use web_sys::RequestCredentials;

use crate::credentials::Credentials;
use crate::error::JobError;
use crate::host::plain;

/// One export at the counter.
pub(crate) struct Counter<'a> {
    base: String,
    export: ExportId,
    credentials: &'a Credentials,
}

impl<'a> Counter<'a> {
    pub(crate) fn new(base: &str, export: ExportId, credentials: &'a Credentials) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), export, credentials }
    }

    /// Whose export it is.
    pub(crate) const fn credentials(&self) -> &'a Credentials {
        self.credentials
    }

    /// Takes the lease and the first ticket.
    pub(crate) async fn start(&self, start: &Start) -> Result<Started, JobError> {
        self.post("start", None, start, wire::started).await
    }

    /// Renews the lease and the ticket, and gives the new one.
    pub(crate) async fn heartbeat(&self, ticket: &str, heartbeat: &Heartbeat) -> Result<String, JobError> {
        self.post("heartbeat", Some(ticket), heartbeat, wire::renewed).await
    }

    /// Presents the payload's digest; gives the export as it stands then, as JSON, and the receipt.
    pub(crate) async fn complete(&self, ticket: &str, complete: &Complete) -> Result<(String, Receipt), JobError> {
        self.post("complete", Some(ticket), complete, wire::completed).await
    }

    /// Gives the export up.
    pub(crate) async fn fail(&self, ticket: &str, fail: &Fail) -> Result<(), JobError> {
        self.post("fail", Some(ticket), fail, |_| Ok(())).await
    }

    async fn post<B: Serialize, A>(
        &self,
        verb: &str,
        ticket: Option<&str>,
        body: &B,
        read: fn(&str) -> Result<A, Misread>,
    ) -> Result<A, JobError> {
        let body = json::write(body);
        read(&self.answer(verb, ticket, &body).await?).map_err(|_| JobError::CounterUnreachable)
    }

    /// What the counter answers. Not generic: compiled once.
    async fn answer(&self, verb: &str, ticket: Option<&str>, body: &str) -> Result<String, JobError> {
        let session = self.credentials.session(None).await?;
        let mut response = self.send(verb, ticket, body, &session.headers).await?;
        if response.status() == 401 {
            let session = self.credentials.session(Some(session.generation)).await?;
            response = self.send(verb, ticket, body, &session.headers).await?;
        }
        let text = response.text().await.map_err(|_| JobError::CounterUnreachable)?;
        if response.ok() {
            return Ok(text);
        }
        let problem = wire::refusal(&text).map_err(|_| JobError::CounterUnreachable)?;
        Err(JobError::Refused(Box::new(problem)))
    }

    /// Not bound to the person's cancellation: a cancelled export still gives its lease back.
    async fn send(
        &self,
        verb: &str,
        ticket: Option<&str>,
        body: &str,
        session: &[(String, String)],
    ) -> Result<Response, JobError> {
        let address = format!("{}/v1/exports/{}/{verb}", self.base, self.export);
        let mut request: RequestBuilder = plain(Request::post(&address), None).credentials(RequestCredentials::SameOrigin);
        for (name, value) in session {
            request = request.header(name, value);
        }
        if let Some(ticket) = ticket {
            request = request.header(TICKET_HEADER, ticket);
        }
        let request = request.header(INTENT_HEADER, "1").header("content-type", "application/json").body(body);
        request.map_err(|_| JobError::CounterUnreachable)?.send().await.map_err(|_| JobError::CounterUnreachable)
    }
}
