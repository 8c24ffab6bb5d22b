//! An export as its own account sees it.

use carryall_protocol::Timestamp;
use carryall_protocol::counter::{ExportState, ExportView};

use crate::policy::Policy;
use crate::rule::Export;
use crate::rule::history::SubjectId;

/// The view of an export at a moment. Nothing is shown that no longer applies to its state, and how it is confirmed only to
/// the subject who requested it.
#[must_use]
pub fn view(export: &Export, viewer: &SubjectId, policy: &Policy, now: Timestamp) -> ExportView {
    let state = export.state();
    let invitation = export.invitation.as_ref().filter(|_| state == ExportState::Pending);
    let theirs = invitation.filter(|_| export.subject == *viewer);
    let held = export.lease().map(|lease| lease.until).filter(|until| *until > now);
    let completed = state == ExportState::Completed;
    ExportView {
        id: export.id.clone(),
        state,
        interrupted: state == ExportState::Processing && held.is_none(),
        categories: export.categories.clone(),
        requested_at: export.requested_at,
        confirm_by: invitation.map(|invitation| invitation.by),
        matching_code: theirs.map(|invitation| invitation.matching_code.clone()),
        mail: export.mail.filter(|_| theirs.is_some()),
        confirmed_at: export.confirmed.map(|confirmed| confirmed.at),
        run_by: export.deadline().filter(|_| matches!(state, ExportState::Confirmed | ExportState::Processing)),
        started_at: export.run.as_ref().map(|run| run.first_started_at),
        lease_until: held,
        completed_at: export.completion.map(|completion| completion.at),
        available_until: export.completion.map(|completion| completion.available_until).filter(|_| completed),
        ended_at: export.end.as_ref().map(|end| end.at),
        end_code: export.end.as_ref().map(|end| end.code.clone()),
        reruns_left: if completed { policy.reruns.saturating_sub(export.reruns) } else { 0 },
        epoch: export.epoch(),
    }
}
