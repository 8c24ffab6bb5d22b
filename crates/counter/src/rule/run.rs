//! Leases and epochs: start, heartbeat, complete, fail.
//!
//! **At most one epoch is live**: each start raises it, and whoever holds an older one is refused everywhere. A lease
//! that ran out still belongs to its holder until somebody else starts; so a tab that was frozen can go on.

use std::time::Duration;

use carryall_protocol::counter::ExportState;
use carryall_protocol::{ExportId, LeaseId, Timestamp};

use super::command::{Asker, Hold, Start};
use super::history::{Completion, EndKind, Export, History, Lease, Run, Waiting};
use super::standing::Standing;
use super::{Event, Refusal, Transition, end};
use crate::policy::Policy;

/// How soon a browser that waits for a place asks again. It keeps the place for three times as long.
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// How often an export may be started while its last lease lives; from then on that lease must run out first. It bounds
/// what a flood of starts can write.
const MAX_STARTS: u32 = 60;

/// Gives a lease: to a first run, to one that was interrupted or is taken over, or to a second run while the result of
/// the first may still be saved. Whoever runs already keeps the place; everybody else needs a free one.
pub(super) fn start(
    mut history: History,
    standing: &Standing,
    policy: &Policy,
    start: &Start,
    now: Timestamp,
) -> Result<Transition, Refusal> {
    let export = own(&mut history, &start.by, &start.id)?;
    check_start(export, policy, start, now)?;
    let runs = export.lease().is_some_and(|lease| lease.until > now);
    if !runs {
        standing.check(now)?;
        if policy.max_running.is_some_and(|max| standing.running.saturating_add(standing.ahead) >= max) {
            wait(export, now);
            return Ok(Transition::new(history, start.id.clone(), Event::Queued));
        }
    }
    begin(export, policy, start, now);
    Ok(Transition::new(history, start.id.clone(), Event::Started))
}

/// Whether this browser may run this export, place or no place.
fn check_start(export: &Export, policy: &Policy, start: &Start, now: Timestamp) -> Result<(), Refusal> {
    match export.state() {
        ExportState::Confirmed => Ok(()),
        ExportState::Processing => check_lease(export, start, now),
        ExportState::Completed if export.reruns < policy.reruns => Ok(()),
        state => Err(Refusal::WrongState(state)),
    }
}

fn check_lease(export: &Export, start: &Start, now: Timestamp) -> Result<(), Refusal> {
    let Some(held) = export.lease().filter(|held| held.until > now) else { return Ok(()) };
    let own = start.previous.as_ref() == Some(&held.id);
    let may = export.epoch() < MAX_STARTS && (own || start.takeover);
    if may { Ok(()) } else { Err(Refusal::LeaseHeld { until: held.until }) }
}

fn begin(export: &mut Export, policy: &Policy, start: &Start, now: Timestamp) {
    let (by, reruns) = match (export.state(), &export.run) {
        (ExportState::Processing, Some(run)) => (run.by, export.reruns),
        (ExportState::Completed, _) => (now.after(policy.run_window), export.reruns.saturating_add(1)),
        _ => (now.after(policy.run_window), export.reruns),
    };
    export.run = Some(Run {
        first_started_at: export.run.as_ref().map_or(now, |run| run.first_started_at),
        by,
        epoch: export.epoch().saturating_add(1),
        lease: Some(lease(&start.lease, policy, now)),
    });
    export.reruns = reruns;
    export.waiting = None;
    export.changed_at = now;
}

/// Takes a place in the queue, or keeps the one it has.
fn wait(export: &mut Export, now: Timestamp) {
    let since = export.waiting.filter(|waiting| waiting.until > now).map_or(now, |waiting| waiting.since);
    export.waiting = Some(Waiting { since, until: now.after(ASK_AGAIN.saturating_mul(3)) });
    export.changed_at = now;
}

/// What a browser is told that waits for a place.
#[must_use]
pub fn queued(standing: &Standing, now: Timestamp) -> Refusal {
    Refusal::Queued { ahead: standing.ahead, again_at: now.after(ASK_AGAIN) }
}

fn lease(id: &LeaseId, policy: &Policy, now: Timestamp) -> Lease {
    Lease { id: id.clone(), until: now.after(policy.lease.ttl) }
}

/// Renews the lease of the live epoch.
pub(super) fn heartbeat(mut history: History, policy: &Policy, hold: &Hold, now: Timestamp) -> Result<Transition, Refusal> {
    let export = own(&mut history, &hold.by, &hold.id)?;
    let run = live_run(export, hold)?;
    run.lease = Some(lease(&hold.lease, policy, now));
    // It may have waited for a place while its lease had run out.
    export.waiting = None;
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
