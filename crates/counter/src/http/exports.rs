//! Asking for an export, confirming it, ending it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use carryall_protocol::CategoryId;
use carryall_protocol::counter::{self as wire, Confirmation, ExportView, RequestExport};

use super::Counter;
use super::body::{Body, bad};
use super::caller::{Caller, Named, Peer};
use super::problem::Refused;
use super::rate::Quota;
use crate::identity::{Freshness, Identity, Shown};
use crate::ledger::{Applied, Letter, LetterKind, Seen, Whose};
use crate::random::{self, Token};
use crate::rule::command::{Confirm, NewExport};
use crate::rule::{Command, request as rule};
use crate::view::view;

/// The most categories one request may name.
const MAX_CATEGORIES: usize = 64;

/// `POST /v1/exports`
pub(super) async fn request(
    State(counter): State<Arc<Counter>>,
    Peer(peer): Peer,
    headers: HeaderMap,
    Body(body): Body<RequestExport>,
) -> Result<(StatusCode, Extension<Quota>, Json<ExportView>), Refused> {
    let RequestExport { categories, locale } = body;
    let categories = checked(categories)?;
    let locale = locale.map(checked_locale).transpose()?;
    // Whoever has just entered the password again must not be told what was known before.
    let reauthenticates = counter.policy.confirmation == Confirmation::Reauthentication;
    let freshness = if reauthenticates { Freshness::Now } else { Freshness::Recent };
    let caller = counter.identity.identify(Shown { headers: &headers, peer }, freshness).await?;
    let token = Token::draw()?;
    let new = NewExport {
        by: counter.identity.asker(&caller),
        categories,
        id: random::export_id()?,
        token: token.hash(),
        matching_code: token.matching_code(),
    };
    let letter = confirmation(&counter, &caller, locale, &token);
    let (account, by) = (caller.account.clone(), new.by.clone());
    let applied = counter.apply(Whose::Account(caller.account), Command::Request(new), letter).await?;
    let Seen { history, standing, now } = counter.ledger.history(account).await?;
    let next = rule::check(&history, &standing, &counter.policy, &by, now).err();
    Ok((StatusCode::CREATED, Extension(Quota::of(next.as_ref(), now)), Json(counter.shown(&applied))))
}

fn confirmation(counter: &Counter, caller: &Identity, locale: Option<String>, token: &Token) -> Option<Letter> {
    let by_mail = counter.policy.confirmation == Confirmation::Email;
    let kind = LetterKind::Confirmation { token: token.as_str().to_owned() };
    let letter = |to| Letter { to, locale: locale.or_else(|| caller.locale.clone()), kind };
    caller.mail.clone().filter(|_| by_mail).map(letter)
}

/// `POST /v1/exports/{id}/confirm`
pub(super) async fn confirm(
    State(counter): State<Arc<Counter>>,
    Named(id): Named,
    Body(body): Body<wire::Confirm>,
) -> Result<Json<ExportView>, Refused> {
    let token = Token::presented(body.token).hash();
    let command = Command::Confirm(Confirm { id: id.clone(), token });
    let applied = counter.apply(Whose::OwnerOf(id), command, None).await?;
    Ok(Json(counter.shown(&applied)))
}

/// `POST /v1/exports/{id}/deny`
pub(super) async fn deny(
    State(counter): State<Arc<Counter>>,
    Named(id): Named,
    Body(body): Body<wire::Deny>,
) -> Result<Json<ExportView>, Refused> {
    let token = Token::presented(body.token).hash();
    let command = Command::Deny(Confirm { id: id.clone(), token });
    let applied = counter.apply(Whose::OwnerOf(id), command, None).await?;
    Ok(Json(counter.shown(&applied)))
}

/// `DELETE /v1/exports/{id}`
pub(super) async fn cancel(
    State(counter): State<Arc<Counter>>,
    Caller(caller): Caller,
    Named(id): Named,
) -> Result<Json<ExportView>, Refused> {
    let asker = counter.identity.asker(&caller);
    let applied = counter.apply(Whose::Account(caller.account), Command::Cancel(asker, id), None).await?;
    Ok(Json(counter.shown(&applied)))
}

impl Counter {
    /// Lets the ledger apply a command, and calls who waits for news of the account. Where nobody sends mail, none is put into
    /// the outbox.
    pub(super) async fn apply(&self, whose: Whose, command: Command, letter: Option<Letter>) -> Result<Applied, Refused> {
        let outcome = self.ledger.apply(whose, command, letter.filter(|_| self.sends_mail)).await?;
        if let Ok(applied) = &outcome {
            self.metrics.happened(applied.event.as_str());
            self.waiters.call(&applied.account);
        }
        Ok(outcome?)
    }

    /// The export as its subject sees it. Whoever else may change one sees no more: it is pending no longer then.
    pub(super) fn shown(&self, applied: &Applied) -> ExportView {
        view(&applied.export, &applied.export.subject, &self.policy, applied.now)
    }
}

/// One to 64 categories, each once, in the order given.
fn checked(categories: Vec<CategoryId>) -> Result<Vec<CategoryId>, Refused> {
    if categories.is_empty() || categories.len() > MAX_CATEGORIES {
        return Err(bad(format!("name 1 to {MAX_CATEGORIES} categories")));
    }
    let mut once = Vec::with_capacity(categories.len());
    for category in categories {
        if !once.contains(&category) {
            once.push(category);
        }
    }
    Ok(once)
}

fn checked_locale(locale: String) -> Result<String, Refused> {
    let fits = (1..=35).contains(&locale.len()) && locale.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits { Ok(locale) } else { Err(bad("locale is no BCP 47 tag; send one like de-AT, or none")) }
}
