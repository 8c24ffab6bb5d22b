//! Every way of paging in one export: as many streams as may be open at once, each disturbing the others.

use carryall_protocol::job::LayoutChoice;

use crate::drive::Drive;
use crate::faults::Failing;
use crate::host::Host;
use crate::mood::Mood;
use crate::outcome::{Outcome, judge};
use crate::paging::{Paging, all};

const RECORDS: u64 = 160;

fn host() -> Host {
    Host::new(&all(), RECORDS, 16, Mood::Honest)
}

fn run(mut drive: Drive, mut host: Host, layout: LayoutChoice, seed: Option<u64>) -> Outcome {
    drive.choices.layout = Some(layout);
    let catalog = host.catalog();
    let outcome = match seed {
        None => drive.run(&catalog, &mut host),
        Some(seed) => drive.run(&catalog, &mut Failing::new(&mut host, seed)),
    };
    let outcome = outcome.unwrap();
    assert!(outcome.report.complete);
    for paging in all().iter().filter(|paging| catalog.to_string().contains(&format!("\"{}\"", paging.name))) {
        let kept: Vec<String> = host.shelf(paging.name).truth().map(paging.kept).collect();
        judge(&outcome, paging.name, &kept, &[], paging.is_keyed).unwrap();
    }
    outcome
}

#[test]
fn neither_concurrency_nor_faults_change_the_payload_in_any_layout() {
    for layout in [LayoutChoice::Files, LayoutChoice::Document] {
        let plain = run(Drive::at(1), host(), layout, None);
        for concurrency in [8, 40] {
            assert_eq!(run(Drive::at(concurrency), host(), layout, None).digest, plain.digest);
        }
        for seed in 0..3 {
            let failing = run(Drive::at(40), host(), layout, Some(seed));
            assert_eq!(failing.digest, plain.digest, "seed {seed}");
            let retries: u64 = failing.report.streams.iter().map(|stream| stream.retries).sum();
            assert!(retries > plain.requests as u64 / 10, "{retries} answers failed");
        }
    }
}

#[test]
fn a_seed_gives_the_same_run_again() {
    let [one, other] = [(), ()].map(|()| run(Drive::default(), host(), LayoutChoice::Files, Some(5)));
    assert_eq!((one.requests, one.ended, one.entry("export.json")), (other.requests, other.ended, other.entry("export.json")));
}

#[test]
fn more_than_can_be_held_at_once_waits_and_stays_the_same() {
    // Each page is half a megabyte, of which eight are held while they wait for those before them.
    let pagings: Vec<Paging> = all().into_iter().filter(|paging| paging.has_total || paging.name.starts_with("cursor")).collect();
    let host = || Host::new(&pagings, 45, 15, Mood::Honest).with_long_records(32_000);
    let one = run(Drive::at(1), host(), LayoutChoice::Files, None);
    assert_eq!(run(Drive::at(40), host(), LayoutChoice::Files, Some(1)).digest, one.digest);
}
