//! The confirmation: a token is shown once, in time.

use carryall_protocol::Timestamp;
use carryall_protocol::counter::ExportState;

use super::command::Confirm;
use super::end::code;
use super::history::{Confirmed, Export, History};
use super::{Event, Refusal, Transition};
use crate::policy::Policy;

/// Confirms a pending export. An unknown id and a wrong token get the same answer: neither tells which exports exist.
pub(super) fn confirm(mut history: History, policy: &Policy, confirm: &Confirm, now: Timestamp) -> Result<Transition, Refusal> {
    let export = history.find_mut(&confirm.id).ok_or(Refusal::TokenWrong)?;
    let token = export.invitation.as_ref().map(|invitation| invitation.token);
    if token != Some(confirm.token) {
        return Err(Refusal::TokenWrong);
    }
    match export.state() {
        ExportState::Pending => {}
        _ if never_confirmed(export) => return Err(Refusal::TokenExpired),
        state => return Err(Refusal::WrongState(state)),
    }
    export.confirmed = Some(Confirmed { at: now, start_by: now.after(policy.start_window) });
    export.changed_at = now;
    Ok(Transition::new(history, confirm.id.clone(), Event::Confirmed))
}

fn never_confirmed(export: &Export) -> bool {
    export.end.as_ref().is_some_and(|end| end.code == code::UNCONFIRMED)
}
