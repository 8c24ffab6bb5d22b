//! The dates of refusals, policy by policy.

use std::time::Duration;

use carryall_counter::Policy;
use carryall_counter::policy::{Cooldown, Zone};
use carryall_counter::rule::{Event, Refusal};
use carryall_protocol::counter::ProblemCode;

use crate::scenario::{BEGIN, Scenario};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// Code and seconds since the beginning.
fn refused(outcome: Result<Event, Refusal>) -> (ProblemCode, u64) {
    let refusal = outcome.unwrap_err();
    (refusal.code(), refusal.retry_at().unwrap().since(BEGIN).as_secs())
}

const fn sliding(seconds: u64) -> Cooldown {
    Cooldown::Sliding(Duration::from_secs(seconds))
}

#[test]
fn a_cooldown_of_one_calendar_day_ends_at_midnight() {
    let zone = Zone::named("Europe/Berlin").unwrap();
    let cooldown = Cooldown::Calendar { days: 1, zone };
    let mut scenario = Scenario::new(Policy { available_blocks: false, cooldown, ..Policy::talkif() });
    // The beginning is noon of 28 February, UTC: 13:00 in Berlin.
    scenario.run().pass(HOUR).complete().unwrap();
    assert_eq!(refused(scenario.request()), (ProblemCode::Cooldown, 11 * HOUR));
    scenario.pass(10 * HOUR).request().unwrap();
}

#[test]
fn talkifs_cooldown_counts_from_the_completion() {
    let mut scenario = Scenario::new(Policy { available_blocks: false, ..Policy::talkif() });
    scenario.run().pass(HOUR).complete().unwrap();
    assert_eq!(refused(scenario.request()), (ProblemCode::Cooldown, HOUR + DAY));
}

#[test]
fn fluxers_cooldown_counts_from_the_request() {
    let mut scenario = Scenario::new(Policy::fluxer());
    scenario.run().pass(HOUR).complete().unwrap();
    assert_eq!(refused(scenario.request()), (ProblemCode::Cooldown, 7 * DAY));
    scenario.pass(7 * DAY - HOUR);
    assert_eq!(scenario.state(), "completed", "its window is still open");
    scenario.request().unwrap();
    assert_eq!(scenario.history.exports.first().unwrap().state().as_str(), "expired");
}

#[test]
fn of_several_reasons_the_one_with_the_latest_date_is_given() {
    let mut scenario = Scenario::new(Policy { download_window: Duration::from_secs(2 * DAY), ..Policy::talkif() });
    scenario.run().complete().unwrap();
    assert_eq!(refused(scenario.request()), (ProblemCode::ActiveExport, 2 * DAY));
    let mut scenario = Scenario::new(Policy { cooldown: sliding(3 * DAY), ..Policy::talkif() });
    scenario.run().complete().unwrap();
    assert_eq!(refused(scenario.request()), (ProblemCode::Cooldown, 3 * DAY));
}

#[test]
fn a_run_whose_lapse_will_cost_the_quota_gives_the_date_after_that() {
    let mut scenario = Scenario::new(Policy { refunds: 0, ..Policy::talkif() });
    scenario.run();
    assert_eq!(refused(scenario.request()), (ProblemCode::ActiveExport, 2 * DAY));
}

#[test]
fn of_cooldown_and_cap_the_longer_wait_is_given() {
    let mut scenario = Scenario::new(Policy { requests_per_day: 1, available_blocks: false, ..Policy::talkif() });
    scenario.run().pass(HOUR).complete().unwrap();
    assert_eq!(refused(scenario.request()), (ProblemCode::Cooldown, HOUR + DAY));
    let short = Policy { cooldown: sliding(HOUR), ..scenario.policy.clone() };
    scenario.policy = short;
    assert_eq!(refused(scenario.request()), (ProblemCode::RequestCap, DAY));
}

#[test]
fn refunds_come_back_when_the_cooldown_has_passed() {
    let mut scenario = Scenario::new(Policy { requests_per_day: 100, ..Policy::talkif() });
    for _ in 0..3 {
        scenario.run().fail().unwrap();
    }
    scenario.run().fail().unwrap();
    assert_eq!(refused(scenario.request()), (ProblemCode::Cooldown, DAY));
    scenario.pass(DAY);
    for _ in 0..3 {
        scenario.run().fail().unwrap();
    }
    scenario.request().unwrap();
}

#[test]
fn a_cancelled_request_that_never_started_costs_no_refund() {
    let mut scenario = Scenario::new(Policy { requests_per_day: 100, refunds: 0, ..Policy::talkif() });
    for _ in 0..10 {
        scenario.request().unwrap();
        scenario.cancel().unwrap();
    }
}

#[test]
fn a_second_run_prolongs_the_window_but_not_the_cooldown() {
    let mut scenario = Scenario::new(Policy { available_blocks: false, ..Policy::talkif() });
    scenario.run().complete().unwrap();
    scenario.pass(DAY - 1).start(false).unwrap();
    scenario.complete().unwrap();
    assert_eq!(scenario.latest().unwrap().completion.unwrap().available_until.since(BEGIN).as_secs(), 2 * DAY - 1);
    scenario.pass(1).request().unwrap();
}

#[test]
fn a_second_run_that_outlasts_the_window_ends_with_it() {
    let mut scenario = Scenario::new(Policy::talkif());
    scenario.run().complete().unwrap();
    scenario.pass(DAY - 1).start(false).unwrap();
    scenario.pass(DAY);
    let export = scenario.latest().unwrap();
    assert_eq!(export.state().as_str(), "expired");
    assert_eq!(export.end.unwrap().at.since(BEGIN).as_secs(), 2 * DAY - 1);
}

#[test]
fn after_sixty_starts_a_living_lease_is_no_longer_taken_over() {
    let mut scenario = Scenario::new(Policy::talkif());
    scenario.run();
    for _ in 1..60 {
        scenario.start(true).unwrap();
    }
    assert_eq!(refused(scenario.start(true)), (ProblemCode::LeaseHeld, 120));
    scenario.pass(119);
    assert!(scenario.start(true).is_err());
    scenario.pass(1).start(false).unwrap();
}
