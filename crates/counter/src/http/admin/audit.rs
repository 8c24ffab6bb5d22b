//! The audit, one JSON object a line, streamed: however long it is, little of it is in memory.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use carryall_protocol::AccountId;
use futures_util::stream::{Stream, unfold};
use serde::Deserialize;

use super::super::Counter;
use super::super::body::bad;
use super::super::problem::Refused;
use crate::ledger::LedgerError;
use crate::ledger::registry::{AuditEntry, AuditFrom};

/// How many entries are read at once.
const PAGE: u32 = 1000;

/// Which entries are wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    #[serde(default)]
    after: i64,
    account: Option<AccountId>,
}

/// `GET /admin/v1/audit?after=&account=`
pub(super) async fn read(
    State(counter): State<Arc<Counter>>,
    which: Result<Query<Which>, axum::extract::rejection::QueryRejection>,
) -> Result<impl IntoResponse, Refused> {
    let Query(Which { after, account }) =
        which.map_err(|_| bad("expected after (a number) and account, each at most once: ?after=0&account=acc-1"))?;
    let from = AuditFrom { after, account, limit: PAGE };
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines(counter, from))))
}

fn lines(counter: Arc<Counter>, from: AuditFrom) -> impl Stream<Item = Result<String, LedgerError>> {
    unfold(Some(from), move |next| {
        let counter = Arc::clone(&counter);
        async move {
            let from = next?;
            let entries = match counter.registry.audit(from.clone()).await {
                Ok(entries) => entries,
                Err(error) => return Some((Err(error), None)),
            };
            let last = entries.last()?.id;
            Some((Ok(text(&entries)), Some(AuditFrom { after: last, ..from })))
        }
    })
}

fn text(entries: &[AuditEntry]) -> String {
    let line = |entry| serde_json::to_string(entry).unwrap_or_default() + "\n";
    entries.iter().map(line).collect()
}
