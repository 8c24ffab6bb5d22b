//! Leases and epochs: start, heartbeat, complete, fail.
//!
//! **At most one epoch is live**: each start raises it, and whoever holds an older one is refused everywhere. A lease
//! that ran out still belongs to its holder until somebody else starts; so a tab that was frozen can go on.

use std::time::Duration;

use carryall_protocol::counter::ExportState;
use carryall_protocol::{ExportId, LeaseId, Timestamp};

use super::command::{Asker, Hold, Start};
use super::history::{Completion, EndKind, Export, History, Lease, Run};
use super::{Event, Refusal, Transition, end};
use crate::policy::Policy;

/// How far the clock may run behind the last record, or the host's, before nothing is granted any more.
pub(super) const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// How often an export may be started while its last lease lives; from then on that lease must run out first. It bounds
/// what a flood of starts can write.
const MAX_STARTS: u32 = 60;

/// Gives a lease: to a first run, to one that was interrupted or is taken over, or to a second run while the result of
/// the first may still be saved.
pub(super) fn start(mut history: History, policy: &Policy, start: &Start, now: Timestamp) -> Result<Transition, Refusal> {
    check_clock(&history, now)?;
    let export = own(&mut history, &start.by, &start.id)?;
    match export.state() {
        ExportState::Confirmed => begin(export, policy, start, now),
        ExportState::Processing => take_over(export, policy, start, now)?,
        ExportState::Completed if export.reruns < policy.reruns => {
            export.reruns += 1;
            begin(export, policy, start, now);
        }
        state => return Err(Refusal::WrongState(state)),
    }
    export.changed_at = now;
    Ok(Transition::new(history, start.id.clone(), Event::Started))
}

fn begin(export: &mut Export, policy: &Policy, start: &Start, now: Timestamp) {
    export.run = Some(Run {
        first_started_at: export.run.as_ref().map_or(now, |run| run.first_started_at),
        by: now.after(policy.run_window),
        epoch: export.epoch().saturating_add(1),
        lease: Some(lease(&start.lease, policy, now)),
    });
}

fn take_over(export: &mut Export, policy: &Policy, start: &Start, now: Timestamp) -> Result<(), Refusal> {
    let Some(run) = &mut export.run else { return Err(Refusal::WrongState(ExportState::Processing)) };
    if let Some(held) = run.lease.as_ref().filter(|held| held.until > now) {
        let own = start.previous.as_ref() == Some(&held.id);
        if run.epoch >= MAX_STARTS || (!own && !start.takeover) {
            return Err(Refusal::LeaseHeld { until: held.until });
        }
    }
    run.epoch = run.epoch.saturating_add(1);
    run.lease = Some(lease(&start.lease, policy, now));
    Ok(())
}

fn lease(id: &LeaseId, policy: &Policy, now: Timestamp) -> Lease {
    Lease { id: id.clone(), until: now.after(policy.lease.ttl) }
}

/// Renews the lease of the live epoch.
pub(super) fn heartbeat(mut history: History, policy: &Policy, hold: &Hold, now: Timestamp) -> Result<Transition, Refusal> {
    let export = own(&mut history, &hold.by, &hold.id)?;
    let run = live_run(export, hold)?;
    run.lease = Some(lease(&hold.lease, policy, now));
    export.changed_at = now;
    Ok(Transition::new(history, hold.id.clone(), Event::Renewed))
}

/// Finishes the run. Said twice, it is true twice.
pub(super) fn complete(mut history: History, policy: &Policy, hold: &Hold, now: Timestamp) -> Result<Transition, Refusal> {
    let export = own(&mut history, &hold.by, &hold.id)?;
    if export.state() == ExportState::Completed && export.epoch() == hold.epoch {
        return Ok(Transition::new(history, hold.id.clone(), Event::Repeated));
    }
    let run = live_run(export, hold)?;
    if hold.ticket_expired {
        return Err(Refusal::TicketInvalid);
    }
    run.lease = None;
    let at = export.completion.map_or(now, |first| first.at);
    export.completion = Some(Completion { at, available_until: now.after(policy.download_window) });
    export.changed_at = now;
    Ok(Transition::new(history, hold.id.clone(), Event::Completed))
}

/// Gives the run up. Said twice, it is true twice.
pub(super) fn fail(
    mut history: History,
    policy: &Policy,
    hold: &Hold,
    code: &str,
    now: Timestamp,
) -> Result<Transition, Refusal> {
    let index = history.exports.iter().position(|export| export.id == hold.id).ok_or(Refusal::UnknownExport)?;
    let export = own(&mut history, &hold.by, &hold.id)?;
    if export.state() == ExportState::Failed && export.epoch() == hold.epoch {
        return Ok(Transition::new(history, hold.id.clone(), Event::Repeated));
    }
    live_run(export, hold)?;
    end::stop_run(&mut history, index, policy, EndKind::Failed, code, now);
    Ok(Transition::new(history, hold.id.clone(), Event::Failed))
}

/// The export, if this subject asked for it and may still export.
fn own<'h>(history: &'h mut History, by: &Asker, id: &ExportId) -> Result<&'h mut Export, Refusal> {
    if !by.role_allowed {
        return Err(Refusal::RoleNotAllowed);
    }
    let export = history.find_mut(id).ok_or(Refusal::UnknownExport)?;
    if export.subject != by.subject {
        return Err(Refusal::OtherSubject);
    }
    Ok(export)
}

/// The run that lasts, if this is its live epoch and the lease that belongs to it.
fn live_run<'e>(export: &'e mut Export, hold: &Hold) -> Result<&'e mut Run, Refusal> {
    let state = export.state();
    if hold.epoch < export.epoch() {
        return Err(Refusal::EpochSuperseded);
    }
    let run = export.run.as_mut().ok_or(Refusal::WrongState(state))?;
    let held = run.lease.as_ref().ok_or(Refusal::WrongState(state))?;
    if hold.epoch != run.epoch || held.id != hold.lease {
        return Err(Refusal::TicketInvalid);
    }
    Ok(run)
}

/// Refuses where the clock has fallen behind what is recorded: its dates can then not be trusted.
pub(super) fn check_clock(history: &History, now: Timestamp) -> Result<(), Refusal> {
    let ahead = |export: &Export| export.changed_at > now.after(CLOCK_TOLERANCE);
    if history.exports.iter().any(ahead) { Err(Refusal::ClockWrong) } else { Ok(()) }
}
