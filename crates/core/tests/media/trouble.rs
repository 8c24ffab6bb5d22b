//! One file, and a host that does not give it as it should: the right bytes, or a named failure.

use carryall_protocol::job::StreamStatus;
use serde_json::json;

use crate::drive::{Drive, MEDIA, Outcome, record};
use crate::host::{Habit, MediaHost, drawn};

const LENGTH: usize = 900_000;

/// What becomes of one file of a host with this habit.
fn fetched(habit: Habit, with_size: bool) -> (Outcome, MediaHost) {
    let mut host = MediaHost::default();
    let url = format!("{MEDIA}/a/photo.jpg");
    host.files.insert(url.clone(), (drawn(1, LENGTH), habit));
    let mut file = json!({"url": url, "id": "7", "type": "image/jpeg"});
    if with_size {
        file["size"] = json!(LENGTH);
    }
    let drive = Drive { records: vec![record(1, &[file])], ..Drive::default() };
    (drive.run(&mut host), host)
}

#[test]
fn whatever_a_host_does_that_can_be_mended_the_file_is_byte_for_byte_right() {
    for habit in [
        Habit::Good,
        Habit::Drop { after: 70_001 },
        Habit::IgnoresRanges { drops: 3 },
        Habit::Changes,
        Habit::ChangesSilently,
        Habit::WrongRange,
        Habit::Busy(503, 3),
        Habit::Busy(429, 4),
        Habit::NoPreflight { after: 300_000 },
        Habit::Hides { after: 300_000 },
    ] {
        for with_size in [true, false] {
            let (outcome, _) = fetched(habit, with_size);
            let files = outcome.files();
            assert!(files.get("data/media/notes/1-7-photo.jpg") == Some(&drawn(1, LENGTH)), "{habit:?}, {with_size}");
            assert!(outcome.report.complete && outcome.media().kept == 1, "{habit:?}");
            assert_eq!(outcome.index()[0]["status"], "kept");
        }
    }
}

#[test]
fn what_cannot_be_mended_is_a_named_failure() {
    for (habit, with_size, reason) in [
        (Habit::Html, true, "html_instead"),
        (Habit::LongLength(10), false, "connection_failed"),
        (Habit::Short(5), true, "size_differs"),
        (Habit::Status(403), true, "refused"),
        (Habit::Status(410), true, "gone"),
        (Habit::Status(204), true, "no_file"),
        (Habit::Status(500), true, "host_error"),
        (Habit::IgnoresRanges { drops: u32::MAX }, true, "connection_failed"),
        (Habit::Down, true, "connection_failed"),
    ] {
        let (outcome, host) = fetched(habit, with_size);
        let media = outcome.media();
        assert_eq!((media.failed, media.kept, media.reasons.get(reason)), (1, 0, Some(&1)), "{habit:?}: {:?}", media.reasons);
        assert_eq!((media.not_kept[0].record.as_str(), media.not_kept[0].name.as_str()), ("1", "photo.jpg"));
        assert!(!outcome.report.complete && outcome.report.streams[0].status == StreamStatus::Partial);
        assert_eq!(
            (outcome.index()[0]["status"].as_str(), outcome.index()[0]["reason"].as_str()),
            (Some("failed"), Some(reason))
        );
        assert!(!outcome.files().keys().any(|name| name.ends_with(".jpg")), "{habit:?}");
        assert!(host.seen.len() <= 12, "{habit:?}: asked {} times", host.seen.len());
    }
}

#[test]
fn a_broken_transfer_goes_on_where_it_broke_and_only_from_the_same_version() {
    let (_, host) = fetched(Habit::Drop { after: 400_000 }, true);
    let asked: Vec<_> = host.seen.iter().map(|request| (request.from, request.if_range.as_deref())).collect();
    assert_eq!(asked, [(0, None), (400_000, Some("\"v1\"")), (800_000, Some("\"v1\""))]);
    let (_, host) = fetched(Habit::Hides { after: 300_000 }, true);
    assert!(host.seen.iter().all(|request| request.from == 0), "without a validator nobody knows whether it is the same file");
}

#[test]
fn a_host_that_never_answers_is_given_up_within_minutes() {
    let (outcome, _) = fetched(Habit::Down, true);
    assert!((60..180).contains(&outcome.elapsed.as_secs()), "{:?}", outcome.elapsed);
}
