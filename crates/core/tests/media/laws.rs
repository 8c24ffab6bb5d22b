//! The same files whatever comes first and whatever breaks: the same payload digest.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::drive::{Drive, MEDIA, Outcome, record};
use crate::host::{Habit, MediaHost, drawn};

/// Sixty records with up to three files of up to 600 KB, of a host with these habits in turn.
fn run(habits: &[Habit], page_size: usize, concurrency: u8, media_concurrency: u8, order: Vec<usize>, piece: usize) -> Outcome {
    let mut host = MediaHost::default();
    let mut records = Vec::new();
    let mut habits = habits.iter().cycle();
    for at in 0..60_usize {
        let files: Vec<Value> = (0..at % 4)
            .map(|file| {
                let url = format!("{MEDIA}/{at}/{file}.bin");
                let length = (at * 7919 + file * 104_729) % 600_000;
                host.files.insert(url.clone(), (drawn((at * 10 + file) as u64, length), *habits.next().unwrap()));
                json!({"url": url, "id": file.to_string(), "size": length})
            })
            .collect();
        records.push(record(at, &files));
    }
    let media = json!({"origins": [MEDIA], "max_concurrency": media_concurrency});
    let outcome = Drive { records, page_size, concurrency, order, piece, media, ..Drive::default() }.run(&mut host);
    assert_eq!((outcome.media().kept, outcome.media().failed), (90, 0), "{:?}", outcome.media());
    outcome
}

/// What comes of it one after the other and without a fault.
static CALM: LazyLock<String> = LazyLock::new(|| run(&[Habit::Good], 10, 1, 1, vec![0], 1 << 20).digest);

#[test]
fn the_payload_digest_is_the_same_at_concurrency_1_and_40_with_and_without_faults() {
    let faults = [Habit::Good, Habit::Drop { after: 90_000 }, Habit::Good, Habit::Busy(503, 2), Habit::Changes];
    let wild = run(&faults, 7, 40, 8, vec![5, 0, 11, 2], 30_001);
    assert_eq!(*CALM, wild.digest);
    assert!(wild.report.complete);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]
    #[test]
    fn every_connection_that_drops_at_a_random_byte_still_yields_the_same_bytes(
        after in 5_000_usize..400_000, piece in 1_000_usize..200_000, order in prop::collection::vec(0_usize..20, 1..6),
        page_size in 1_usize..30, concurrency in 1_u8..9,
    ) {
        let outcome = run(&[Habit::Drop { after }], page_size, 6, concurrency, order, piece);
        prop_assert_eq!(&outcome.digest, &*CALM);
    }
}
