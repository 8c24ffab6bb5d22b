//! Which deadlines have passed: a history as it stands at a moment, if nobody does anything before.
//!
//! **Settling is lazy and repeatable**: settling at two moments in a row gives what settling at the later one gives. So a
//! refusal's date can be found by asking what the history will be then.

use carryall_protocol::Timestamp;
use carryall_protocol::counter::ExportState;

use super::end::{self, code};
use super::history::{EndKind, History};
use crate::policy::Policy;

/// The history at `now`.
#[must_use]
pub fn settled(history: &History, policy: &Policy, now: Timestamp) -> History {
    let mut history = history.clone();
    for index in 0..history.exports.len() {
        while lapse(&mut history, index, policy, now) {}
    }
    history
}

/// Lets the export's present state pass if its deadline has; says whether it did.
fn lapse(history: &mut History, index: usize, policy: &Policy, now: Timestamp) -> bool {
    let Some(export) = history.exports.get_mut(index) else { return false };
    let Some(deadline) = export.deadline().filter(|deadline| *deadline <= now) else { return false };
    match export.state() {
        ExportState::Pending => end::end(history, index, policy, EndKind::Cancelled, code::UNCONFIRMED, deadline),
        ExportState::Confirmed => end::end(history, index, policy, EndKind::Cancelled, code::NEVER_STARTED, deadline),
        ExportState::Processing => end::stop_run(history, index, policy, EndKind::Failed, code::RAN_TOO_LONG, deadline),
        ExportState::Completed => {
            // A second run may have outlasted the window of the first.
            let at = deadline.max(export.changed_at);
            end::end(history, index, policy, EndKind::Expired, code::WINDOW_OVER, at);
        }
        ExportState::Expired | ExportState::Failed | ExportState::Cancelled => return false,
    }
    true
}
