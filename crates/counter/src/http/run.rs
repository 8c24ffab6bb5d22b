//! Running an export: start, heartbeat, complete, fail. All but the start show a ticket.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use carryall_protocol::counter::{
    self as wire, Complete, Completed, ExportView, Fail, Heartbeat, ReceiptStatement, Renewed, Started, TICKET_HEADER,
};
use carryall_protocol::{ExportId, LeaseId};

use super::Counter;
use super::body::{Body, bad};
use super::caller::{Caller, Named};
use super::problem::Refused;
use crate::browser;
use crate::identity::Identity;
use crate::ledger::{Applied, Letter, LetterKind, Whose};
use crate::random;
use crate::rule::command::{Hold, Start};
use crate::rule::{Command, Refusal, end};
use crate::ticket::{Ticket, receipt};

/// `POST /v1/exports/{id}/start`
pub(super) async fn start(
    State(counter): State<Arc<Counter>>,
    Caller(caller): Caller,
    Named(id): Named,
    Body(body): Body<wire::Start>,
) -> Result<Json<Started>, Refused> {
    let lease = random::lease_id()?;
    let command = Command::Start(Start {
        by: counter.identity.asker(&caller),
        id,
        previous: body.lease,
        takeover: body.takeover,
        lease: lease.clone(),
    });
    let applied = counter.apply(Whose::Account(caller.account), command, None).await?;
    Ok(Json(Started {
        ticket: counter.ticket(&applied)?,
        now: applied.now,
        account: applied.account.clone(),
        lease,
        epoch: applied.export.epoch(),
        heartbeat_every: counter.policy.lease.heartbeat.as_secs(),
        export: counter.shown(&applied),
    }))
}

/// `POST /v1/exports/{id}/heartbeat`
pub(super) async fn heartbeat(
    State(counter): State<Arc<Counter>>,
    Caller(caller): Caller,
    Named(id): Named,
    headers: HeaderMap,
    Body(body): Body<Heartbeat>,
) -> Result<Json<Renewed>, Refused> {
    let hold = counter.hold(&caller, id, &headers, body.lease, body.epoch)?;
    let applied = counter.apply(Whose::Account(caller.account), Command::Heartbeat(hold), None).await?;
    let lease_until = applied.export.lease().map_or(applied.now, |lease| lease.until);
    Ok(Json(Renewed { ticket: counter.ticket(&applied)?, lease_until }))
}

/// `POST /v1/exports/{id}/complete`
pub(super) async fn complete(
    State(counter): State<Arc<Counter>>,
    Caller(caller): Caller,
    Named(id): Named,
    headers: HeaderMap,
    Body(body): Body<Complete>,
) -> Result<Json<Completed>, Refused> {
    let Complete { lease, epoch, payload_digest } = body;
    if payload_digest.len() != 64 || !payload_digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(bad("payload_digest is no SHA-256; send 64 hexadecimal digits in lower case"));
    }
    let hold = counter.hold(&caller, id, &headers, lease, epoch)?;
    let notice = ready_notice(&caller, &headers);
    let applied = counter.apply(Whose::Account(caller.account), Command::Complete(hold), notice).await?;
    let statement = ReceiptStatement {
        iss: counter.public_url.clone(),
        account: applied.account.clone(),
        export: applied.export.id.clone(),
        presented_at: applied.now,
        payload_digest,
    };
    Ok(Json(Completed { receipt: receipt(&counter.keys, statement)?, export: counter.shown(&applied) }))
}

/// `POST /v1/exports/{id}/fail`
pub(super) async fn fail(
    State(counter): State<Arc<Counter>>,
    Caller(caller): Caller,
    Named(id): Named,
    headers: HeaderMap,
    Body(body): Body<Fail>,
) -> Result<Json<ExportView>, Refused> {
    let Fail { lease, epoch, code } = body;
    let fits = (1..=64).contains(&code.len()) && code.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if !fits || end::code::ALL.contains(&code.as_str()) {
        return Err(bad("code is no error code of a browser; send 1 to 64 characters of a-z, 0-9 and _"));
    }
    let hold = counter.hold(&caller, id, &headers, lease, epoch)?;
    let applied = counter.apply(Whose::Account(caller.account), Command::Fail(hold, code), None).await?;
    Ok(Json(counter.shown(&applied)))
}

fn ready_notice(caller: &Identity, headers: &HeaderMap) -> Option<Letter> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let kind = LetterKind::Ready { browser: agent.and_then(browser::in_words) };
    caller.mail.clone().map(|to| Letter { to, locale: caller.locale.clone(), kind })
}

impl Counter {
    /// The ticket of the export's present epoch.
    fn ticket(&self, applied: &Applied) -> Result<String, Refused> {
        let until = applied.now.after(self.policy.ticket_life());
        let ticket = Ticket::new(&self.public_url, &applied.account, &applied.export, applied.now, until);
        Ok(ticket.sign(&self.keys)?)
    }

    /// What someone claims to hold, once their ticket bears it out: ours, theirs, for this export and this epoch.
    fn hold(&self, caller: &Identity, id: ExportId, headers: &HeaderMap, lease: LeaseId, epoch: u32) -> Result<Hold, Refused> {
        let shown = headers.get(TICKET_HEADER).and_then(|ticket| ticket.to_str().ok()).unwrap_or_default();
        let ticket = Ticket::read(&self.keys, &self.public_url, shown)?;
        let theirs = ticket.account == caller.account && ticket.sub == caller.subject.as_str();
        if !theirs || ticket.export != id || ticket.epoch != epoch {
            return Err(Refusal::TicketInvalid.into());
        }
        let by = self.identity.asker(caller);
        Ok(Hold { by, id, lease, epoch, ticket_expired: ticket.is_expired(self.clock.now()) })
    }
}
