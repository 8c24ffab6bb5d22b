//! Places among those that run, and who may not begin at all.

use std::time::Duration;

use carryall_counter::Policy;
use carryall_counter::rule::{Event, Refusal, Standing};
use carryall_protocol::counter::ProblemCode;

use crate::scenario::{BEGIN, Scenario};

const DAY: u64 = 24 * 3600;

fn scenario() -> Scenario {
    Scenario::new(Policy { max_running: Some(2), ..Policy::fluxer() })
}

fn crowd(running: u32, ahead: u32) -> Standing {
    Standing { running, ahead, ..Standing::default() }
}

#[test]
fn whoever_finds_no_place_waits_and_stays_confirmed() {
    let mut scenario = scenario();
    scenario.request().unwrap();
    scenario.standing = crowd(2, 0);
    assert_eq!(scenario.start(false), Ok(Event::Queued));
    assert_eq!(scenario.state(), "confirmed");
    scenario.standing = crowd(1, 1);
    assert_eq!(scenario.start(false), Ok(Event::Queued), "the place that is free is another's");
    scenario.standing = crowd(1, 0);
    assert_eq!(scenario.start(false), Ok(Event::Started));
    assert_eq!(scenario.latest().unwrap().waiting, None);
}

#[test]
fn the_place_in_the_queue_is_kept_by_asking_again_in_time() {
    let mut scenario = scenario();
    scenario.request().unwrap();
    scenario.standing = crowd(2, 0);
    scenario.start(false).unwrap();
    scenario.pass(29).start(false).unwrap();
    let since = |scenario: &Scenario| scenario.latest().unwrap().waiting.unwrap().since.since(BEGIN).as_secs();
    assert_eq!(since(&scenario), 0);
    scenario.pass(30).start(false).unwrap();
    assert_eq!(since(&scenario), 59);
}

#[test]
fn a_run_that_lasts_keeps_its_place_and_one_that_was_interrupted_needs_a_new_one() {
    let mut scenario = scenario();
    scenario.run();
    scenario.standing = crowd(2, 5);
    assert_eq!(scenario.start(true), Ok(Event::Started));
    assert_eq!(scenario.heartbeat(), Ok(Event::Renewed));
    scenario.pass(120);
    assert_eq!(scenario.start(false), Ok(Event::Queued));
    assert_eq!(scenario.heartbeat(), Ok(Event::Renewed), "the tab that slept is back, and nobody took its lease");
}

#[test]
fn whoever_waits_too_long_for_a_place_lapses() {
    let mut scenario = scenario();
    scenario.request().unwrap();
    scenario.standing = crowd(2, 0);
    scenario.start(false).unwrap();
    scenario.pass(DAY);
    assert_eq!(scenario.state(), "cancelled");
    assert_eq!(scenario.latest().unwrap().waiting, None);
}

#[test]
fn while_it_is_paused_nothing_begins_and_what_runs_goes_on() {
    let mut scenario = scenario();
    scenario.request().unwrap();
    scenario.standing.paused = true;
    assert_eq!(scenario.start(false), Err(Refusal::Paused));
    scenario.standing.paused = false;
    scenario.start(false).unwrap();
    scenario.standing.paused = true;
    scenario.start(true).unwrap();
    scenario.heartbeat().unwrap();
    scenario.complete().unwrap();
    assert_eq!(scenario.check_at(scenario.now).unwrap_err().code(), ProblemCode::Paused);
}

#[test]
fn a_run_that_is_renewed_waits_for_no_place_any_more() {
    let mut scenario = scenario();
    scenario.run().pass(120);
    scenario.standing = crowd(2, 0);
    assert_eq!(scenario.start(false), Ok(Event::Queued));
    scenario.heartbeat().unwrap();
    assert_eq!(scenario.latest().unwrap().waiting, None);
}

#[test]
fn of_a_restore_and_a_cooldown_the_longer_wait_is_given() {
    let mut scenario = Scenario::new(Policy::fluxer());
    scenario.run().complete().unwrap();
    let cooldown = scenario.now.after(Duration::from_secs(7 * DAY));
    for (restored, told) in [(DAY, Refusal::Cooldown { until: cooldown }), (8 * DAY, restored_until(8 * DAY))] {
        scenario.standing.not_before = Some(BEGIN.after(Duration::from_secs(restored)));
        assert_eq!(scenario.check_at(scenario.now), Err(told));
    }
    scenario.standing.paused = true;
    assert_eq!(scenario.check_at(scenario.now), Err(Refusal::Paused));
}

fn restored_until(seconds: u64) -> Refusal {
    Refusal::Restored { until: BEGIN.after(Duration::from_secs(seconds)) }
}

#[test]
fn after_a_restore_nothing_begins_before_its_moment() {
    let mut scenario = scenario();
    scenario.request().unwrap();
    let until = scenario.now.after(Duration::from_secs(DAY / 2));
    scenario.standing.not_before = Some(until);
    assert_eq!(scenario.start(false), Err(Refusal::Restored { until }));
    scenario.pass(DAY / 2).start(false).unwrap();
}

#[test]
fn what_is_forgiven_is_neither_waited_for_nor_counted() {
    let mut scenario = Scenario::new(Policy { requests_per_day: 1, refunds: 0, ..Policy::talkif() });
    scenario.run().complete().unwrap();
    assert!(scenario.request().is_err());
    assert_eq!(scenario.forgive(), Ok(Event::Forgiven));
    scenario.request().unwrap();
    assert_eq!(scenario.history.exports.first().unwrap().state().as_str(), "expired", "a new request ends the old window");
}

#[test]
fn an_export_under_way_is_not_forgiven_beforehand() {
    let mut scenario = Scenario::new(Policy { available_blocks: false, ..Policy::talkif() });
    scenario.run();
    assert_eq!(scenario.forgive(), Ok(Event::Repeated));
    assert_eq!(scenario.request().unwrap_err().code(), ProblemCode::ActiveExport);
    scenario.complete().unwrap();
    assert_eq!(scenario.request().unwrap_err().code(), ProblemCode::Cooldown);
}

#[test]
fn the_operator_ends_an_export_and_its_run_is_given_back() {
    let mut scenario = scenario();
    scenario.run();
    assert_eq!(scenario.cancel_by_operator(), Ok(Event::CancelledByOperator));
    assert_eq!(scenario.latest().unwrap().end.unwrap().code, "by_operator");
    assert_eq!(scenario.cancel_by_operator(), Ok(Event::Repeated));
    scenario.request().unwrap();
}
