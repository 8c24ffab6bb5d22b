//! How exports end, and what a run without a result costs: it is given back, a few times per cooldown.

use carryall_protocol::counter::ExportState;
use carryall_protocol::{ExportId, Timestamp};

use super::command::Asker;
use super::history::{End, EndKind, Export, History};
use super::{Event, Refusal, Transition};
use crate::policy::Policy;

/// The stable codes of the ends the rule itself decides.
pub mod code {
    /// Never confirmed in time.
    pub const UNCONFIRMED: &str = "unconfirmed";
    /// Confirmed, but never started in time.
    pub const NEVER_STARTED: &str = "never_started";
    /// Started, but not finished in time.
    pub const RAN_TOO_LONG: &str = "ran_too_long";
    /// Saved or not, its window is over.
    pub const WINDOW_OVER: &str = "window_over";
    /// Ended by the person.
    pub const BY_PERSON: &str = "by_person";
    /// Ended by the operator.
    pub const BY_OPERATOR: &str = "by_operator";
    /// Ended by whoever got the mail: it was not them who asked.
    pub const DENIED: &str = "denied";
    /// Its window was ended by a new request.
    pub const SUPERSEDED: &str = "superseded";

    /// All of them. No browser can give one as its own reason: the audit would say what never happened.
    pub const ALL: [&str; 8] =
        [UNCONFIRMED, NEVER_STARTED, RAN_TOO_LONG, WINDOW_OVER, BY_PERSON, BY_OPERATOR, DENIED, SUPERSEDED];
}

/// Ends an export by the person's wish: cancelled, or expired early where there is a result already.
pub(super) fn cancel(
    mut history: History,
    policy: &Policy,
    by: &Asker,
    id: &ExportId,
    now: Timestamp,
) -> Result<Transition, Refusal> {
    let export = history.find(id).ok_or(Refusal::UnknownExport)?;
    if export.subject != by.subject && !by.role_allowed {
        return Err(Refusal::RoleNotAllowed);
    }
    let ended = close(&mut history, policy, id, code::BY_PERSON, now)?;
    Ok(Transition::new(history, id.clone(), if ended { Event::Cancelled } else { Event::Repeated }))
}

/// Ends an export whatever it is doing: cancelled, or expired early where there is a result already. Says whether it was not over yet.
pub(super) fn close(history: &mut History, policy: &Policy, id: &ExportId, code: &str, now: Timestamp) -> Result<bool, Refusal> {
    let index = history.exports.iter().position(|export| export.id == *id).ok_or(Refusal::UnknownExport)?;
    let export = history.exports.get(index).ok_or(Refusal::UnknownExport)?;
    let kind = match export.state() {
        ExportState::Cancelled | ExportState::Expired => return Ok(false),
        ExportState::Failed => return Err(Refusal::WrongState(ExportState::Failed)),
        _ if export.completion.is_some() => EndKind::Expired,
        _ => EndKind::Cancelled,
    };
    end(history, index, policy, kind, code, now);
    Ok(true)
}

/// Ends a run without a result. Where an earlier run gave one, the export is as it was before this run: available until
/// its window closes.
pub(super) fn stop_run(history: &mut History, index: usize, policy: &Policy, kind: EndKind, code: &str, at: Timestamp) {
    let Some(export) = history.exports.get_mut(index) else { return };
    if export.completion.is_none() {
        return end(history, index, policy, kind, code, at);
    }
    if let Some(run) = &mut export.run {
        run.lease = None;
    }
    export.changed_at = at;
}

/// Ends an export for good.
pub(super) fn end(history: &mut History, index: usize, policy: &Policy, kind: EndKind, code: &str, at: Timestamp) {
    let may_refund = refunds_at(history, policy, at) < policy.refunds;
    let Some(export) = history.exports.get_mut(index) else { return };
    let refunded = may_refund && export.run.is_some() && export.completion.is_none();
    export.waiting = None;
    export.end = Some(End { at, kind, code: code.to_owned(), refunded });
    if let Some(run) = &mut export.run {
        run.lease = None;
    }
    export.changed_at = at;
}

/// How many runs were given back within the cooldown that ends at this moment.
fn refunds_at(history: &History, policy: &Policy, at: Timestamp) -> u32 {
    let recent = |export: &&Export| {
        !export.forgiven && export.end.as_ref().is_some_and(|end| end.refunded && policy.cooldown.end(end.at) > at)
    };
    u32::try_from(history.exports.iter().filter(recent).count()).unwrap_or(u32::MAX)
}
