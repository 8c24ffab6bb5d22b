//! Every state against every command, as one table.

use std::fmt::Write as _;

use carryall_counter::Policy;
use carryall_counter::rule::{Event, Refusal};
use insta::assert_snapshot;

use crate::scenario::Scenario;

const DAY: u64 = 24 * 3600;

type Act = fn(&mut Scenario) -> Result<Event, Refusal>;

const COMMANDS: [(&str, Act); 8] = [
    ("request", Scenario::request),
    ("confirm", Scenario::confirm),
    ("start", |scenario| scenario.start(false)),
    ("takeover", |scenario| scenario.start(true)),
    ("heartbeat", Scenario::heartbeat),
    ("complete", Scenario::complete),
    ("fail", Scenario::fail),
    ("cancel", Scenario::cancel),
];

type Lead = fn(&mut Scenario);

const SITUATIONS: [(&str, Lead); 13] = [
    ("nothing yet", |_| {}),
    ("pending", |s| done([s.request()])),
    ("lapsed unconfirmed", |s| {
        done([s.request()]);
        s.pass(DAY);
    }),
    ("confirmed", |s| done([s.request(), s.confirm()])),
    ("lapsed unstarted", |s| {
        done([s.request(), s.confirm()]);
        s.pass(DAY);
    }),
    ("running", |s| done([s.request(), s.confirm(), s.start(false)])),
    ("interrupted", |s| {
        s.run().pass(120);
    }),
    ("ran too long", |s| {
        s.run().pass(DAY);
    }),
    ("completed", |s| done([s.run().complete()])),
    ("running again", |s| done([s.run().complete(), s.start(false)])),
    ("expired", |s| {
        done([s.run().complete()]);
        s.pass(DAY);
    }),
    ("failed", |s| done([s.run().fail()])),
    ("cancelled", |s| done([s.run().cancel()])),
];

/// These were all granted.
fn done<const N: usize>(outcomes: [Result<Event, Refusal>; N]) {
    for outcome in outcomes {
        outcome.unwrap();
    }
}

#[test]
fn every_command_in_every_state_has_its_outcome() {
    let mut table = String::new();
    for (name, lead) in SITUATIONS {
        let mut scenario = Scenario::new(Policy::talkif());
        lead(&mut scenario);
        let _ = writeln!(table, "{name} ({})", scenario.state());
        for (command, act) in COMMANDS {
            let mut tried = scenario.clone();
            let outcome = match act(&mut tried) {
                Ok(Event::Repeated) => format!("{} (said before)", tried.state()),
                Ok(_) => tried.state().to_owned(),
                Err(refusal) => format!("- {:?}", refusal.code()),
            };
            let _ = writeln!(table, "    {command:10}{outcome}");
        }
    }
    assert_snapshot!(table);
}
