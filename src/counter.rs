//! The counter, as far as a running export speaks to it: start, heartbeat, complete, fail.
//!
//! Every call carries the host's session, which the counter holds against the host's whoami; all but the start carry the
//! ticket as well. A refused session is refreshed once.

use carryall_core::json;
use carryall_protocol::counter::{
    Complete, Completed, Fail, Heartbeat, INTENT_HEADER, ProblemCode, Renewed, Start, Started, TICKET_HEADER,
};
use carryall_protocol::{ExportId, Timestamp};
use gloo_net::http::{Request, RequestBuilder, Response};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use web_sys::RequestCredentials;

use crate::credentials::Credentials;
use crate::error::JobError;
use crate::host::plain;

/// What the worker needs to know of a problem. A newer counter may say more, and in codes that are not known here.
#[derive(Debug, Deserialize)]
pub(crate) struct Refusal {
    code: String,
    /// A sentence for the person.
    pub(crate) detail: String,
    /// When asking again makes sense.
    pub(crate) retry_at: Option<Timestamp>,
    /// How many wait for a place before.
    pub(crate) ahead: Option<u32>,
}

impl Refusal {
    /// The stable word.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Whether it is this one.
    pub(crate) fn is(&self, code: ProblemCode) -> bool {
        self.code == code.as_str()
    }
}

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
        self.post("start", None, start).await
    }

    /// Renews the lease and the ticket.
    pub(crate) async fn heartbeat(&self, ticket: &str, heartbeat: &Heartbeat) -> Result<Renewed, JobError> {
        self.post("heartbeat", Some(ticket), heartbeat).await
    }

    /// Presents the payload's digest.
    pub(crate) async fn complete(&self, ticket: &str, complete: &Complete) -> Result<Completed, JobError> {
        self.post("complete", Some(ticket), complete).await
    }

    /// Gives the export up.
    pub(crate) async fn fail(&self, ticket: &str, fail: &Fail) -> Result<(), JobError> {
        let IgnoredAny = self.post("fail", Some(ticket), fail).await?;
        Ok(())
    }

    async fn post<B: Serialize, A: DeserializeOwned>(&self, verb: &str, ticket: Option<&str>, body: &B) -> Result<A, JobError> {
        let body = serde_json::to_string(body).map_err(|error| JobError::Options(error.to_string()))?;
        json::read(&self.answer(verb, ticket, &body).await?).map_err(|_| JobError::CounterUnreachable)
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
        let problem: Refusal = json::read(&text).map_err(|_| JobError::CounterUnreachable)?;
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
