//! What holds for every policy and whatever anybody does.

use std::time::Duration;

use carryall_counter::Policy;
use carryall_counter::policy::{Cooldown, Zone};
use carryall_counter::rule::command::Hold;
use carryall_counter::rule::{Command, Refusal, Standing, settle};
use carryall_protocol::Timestamp;
use carryall_protocol::counter::{Confirmation, CooldownFrom, ProblemCode};
use proptest::prelude::*;
use proptest::sample::select;

use crate::scenario::Scenario;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// One thing that happens.
#[derive(Debug, Clone, Copy)]
enum Step {
    Pass(u64),
    Request,
    Confirm,
    Start,
    TakeOver,
    Heartbeat,
    Complete,
    Fail,
    Cancel,
    Deny,
    CancelByOperator,
    /// So many others run now, and so many wait before.
    Crowd(u32, u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => select(vec![1, 29, 120, 3600, 86_400]).prop_map(Step::Pass),
        1 => (0..200_000_u64).prop_map(Step::Pass),
        3 => Just(Step::Request),
        3 => Just(Step::Confirm),
        3 => Just(Step::Start),
        1 => Just(Step::TakeOver),
        1 => Just(Step::Heartbeat),
        2 => Just(Step::Complete),
        2 => Just(Step::Fail),
        2 => select(vec![Step::Cancel, Step::Deny, Step::CancelByOperator]),
        1 => (0..4_u32, 0..3_u32).prop_map(|(running, ahead)| Step::Crowd(running, ahead)),
    ]
}

fn span() -> impl Strategy<Value = Duration> {
    select(vec![1, 60, 3600, 86_400, 7 * 86_400]).prop_map(Duration::from_secs)
}

fn cooldown() -> impl Strategy<Value = Cooldown> {
    let zone = select(vec!["Europe/Berlin", "Asia/Beirut", "UTC"]).prop_map(|name| Zone::named(name).unwrap());
    prop_oneof![
        Just(Cooldown::Sliding(Duration::ZERO)),
        span().prop_map(Cooldown::Sliding),
        (1..9_u16, zone).prop_map(|(days, zone)| Cooldown::Calendar { days, zone }),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let confirmation = select(vec![Confirmation::None, Confirmation::Email, Confirmation::Reauthentication]);
    let from = select(vec![CooldownFrom::Request, CooldownFrom::Completion]);
    let windows = (span(), span(), span(), span(), cooldown());
    (confirmation, from, windows, any::<bool>(), 0..3_u32, 0..4_u32, 1..8_u32).prop_map(
        |(confirmation, cooldown_from, windows, available_blocks, reruns, refunds, requests_per_day)| {
            let (confirmation_window, start_window, run_window, download_window, cooldown) = windows;
            Policy {
                confirmation,
                confirmation_window,
                start_window,
                run_window,
                download_window,
                cooldown,
                cooldown_from,
                available_blocks,
                reruns,
                refunds,
                requests_per_day,
                max_running: (requests_per_day % 2 == 0).then_some(2),
                ..Policy::talkif()
            }
        },
    )
}

fn play(scenario: &mut Scenario, step: Step) {
    let _ = match step {
        Step::Pass(seconds) => {
            scenario.pass(seconds);
            return;
        }
        Step::Request => scenario.request(),
        Step::Confirm => scenario.confirm(),
        Step::Start => scenario.start(false),
        Step::TakeOver => scenario.start(true),
        Step::Heartbeat => scenario.heartbeat(),
        Step::Complete => scenario.complete(),
        Step::Fail => scenario.fail(),
        Step::Cancel => scenario.cancel(),
        Step::Deny => scenario.deny(),
        Step::CancelByOperator => scenario.cancel_by_operator(),
        Step::Crowd(running, ahead) => {
            scenario.standing = Standing { running, ahead, ..Standing::default() };
            return;
        }
    };
}

/// One millisecond earlier.
fn just_before(moment: Timestamp) -> Timestamp {
    Timestamp::from_millis(moment.as_millis() - 1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_refusals_date_is_exact(policy in policy(), steps in prop::collection::vec(step(), 1..40)) {
        let mut scenario = Scenario::new(policy);
        for step in steps {
            play(&mut scenario, step);
            let Err(refusal) = scenario.check_at(scenario.now) else { continue };
            let until = refusal.retry_at().unwrap();
            prop_assert!(until > scenario.now);
            prop_assert!(scenario.check_at(just_before(until)).is_err(), "granted before {until}");
            prop_assert_eq!(scenario.check_at(until), Ok(()));
        }
    }

    #[test]
    fn at_most_one_export_is_active_and_only_the_newest_epoch_is_live(
        policy in policy(),
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut scenario = Scenario::new(policy);
        let mut holds: Vec<Hold> = Vec::new();
        for step in steps {
            play(&mut scenario, step);
            let settled = settle::settled(&scenario.history, &scenario.policy, scenario.now);
            prop_assert!(settled.exports.iter().filter(|export| export.state().is_active()).count() <= 1);
            let hold = scenario.history.latest().and_then(|export| export.lease()).map(|_| scenario.hold());
            holds.extend(hold.filter(|hold| !holds.contains(hold)));
            for old in &holds {
                let accepted = scenario.clone().apply(&Command::Heartbeat(old.clone()));
                let newest = settled.find(&old.id).is_some_and(|export| export.epoch() == old.epoch);
                prop_assert!(newest || accepted.is_err(), "epoch {} of {} is live", old.epoch, old.id);
                let superseded = accepted == Err(Refusal::EpochSuperseded);
                prop_assert!(newest || superseded, "{accepted:?}");
            }
        }
    }

    #[test]
    fn settling_twice_is_settling_once(
        policy in policy(),
        steps in prop::collection::vec(step(), 1..30),
        first in 0..1_000_000_u64,
        second in 0..1_000_000_u64,
    ) {
        let mut scenario = Scenario::new(policy);
        for step in steps {
            play(&mut scenario, step);
        }
        let Scenario { history, policy, now, .. } = scenario;
        let between = now.after(Duration::from_secs(first));
        let at = between.after(Duration::from_secs(second));
        let in_steps = settle::settled(&settle::settled(&history, &policy, between), &policy, at);
        prop_assert_eq!(in_steps, settle::settled(&history, &policy, at));
    }

    #[test]
    fn refunds_and_requests_stay_within_their_bounds(
        policy in policy(),
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let mut scenario = Scenario::new(policy);
        for step in steps {
            play(&mut scenario, step);
        }
        let Scenario { history, policy, .. } = scenario;
        let refunds: Vec<_> = history.exports.iter().filter_map(|export| export.end.as_ref()).filter(|end| end.refunded).collect();
        for last in &refunds {
            let within = refunds.iter().filter(|end| end.at <= last.at && policy.cooldown.end(end.at) > last.at).count();
            prop_assert!(within <= policy.refunds as usize || policy.cooldown.longest().is_zero());
        }
        for last in &history.exports {
            let near = |at: Timestamp| at <= last.requested_at && at.after(DAY) > last.requested_at;
            let within = history.exports.iter().filter(|export| near(export.requested_at)).count();
            prop_assert!(within <= policy.requests_per_day as usize);
        }
    }

    #[test]
    fn an_export_that_cost_the_quota_is_never_followed_too_soon(policy in policy(), steps in prop::collection::vec(step(), 1..80)) {
        let mut scenario = Scenario::new(policy);
        for step in steps {
            play(&mut scenario, step);
        }
        let Scenario { history, policy, .. } = scenario;
        for (earlier, later) in history.exports.iter().zip(history.exports.iter().skip(1)) {
            // A run without a result costs the quota too, unless it was given back.
            let cost = earlier.end.as_ref().filter(|end| earlier.run.is_some() && !end.refunded).map(|end| end.at);
            let Some(given) = earlier.completion.map(|completion| completion.at).or(cost) else { continue };
            let from = match policy.cooldown_from {
                CooldownFrom::Request => earlier.requested_at,
                CooldownFrom::Completion => given,
            };
            prop_assert!(later.requested_at >= policy.cooldown.end(from));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_begins_without_a_place(policy in policy(), steps in prop::collection::vec(step(), 1..60)) {
        let mut scenario = Scenario::new(policy);
        for step in steps {
            let had_lease = scenario.latest().is_some_and(|export| export.lease().is_some_and(|lease| lease.until > scenario.now));
            let begun = scenario.latest().map_or(0, |export| export.epoch());
            play(&mut scenario, step);
            let begins = matches!(step, Step::Start | Step::TakeOver) && scenario.latest().is_some_and(|now| now.epoch() > begun);
            let Standing { running, ahead, .. } = scenario.standing;
            let has_place = scenario.policy.max_running.is_none_or(|max| running + ahead < max);
            prop_assert!(!begins || had_lease || has_place, "began beside {running} and before {ahead}");
        }
    }
}

#[test]
fn a_refused_command_changes_nothing() {
    let mut scenario = Scenario::new(Policy::talkif());
    scenario.run();
    let before = scenario.history.clone();
    assert_eq!(scenario.request().unwrap_err().code(), ProblemCode::ActiveExport);
    assert_eq!(scenario.history, before);
}
