//! An export as a row, and back.

use carryall_protocol::counter::MailState;
use carryall_protocol::{AccountId, CategoryId, ExportId, LeaseId, Timestamp};
use sqlx::Row;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};

use super::LedgerError;
use crate::rule::Export;
use crate::rule::history::{Completion, Confirmed, End, EndKind, Invitation, Lease, Run, SubjectId, TokenHash, Waiting};

/// Stores what [`bind`] binds.
pub(super) const UPSERT: &str = "INSERT INTO exports (id, account, subject, state, categories, requested_at, token_hash, \
     matching_code, confirm_by, confirmed_at, start_by, first_started_at, run_by, epoch, lease, lease_until, completed_at, \
     available_until, reruns, ended_at, end_kind, end_code, refunded, changed_at, waiting_since, waiting_until, forgiven, deadline) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, \
     ?25, ?26, ?27, ?28) \
     ON CONFLICT (id) DO UPDATE SET state = ?4, confirmed_at = ?10, start_by = ?11, first_started_at = ?12, run_by = ?13, \
     epoch = ?14, lease = ?15, lease_until = ?16, completed_at = ?17, available_until = ?18, reruns = ?19, ended_at = ?20, \
     end_kind = ?21, end_code = ?22, refunded = ?23, changed_at = ?24, waiting_since = ?25, waiting_until = ?26, forgiven = ?27, \
     deadline = ?28";

type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Binds an export to [`UPSERT`].
pub(super) fn bind<'q>(account: &'q str, export: &'q Export) -> Result<Statement<'q>, LedgerError> {
    let categories = serde_json::to_string(&export.categories).map_err(|_| unreadable("categories"))?;
    let (invitation, run, end) = (export.invitation.as_ref(), export.run.as_ref(), export.end.as_ref());
    let statement = sqlx::query(UPSERT)
        .bind(export.id.as_str())
        .bind(account)
        .bind(export.subject.as_str())
        .bind(export.state().as_str())
        .bind(categories)
        .bind(millis(export.requested_at))
        .bind(invitation.map(|invitation| invitation.token.0.to_vec()))
        .bind(invitation.map(|invitation| invitation.matching_code.as_str()))
        .bind(invitation.map(|invitation| millis(invitation.by)))
        .bind(export.confirmed.map(|confirmed| millis(confirmed.at)))
        .bind(export.confirmed.map(|confirmed| millis(confirmed.start_by)))
        .bind(run.map(|run| millis(run.first_started_at)))
        .bind(run.map(|run| millis(run.by)))
        .bind(export.epoch())
        .bind(export.lease().map(|lease| lease.id.as_str()))
        .bind(export.lease().map(|lease| millis(lease.until)))
        .bind(export.completion.map(|completion| millis(completion.at)))
        .bind(export.completion.map(|completion| millis(completion.available_until)))
        .bind(export.reruns)
        .bind(end.map(|end| millis(end.at)))
        .bind(end.map(|end| kind_word(end.kind)))
        .bind(end.map(|end| end.code.as_str()))
        .bind(end.is_some_and(|end| end.refunded))
        .bind(millis(export.changed_at))
        .bind(export.waiting.map(|waiting| millis(waiting.since)))
        .bind(export.waiting.map(|waiting| millis(waiting.until)))
        .bind(export.forgiven)
        .bind(export.deadline().map(millis));
    Ok(statement)
}

/// Reads an export from the view `exports_with_mail`.
pub(super) fn read(row: &SqliteRow) -> Result<Export, LedgerError> {
    Ok(Export {
        id: ExportId::new(text(row, "id")?).map_err(|_| unreadable("id"))?,
        subject: SubjectId::new(text(row, "subject")?).ok_or(unreadable("subject"))?,
        categories: read_categories(row)?,
        requested_at: moment(row, "requested_at")?.ok_or(unreadable("requested_at"))?,
        invitation: read_invitation(row)?,
        confirmed: Option::zip(moment(row, "confirmed_at")?, moment(row, "start_by")?)
            .map(|(at, start_by)| Confirmed { at, start_by }),
        waiting: Option::zip(moment(row, "waiting_since")?, moment(row, "waiting_until")?)
            .map(|(since, until)| Waiting { since, until }),
        run: read_run(row)?,
        completion: Option::zip(moment(row, "completed_at")?, moment(row, "available_until")?)
            .map(|(at, available_until)| Completion { at, available_until }),
        reruns: row.try_get("reruns")?,
        end: read_end(row)?,
        forgiven: row.try_get("forgiven")?,
        mail: row.try_get::<Option<String>, _>("mail")?.map(|word| mail_state(&word)),
        changed_at: moment(row, "changed_at")?.ok_or(unreadable("changed_at"))?,
    })
}

/// The account a row is about.
pub(super) fn account(row: &SqliteRow) -> Result<AccountId, LedgerError> {
    AccountId::new(text(row, "account")?).map_err(|_| unreadable("account"))
}

fn read_categories(row: &SqliteRow) -> Result<Vec<CategoryId>, LedgerError> {
    serde_json::from_str(&text(row, "categories")?).map_err(|_| unreadable("categories"))
}

fn read_invitation(row: &SqliteRow) -> Result<Option<Invitation>, LedgerError> {
    let Some(hash) = row.try_get::<Option<Vec<u8>>, _>("token_hash")? else { return Ok(None) };
    Ok(Some(Invitation {
        token: TokenHash(hash.try_into().map_err(|_| unreadable("token_hash"))?),
        matching_code: text(row, "matching_code")?,
        by: moment(row, "confirm_by")?.ok_or(unreadable("confirm_by"))?,
    }))
}

fn read_run(row: &SqliteRow) -> Result<Option<Run>, LedgerError> {
    let Some((first_started_at, by)) = Option::zip(moment(row, "first_started_at")?, moment(row, "run_by")?) else {
        return Ok(None);
    };
    let id = row.try_get::<Option<String>, _>("lease")?.map(LeaseId::new).transpose().map_err(|_| unreadable("lease"))?;
    let lease = Option::zip(id, moment(row, "lease_until")?).map(|(id, until)| Lease { id, until });
    Ok(Some(Run { first_started_at, by, epoch: row.try_get("epoch")?, lease }))
}

fn read_end(row: &SqliteRow) -> Result<Option<End>, LedgerError> {
    let Some(at) = moment(row, "ended_at")? else { return Ok(None) };
    let kind = match text(row, "end_kind")?.as_str() {
        "expired" => EndKind::Expired,
        "failed" => EndKind::Failed,
        "cancelled" => EndKind::Cancelled,
        _ => return Err(unreadable("end_kind")),
    };
    Ok(Some(End { at, kind, code: text(row, "end_code")?, refunded: row.try_get("refunded")? }))
}

const fn kind_word(kind: EndKind) -> &'static str {
    match kind {
        EndKind::Expired => "expired",
        EndKind::Failed => "failed",
        EndKind::Cancelled => "cancelled",
    }
}

fn mail_state(word: &str) -> MailState {
    match word {
        "queued" => MailState::Queued,
        "sent" => MailState::Sent,
        _ => MailState::Failing,
    }
}

pub(super) fn text(row: &SqliteRow, column: &'static str) -> Result<String, LedgerError> {
    row.try_get::<Option<String>, _>(column)?.ok_or(unreadable(column))
}

pub(super) fn moment(row: &SqliteRow, column: &'static str) -> Result<Option<Timestamp>, LedgerError> {
    let millis: Option<i64> = row.try_get(column)?;
    millis.map(|millis| u64::try_from(millis).map(Timestamp::from_millis).map_err(|_| unreadable(column))).transpose()
}

/// A moment as SQLite keeps it.
pub(super) fn millis(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_millis()).unwrap_or(i64::MAX)
}

/// A column that does not say what it should.
pub(super) const fn unreadable(column: &'static str) -> LedgerError {
    LedgerError::Unreadable { column }
}
