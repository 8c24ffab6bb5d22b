//! How long an export takes where answers take their time.

use std::collections::BTreeMap;
use std::time::Duration;

use carryall_core::export::{Action, Export};
use carryall_core::package::Package;

use crate::drive::{Drive, START};
use crate::host::Host;

/// Most answers are quick, some are not.
fn latency(request: u32) -> Duration {
    Duration::from_millis(if request.wrapping_mul(2_654_435_761) >> 29 == 0 { 400 } else { 40 })
}

#[test]
fn streams_of_any_length_end_together() {
    let mut host = Host::talkif(5_000, 400);
    let plan = Drive::default().plan();
    let mut export = Export::begin(plan.clone());
    let mut package = Package::open(&plan);
    let mut under_way = BTreeMap::new();
    let (mut now, mut requests, mut work) = (START, 0, Duration::ZERO);
    loop {
        match export.poll(now) {
            Action::Fetch(request) => {
                requests += 1;
                let answer = host.answer(&request.target, request.fresh_credentials, now);
                under_way.insert((now.after(latency(requests)), request.id), answer);
                work += latency(requests);
            }
            Action::FetchMedia(_) | Action::Keep(_) => panic!("nothing here tells of files"),
            Action::Append(part) => drop(package.append(&plan, part).unwrap()),
            Action::Wait { .. } => {
                let ((due, id), answer) = under_way.pop_first().unwrap();
                now = due;
                export.handle_page(id, answer, now);
            }
            Action::Done => break,
            Action::Failed(error) => panic!("{error}"),
        }
    }
    let concurrency = u32::try_from(plan.concurrency()).unwrap();
    let bound = work / concurrency;
    let took = now.since(START);
    assert!(
        took.as_millis() * 100 <= bound.as_millis() * 115,
        "{requests} requests took {took:?}, and might have taken {bound:?}"
    );
}
