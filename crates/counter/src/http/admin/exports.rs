//! Exports as the operator sees them, and what they may do about them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use carryall_protocol::counter::{ExportState, ExportView, ProblemCode};
use carryall_protocol::{AccountId, ExportId};
use serde::{Deserialize, Serialize};

use super::super::Counter;
use super::super::body::bad;
use super::super::caller::Named;
use super::super::problem::Refused;
use crate::ledger::Whose;
use crate::ledger::registry::{Filter, Listed};
use crate::rule::{Command, Refusal};
use crate::view::view;

/// How many exports are listed at once.
const PAGE: u32 = 100;

/// Which exports are listed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    account: Option<AccountId>,
    state: Option<ExportState>,
    before: Option<i64>,
}

/// One export, and whose it is.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    number: i64,
    account: AccountId,
    subject: String,
    forgiven: bool,
    export: ExportView,
}

/// A page of exports, and where the next begins.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    exports: Vec<Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<i64>,
}

/// How much was erased.
#[derive(Debug, Serialize)]
pub(super) struct Erased {
    exports: u64,
}

/// `GET /admin/v1/exports?account=&state=&before=`
pub(super) async fn list(
    State(counter): State<Arc<Counter>>,
    which: Result<Query<Which>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Page>, Refused> {
    let Query(Which { account, state, before }) =
        which.map_err(|_| bad("expected account, state and before, each at most once: ?state=processing&before=120"))?;
    let listed = counter.registry.list(Filter { account, state, before, limit: PAGE, export: None }).await?;
    let full = listed.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
    let before = listed.last().map(|last| last.number).filter(|_| full);
    Ok(Json(Page { exports: listed.into_iter().map(|one| counter.seen_by_operator(one)).collect(), before }))
}

/// `GET /admin/v1/exports/{id}`
pub(super) async fn show(State(counter): State<Arc<Counter>>, Named(id): Named) -> Result<Json<Shown>, Refused> {
    counter.find(id).await.map(Json)
}

/// `POST /admin/v1/exports/{id}/cancel`
pub(super) async fn cancel(State(counter): State<Arc<Counter>>, Named(id): Named) -> Result<Json<Shown>, Refused> {
    counter.apply(Whose::OwnerOf(id.clone()), Command::CancelByOperator(id.clone()), None).await?;
    counter.find(id).await.map(Json)
}

/// `POST /admin/v1/exports/{id}/grant-again`
pub(super) async fn grant_again(State(counter): State<Arc<Counter>>, Named(id): Named) -> Result<Json<Shown>, Refused> {
    counter.apply(Whose::OwnerOf(id.clone()), Command::Forgive(id.clone()), None).await?;
    counter.find(id).await.map(Json)
}

/// `DELETE /admin/v1/accounts/{account}`
pub(super) async fn erase(State(counter): State<Arc<Counter>>, Path(account): Path<String>) -> Result<Json<Erased>, Refused> {
    let account = AccountId::new(account)
        .map_err(|_| Refused::new(ProblemCode::BadRequest, "this is no account's id; look for it with /admin/v1/exports"))?;
    let exports = counter.registry.erase(account.clone()).await?;
    counter.waiters.call(&account);
    Ok(Json(Erased { exports }))
}

impl Counter {
    async fn find(&self, id: ExportId) -> Result<Shown, Refused> {
        let found = self.registry.list(Filter { export: Some(id), limit: 1, ..Filter::default() }).await?;
        let found = found.into_iter().next().ok_or(Refusal::UnknownExport)?;
        Ok(self.seen_by_operator(found))
    }

    /// An export as the operator sees it: the matching code and the mail's state as its own subject does, to help on the phone.
    fn seen_by_operator(&self, Listed { number, account, export }: Listed) -> Shown {
        let seen = view(&export, &export.subject, &self.policy, self.clock.now());
        Shown { number, account, subject: export.subject.as_str().to_owned(), forgiven: export.forgiven, export: seen }
    }
}
