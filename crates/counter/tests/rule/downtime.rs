//! What a counter that was down owes those that ran meanwhile.

use std::time::Duration;

use carryall_counter::Policy;
use carryall_counter::rule::downtime::made_good;

use crate::scenario::Scenario;

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_lease_that_was_alive_lives_for_another_term_and_its_run_has_as_much_time_left() {
    let mut scenario = Scenario::new(Policy::talkif());
    scenario.run().pass(100);
    let down = scenario.now;
    let up = down.after(HOUR);
    let before = scenario.latest().unwrap();
    let after = made_good(&before, &scenario.policy, down, up).unwrap();
    assert_eq!(after.lease().unwrap().until, up.after(Duration::from_secs(120)));
    assert_eq!(after.run.as_ref().unwrap().by, before.run.as_ref().unwrap().by.after(HOUR));
    assert_eq!(after.epoch(), before.epoch());
}

#[test]
fn a_lease_that_had_run_out_before_stays_so() {
    let mut scenario = Scenario::new(Policy::talkif());
    scenario.run().pass(120);
    let export = scenario.latest().unwrap();
    assert_eq!(made_good(&export, &scenario.policy, scenario.now, scenario.now.after(HOUR)), None);
}

#[test]
fn a_lease_that_lives_longer_anyway_is_not_cut() {
    let mut scenario = Scenario::new(Policy::talkif());
    scenario.run();
    let export = scenario.latest().unwrap();
    let at_once = made_good(&export, &scenario.policy, scenario.now, scenario.now).unwrap();
    assert_eq!(at_once.lease().unwrap().until, export.lease().unwrap().until);
}
