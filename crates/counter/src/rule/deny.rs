//! "It wasn't me": whoever got the mail ends the export that it speaks of.

use carryall_protocol::Timestamp;
use carryall_protocol::counter::ExportState;

use super::command::Confirm;
use super::end::{self, code};
use super::history::{EndKind, Export, History};
use super::{Event, Refusal, Transition};
use crate::policy::Policy;

/// Ends the export whose token it is, whatever it is at, unless it was finished once. The token is the proof; an unknown id
/// and a wrong token get the same answer. Where it has ended without a result, that is said again.
pub(super) fn deny(mut history: History, policy: &Policy, denial: &Confirm, now: Timestamp) -> Result<Transition, Refusal> {
    let index = history.exports.iter().position(|export| export.id == denial.id).ok_or(Refusal::TokenWrong)?;
    let export = history.exports.get(index).ok_or(Refusal::TokenWrong)?;
    if export.invitation.as_ref().map(|invitation| invitation.token) != Some(denial.token) {
        return Err(Refusal::TokenWrong);
    }
    let kind = match export.state() {
        ExportState::Cancelled | ExportState::Failed => return Ok(repeated(history, denial)),
        ExportState::Expired if is_denied(export) => return Ok(repeated(history, denial)),
        state @ (ExportState::Completed | ExportState::Expired) => return Err(Refusal::TooLateToDeny(state)),
        // A second run: the first one's result lies in a browser already, but there is to be no other.
        _ if export.completion.is_some() => EndKind::Expired,
        _ => EndKind::Cancelled,
    };
    end::end(&mut history, index, policy, kind, code::DENIED, now);
    Ok(Transition::new(history, denial.id.clone(), Event::Denied))
}

fn repeated(history: History, denial: &Confirm) -> Transition {
    Transition::new(history, denial.id.clone(), Event::Repeated)
}

fn is_denied(export: &Export) -> bool {
    export.end.as_ref().is_some_and(|end| end.code == code::DENIED)
}
