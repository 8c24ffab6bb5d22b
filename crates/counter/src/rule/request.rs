//! May a new export be asked for? If not, from when on?
//!
//! **A refusal's date is exact**: one second earlier is refused, at it is granted, if nothing else happens before. Where
//! several reasons refuse, the latest date is given.

use carryall_protocol::Timestamp;
use carryall_protocol::counter::{Confirmation, CooldownFrom};

use super::command::{Asker, NewExport};
use super::end::{self, code};
use super::history::{Confirmed, EndKind, Export, History, Invitation};
use super::standing::{CLOCK_TOLERANCE, Standing};
use super::{Event, Refusal, Transition, settle};
use crate::policy::{DAY, Policy};

/// Grants a new export, or says why not.
pub(super) fn request(
    mut history: History,
    standing: &Standing,
    policy: &Policy,
    new: &NewExport,
    now: Timestamp,
) -> Result<Transition, Refusal> {
    check(&history, standing, policy, &new.by, now)?;
    for index in 0..history.exports.len() {
        if history.exports.get(index).is_some_and(|export| export.end.is_none()) {
            end::end(&mut history, index, policy, EndKind::Expired, code::SUPERSEDED, now);
        }
    }
    history.exports.push(requested(policy, new, now));
    Ok(Transition::new(history, new.id.clone(), Event::Requested))
}

/// Whether a request made now would be granted.
///
/// # Errors
///
/// The refusal it would get.
pub fn check(history: &History, standing: &Standing, policy: &Policy, by: &Asker, now: Timestamp) -> Result<(), Refusal> {
    if !by.role_allowed {
        return Err(Refusal::RoleNotAllowed);
    }
    later(standing.check(now), check_quota(history, policy, now))?;
    match policy.confirmation {
        Confirmation::Email if !by.has_mail => Err(Refusal::MailUnverified),
        Confirmation::Reauthentication if !entered_lately(by, policy, now) => Err(Refusal::ReauthRequired),
        _ => Ok(()),
    }
}

/// Of two refusals the one that lasts longer; one without a date lasts longest.
fn later(counters: Result<(), Refusal>, accounts: Result<(), Refusal>) -> Result<(), Refusal> {
    let until = |refusal: &Refusal| refusal.retry_at().unwrap_or(Timestamp::from_millis(u64::MAX));
    match (&counters, &accounts) {
        (Err(first), Err(second)) if until(second) > until(first) => accounts,
        (Ok(()), _) => accounts,
        _ => counters,
    }
}

/// A moment that is still to come proves nothing: the host may count in another unit, or its clock may be wrong.
fn entered_lately(by: &Asker, policy: &Policy, now: Timestamp) -> bool {
    let lately = |at: Timestamp| at <= now.after(CLOCK_TOLERANCE) && at.after(policy.reauthentication_age) > now;
    by.authenticated_at.is_some_and(lately)
}

fn requested(policy: &Policy, new: &NewExport, now: Timestamp) -> Export {
    let by_mail = policy.confirmation == Confirmation::Email;
    let invitation =
        || Invitation { token: new.token, matching_code: new.matching_code.clone(), by: now.after(policy.confirmation_window) };
    let confirmed = || Confirmed { at: now, start_by: now.after(policy.start_window) };
    Export {
        id: new.id.clone(),
        subject: new.by.subject.clone(),
        categories: new.categories.clone(),
        requested_at: now,
        invitation: by_mail.then(invitation),
        confirmed: (!by_mail).then(confirmed),
        waiting: None,
        run: None,
        completion: None,
        reruns: 0,
        end: None,
        forgiven: false,
        mail: by_mail.then_some(carryall_protocol::counter::MailState::Queued),
        changed_at: now,
    }
}

/// The account's reasons for a refusal, with the date on which the last of them is gone.
fn check_quota(history: &History, policy: &Policy, now: Timestamp) -> Result<(), Refusal> {
    let Some(blocked) = blocked(history, policy, now) else { return Ok(()) };
    let mut until = blocked.until();
    // What blocks now may leave something behind that blocks then: a run that lapses may cost the quota.
    while let Some(later) = self::blocked(&settle::settled(history, policy, until), policy, until) {
        if later.until() <= until {
            break;
        }
        until = later.until();
    }
    Err(blocked.refusal(until))
}

/// One reason why a request is refused at a moment, and when that very reason is gone.
enum Blocked {
    Active(carryall_protocol::counter::ExportState, Timestamp),
    Cooldown(Timestamp),
    RequestCap(Timestamp),
}

impl Blocked {
    const fn until(&self) -> Timestamp {
        match self {
            Self::Active(_, until) | Self::Cooldown(until) | Self::RequestCap(until) => *until,
        }
    }

    const fn refusal(&self, until: Timestamp) -> Refusal {
        match self {
            Self::Active(state, _) => Refusal::Active { state: *state, until },
            Self::Cooldown(_) => Refusal::Cooldown { until },
            Self::RequestCap(_) => Refusal::RequestCap { until },
        }
    }
}

/// Of all reasons, the one that lasts longest: nobody is sent to end an export only to be told to wait. Of two that end together,
/// the one the person can act on.
fn blocked(history: &History, policy: &Policy, now: Timestamp) -> Option<Blocked> {
    let reasons = [
        history.exports.iter().filter_map(|export| cooldown_until(export, policy)).max().map(Blocked::Cooldown),
        cap_until(history, policy, now).map(Blocked::RequestCap),
        active(history, policy),
    ];
    reasons.into_iter().flatten().filter(|reason| reason.until() > now).max_by_key(Blocked::until)
}

fn active(history: &History, policy: &Policy) -> Option<Blocked> {
    let export = history.exports.iter().find(|export| export.blocks(policy))?;
    export.deadline().map(|until| Blocked::Active(export.state(), until))
}

/// Until when this export, having cost the quota, keeps the account waiting.
fn cooldown_until(export: &Export, policy: &Policy) -> Option<Timestamp> {
    if export.forgiven {
        return None;
    }
    let run_out = export.end.as_ref().filter(|end| export.run.is_some() && !end.refunded).map(|end| end.at);
    let given = export.completion.map(|completion| completion.at).or(run_out)?;
    let from = match policy.cooldown_from {
        CooldownFrom::Request => export.requested_at,
        CooldownFrom::Completion => given,
    };
    Some(policy.cooldown.end(from))
}

/// When the oldest of too many requests is a day old.
fn cap_until(history: &History, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    let counted = history.exports.iter().filter(|export| !export.forgiven);
    let recent: Vec<_> = counted.map(|export| export.requested_at.after(DAY)).filter(|free_at| *free_at > now).collect();
    let cap = usize::try_from(policy.requests_per_day).unwrap_or(usize::MAX).max(1);
    recent.len().checked_sub(cap).and_then(|index| recent.get(index)).copied()
}
