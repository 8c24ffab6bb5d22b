//! What only the operator can ask for: ending somebody's export, and granting one again.

use carryall_protocol::{ExportId, Timestamp};

use super::end::{self, code};
use super::history::{Export, History};
use super::{Event, Refusal, Transition};
use crate::policy::Policy;

/// Ends an export, whoever requested it.
pub(super) fn cancel(mut history: History, policy: &Policy, id: &ExportId, now: Timestamp) -> Result<Transition, Refusal> {
    let ended = end::close(&mut history, policy, id, code::BY_OPERATOR, now)?;
    Ok(Transition::new(history, id.clone(), if ended { Event::CancelledByOperator } else { Event::Repeated }))
}

/// Lets the account export again: neither this export nor any before it counts against the quota any more. One that is under way
/// goes on, counts, and still has to end first.
pub(super) fn forgive(mut history: History, id: &ExportId, now: Timestamp) -> Result<Transition, Refusal> {
    let index = history.exports.iter().position(|export| export.id == *id).ok_or(Refusal::UnknownExport)?;
    let is_given = |export: &&mut Export| !export.forgiven && (export.end.is_some() || export.completion.is_some());
    let mut forgiven = false;
    for export in history.exports.iter_mut().take(index + 1).filter(is_given) {
        export.forgiven = true;
        export.changed_at = now;
        forgiven = true;
    }
    Ok(Transition::new(history, id.clone(), if forgiven { Event::Forgiven } else { Event::Repeated }))
}
