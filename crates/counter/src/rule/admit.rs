//! Whether a run may read on, for the host's bulk routes. Changes nothing.

use carryall_protocol::counter::ExportState;
use carryall_protocol::{ExportId, Timestamp};

use super::command::Asker;
use super::{Export, History, Refusal};

/// The export, if this subject runs it now: in its live epoch, under a lease that is held. What a ticket says besides was found
/// out before.
///
/// # Errors
///
/// The [`Refusal`].
pub fn admit<'h>(history: &'h History, by: &Asker, id: &ExportId, epoch: u32, now: Timestamp) -> Result<&'h Export, Refusal> {
    if !by.role_allowed {
        return Err(Refusal::RoleNotAllowed);
    }
    let export = history.find(id).ok_or(Refusal::UnknownExport)?;
    if export.subject != by.subject {
        return Err(Refusal::OtherSubject);
    }
    if epoch < export.epoch() {
        return Err(Refusal::EpochSuperseded);
    }
    let state = export.state();
    if state != ExportState::Processing {
        return Err(Refusal::WrongState(state));
    }
    let held = export.lease().is_some_and(|lease| lease.until > now);
    if held && epoch == export.epoch() { Ok(export) } else { Err(Refusal::TicketInvalid) }
}
