//! Every way of paging in one export: as many streams as may be open at once, each disturbing the others.

use carryall_protocol::job::LayoutChoice;

use crate::drive::Drive;
use crate::host::Host;
use crate::mood::Mood;
use crate::outcome::{Outcome, judge};
use crate::paging::all;

const RECORDS: u64 = 160;

fn host() -> Host {
    Host::new(&all(), RECORDS, 16, Mood::Honest)
}

fn run(mut drive: Drive, mut host: Host, layout: LayoutChoice) -> Outcome {
    drive.choices.layout = Some(layout);
    let outcome = drive.run(&host.catalog(), &mut host).unwrap();
    assert!(outcome.report.complete);
    for paging in all() {
        let kept: Vec<String> = host.shelf(paging.name).truth().map(paging.kept).collect();
        judge(&outcome, paging.name, &kept, &[], paging.is_keyed).unwrap();
    }
    outcome
}

#[test]
fn neither_concurrency_nor_faults_change_the_payload_in_any_layout() {
    for layout in [LayoutChoice::Files, LayoutChoice::Document] {
        let plain = run(Drive::at(1), host(), layout);
        for concurrency in [8, 40] {
            assert_eq!(run(Drive::at(concurrency), host(), layout).digest, plain.digest);
        }
        for seed in 0..3 {
            let failing = run(Drive::at(40), host().failing(seed), layout);
            assert_eq!(failing.digest, plain.digest, "seed {seed}");
            let retries: u64 = failing.report.streams.iter().map(|stream| stream.retries).sum();
            assert!(retries > plain.requests as u64 / 10, "{retries} answers failed");
        }
    }
}

#[test]
fn a_seed_gives_the_same_run_again() {
    let [one, other] = [(), ()].map(|()| run(Drive::default(), host().failing(5), LayoutChoice::Files));
    assert_eq!((one.requests, one.ended, one.entry("export.json")), (other.requests, other.ended, other.entry("export.json")));
}
