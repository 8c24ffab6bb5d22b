//! "It wasn't me": what a denial does in every state.

use carryall_counter::Policy;
use carryall_counter::rule::{Command, Event, Refusal};
use carryall_protocol::counter::ExportState;

use crate::scenario::Scenario;

const DAY: u64 = 24 * 3600;

/// A scenario in a state by this name.
fn in_state(name: &str) -> Scenario {
    let mut scenario = Scenario::new(Policy::talkif());
    scenario.request().unwrap();
    match name {
        "pending" => {}
        "lapsed" => {
            scenario.pass(DAY);
        }
        "confirmed" => drop(scenario.confirm().unwrap()),
        _ => {
            scenario.confirm().unwrap();
            scenario.start(false).unwrap();
            go_on(&mut scenario, name);
        }
    }
    scenario
}

fn go_on(scenario: &mut Scenario, name: &str) {
    match name {
        "running" => {}
        "interrupted" => drop(scenario.pass(200)),
        "failed" => drop(scenario.fail().unwrap()),
        "cancelled" => drop(scenario.cancel().unwrap()),
        _ => {
            scenario.complete().unwrap();
            match name {
                "completed" => {}
                "running again" => drop(scenario.start(false).unwrap()),
                "expired" => drop(scenario.pass(DAY)),
                _ => panic!("there is no state {name}"),
            }
        }
    }
}

#[test]
fn a_denial_ends_what_has_no_result_yet_and_comes_too_late_after_one() {
    use ExportState::{Cancelled, Completed, Expired, Failed};
    for (state, outcome, afterwards, code) in [
        ("pending", Ok(Event::Denied), Cancelled, Some("denied")),
        ("lapsed", Ok(Event::Repeated), Cancelled, Some("unconfirmed")),
        ("confirmed", Ok(Event::Denied), Cancelled, Some("denied")),
        ("running", Ok(Event::Denied), Cancelled, Some("denied")),
        ("interrupted", Ok(Event::Denied), Cancelled, Some("denied")),
        ("failed", Ok(Event::Repeated), Failed, Some("storage_full")),
        ("cancelled", Ok(Event::Repeated), Cancelled, Some("by_person")),
        ("completed", Err(Refusal::TooLateToDeny(Completed)), Completed, None),
        ("running again", Ok(Event::Denied), Expired, Some("denied")),
        ("expired", Err(Refusal::TooLateToDeny(Expired)), Expired, Some("window_over")),
    ] {
        let mut scenario = in_state(state);
        assert_eq!(scenario.deny(), outcome, "{state}");
        let export = scenario.latest().unwrap();
        assert_eq!(export.state(), afterwards, "{state}");
        assert_eq!(export.end.map(|end| end.code).as_deref(), code, "{state}");
        if outcome.is_ok() {
            assert_eq!(scenario.deny(), Ok(Event::Repeated), "{state}, again");
        }
    }
}

#[test]
fn a_denied_run_is_given_back_as_a_cancelled_one_is() {
    for (state, refunded) in [("pending", false), ("confirmed", false), ("running", true), ("running again", false)] {
        let mut scenario = in_state(state);
        scenario.deny().unwrap();
        assert_eq!(scenario.latest().unwrap().end.unwrap().refunded, refunded, "{state}");
    }
}

#[test]
fn a_run_that_was_denied_cannot_go_on() {
    let mut scenario = in_state("running");
    let held = scenario.hold();
    scenario.deny().unwrap();
    for command in [Command::Heartbeat(held.clone()), Command::Complete(held)] {
        assert_eq!(scenario.apply(&command), Err(Refusal::WrongState(ExportState::Cancelled)));
    }
}
