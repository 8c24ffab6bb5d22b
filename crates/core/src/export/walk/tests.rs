//! Walks by hand: pages named by numbers, given in every awkward way.

use super::*;
use crate::address::Home;
use crate::export::clue::Clue;
use crate::page::Page;

const NOW: Timestamp = Timestamp::from_secs(1);

fn walk(page_size: u32) -> Walk {
    walk_by(serde_json::json!({"type": "offset", "page_size": page_size, "total": "/t"}), Some("/id"))
}

fn walk_by(paginator: serde_json::Value, key: Option<&str>) -> Walk {
    let mut stream =
        serde_json::json!({"id": "x", "request": {"path": "/x"}, "records": {"pointer": ""}, "paginator": paginator});
    if let Some(key) = key {
        stream["primary_key"] = key.into();
    }
    let stream = serde_json::from_value(stream).unwrap();
    let home = Home::new("https://app.example", "/api");
    let rules = Rules::of(&stream, home, Timestamp::from_secs(100_000), None);
    Walk::new(1, "/x".to_owned(), Vec::new(), &Arc::new(rules))
}

fn page() -> Answer {
    Answer::Page(Page::default())
}

/// Asks for everything that may be asked for.
fn asked(walk: &mut Walk) -> Vec<(u64, u32)> {
    let window = |(_, ask)| match ask {
        Ask::Window { offset, limit } => (offset, limit),
        other => panic!("{other:?}"),
    };
    std::iter::from_fn(|| walk.ask(NOW, true)).map(window).collect()
}

/// A page arrives and is taken, its records named by numbers; tells whether it joined.
fn give(walk: &mut Walk, offset: u64, records: impl IntoIterator<Item = u64>, total: Option<u64>) -> bool {
    let records: Vec<u64> = records.into_iter().collect();
    give_with(walk, offset, &records, Clue { total, ..Clue::default() })
}

fn give_with(walk: &mut Walk, slot: u64, records: &[u64], clue: Clue) -> bool {
    walk.arrived(slot, page());
    let (place, _) = walk.take().expect("the page is the first in order");
    assert_eq!(place.slot, slot);
    if walk.fits(slot, records) != Fit::Takes {
        return false;
    }
    let mut taken = Taken { records: records.len() as u64, clue, ..Taken::default() };
    for record in records {
        taken.further += u64::from(!walk.border.repeats(*record));
        taken.fresh += u64::from(walk.seen.insert(*record));
    }
    walk.took(slot, &taken);
    true
}

#[test]
fn the_first_page_tells_how_far_to_look_ahead_and_pages_share_a_record() {
    let mut walk = walk(100);
    assert_eq!(asked(&mut walk), [(0, 100)]);
    give(&mut walk, 0, 0..100, Some(250));
    assert_eq!(asked(&mut walk), [(99, 100), (198, 100)]);
    give(&mut walk, 99, 99..199, Some(250));
    assert_eq!(walk.stop(), None);
    give(&mut walk, 198, 198..250, Some(250));
    assert_eq!((walk.stop(), walk.unique()), (Some(Stop::TotalReached), 250));
}

#[test]
fn pages_are_taken_in_order_whatever_the_order_of_arrival() {
    let mut walk = walk(10);
    asked(&mut walk);
    give(&mut walk, 0, 0..10, Some(28));
    assert_eq!(asked(&mut walk), [(9, 10), (18, 10)]);
    walk.arrived(18, page());
    assert!(walk.take().is_none());
    walk.arrived(9, page());
    assert_eq!(walk.take(), Some((Place { walk: 1, slot: 9 }, page())));
}

#[test]
fn a_clamped_page_size_is_learnt_from_the_first_page() {
    let mut walk = walk(1000);
    assert_eq!(asked(&mut walk), [(0, 1000)]);
    give(&mut walk, 0, 0..100, Some(250));
    assert_eq!(asked(&mut walk), [(99, 100), (198, 100)]);
}

#[test]
fn what_a_short_page_lacks_is_asked_for() {
    let mut walk = walk(100);
    asked(&mut walk);
    give(&mut walk, 0, 0..100, Some(298));
    assert_eq!(asked(&mut walk), [(99, 100), (198, 100)]);
    give(&mut walk, 99, 99..159, Some(298));
    assert_eq!(asked(&mut walk), [(158, 41)]);
    give(&mut walk, 158, 158..199, Some(298));
    give(&mut walk, 198, 198..298, Some(298));
    assert_eq!(asked(&mut walk), [(297, 100)], "a full page does not show that the total is right");
    give(&mut walk, 297, [297], Some(298));
    assert_eq!((walk.stop(), walk.unique()), (Some(Stop::TotalReached), 298));
}

#[test]
fn a_deletion_before_the_border_is_mended_by_a_step_back() {
    let mut walk = walk(10);
    asked(&mut walk);
    give(&mut walk, 0, 0..10, Some(20));
    assert_eq!(asked(&mut walk), [(9, 10), (18, 10)]);
    // Record 3 is deleted: everything behind it moves up by one, and 10 would be skipped.
    assert!(!give(&mut walk, 9, 11..20, Some(19)));
    assert_eq!(asked(&mut walk), [(0, 10), (9, 10)]);
    assert!(give(&mut walk, 0, [0, 1, 2, 4, 5, 6, 7, 8, 9, 10], Some(19)));
    assert!(give(&mut walk, 9, 10..20, Some(19)));
    assert!(give(&mut walk, 18, [19], Some(19)));
    assert_eq!((walk.stop(), walk.unique(), walk.has_moved()), (Some(Stop::TotalReached), 20, false));
}

#[test]
fn a_list_that_ends_where_nothing_joins_is_never_called_whole() {
    let mut walk = walk(10);
    asked(&mut walk);
    give(&mut walk, 0, 0..10, Some(30));
    while walk.stop().is_none() {
        let (place, _) = walk.ask(NOW, false).expect("a page is wanted");
        give(&mut walk, place.slot, [], Some(0));
    }
    assert!(walk.has_moved());
}

#[test]
fn without_a_total_the_walk_ends_where_nothing_further_comes() {
    let mut walk = walk(10);
    assert_eq!(asked(&mut walk), [(0, 10)]);
    give(&mut walk, 0, 0..7, None);
    assert_eq!(asked(&mut walk), [(6, 7)]);
    give(&mut walk, 6, 6..13, None);
    assert_eq!(asked(&mut walk), [(12, 7)]);
    give(&mut walk, 12, [12], None);
    assert_eq!((walk.stop(), walk.unique()), (Some(Stop::EmptyPage), 13));
}

#[test]
fn a_total_that_its_own_page_contradicts_is_not_believed() {
    let mut walk = walk(10);
    asked(&mut walk);
    give(&mut walk, 0, 0..10, Some(3));
    assert_eq!(asked(&mut walk), [(9, 10)]);
    give(&mut walk, 9, 9..19, Some(3));
    give_next(&mut walk, [18]);
    assert_eq!((walk.stop(), walk.unique()), (Some(Stop::EmptyPage), 19));
}

fn give_next<const N: usize>(walk: &mut Walk, records: [u64; N]) {
    let (place, _) = walk.ask(NOW, false).expect("a page is wanted");
    give(walk, place.slot, records, Some(3));
}

#[test]
fn a_host_that_repeats_itself_for_ever_is_left() {
    for cycle in [1, 2, 3] {
        let mut walk = walk(10);
        let mut pages = 0u64;
        while walk.stop().is_none() {
            let (place, _) = walk.ask(NOW, false).expect("a page is wanted");
            let start = (pages % cycle) * 10;
            give(&mut walk, place.slot, start..start + 10, None);
            pages += 1;
            assert!(pages < 2000);
        }
        assert!(matches!(walk.stop(), Some(Stop::NothingNew | Stop::EmptyPage)), "{:?}", walk.stop());
    }
}

#[test]
fn a_late_answer_is_not_expected() {
    let mut walk = walk(10);
    let (place, _) = walk.ask(NOW, true).unwrap();
    assert!(walk.expects(place) && !walk.expects(Place { slot: 7, ..place }));
    walk.end(Stop::Failed);
    assert!(!walk.expects(place));
}

/// What a walk asks for next, and nothing else.
fn next(walk: &mut Walk) -> (u64, Ask) {
    let (place, ask) = walk.ask(NOW, true).expect("a page is wanted");
    assert!(walk.ask(NOW, true).is_none(), "only one page may be asked for");
    (place.slot, ask)
}

fn token(text: &str) -> Clue {
    Clue { token: Some(text.to_owned()), ..Clue::default() }
}

#[test]
fn a_cursor_leads_on_until_there_is_none() {
    let mut walk = walk_by(serde_json::json!({"type": "cursor", "token": "/next"}), Some("/id"));
    assert_eq!(next(&mut walk), (0, Ask::Plain));
    give_with(&mut walk, 0, &[1, 2], token("\"a\""));
    assert_eq!(next(&mut walk), (1, Ask::Token("a".to_owned())));
    give_with(&mut walk, 1, &[], token("7"));
    assert_eq!(next(&mut walk), (2, Ask::Token("7".to_owned())), "an empty page ends nothing");
    give_with(&mut walk, 2, &[3], token("null"));
    assert_eq!((walk.stop(), walk.unique()), (Some(Stop::LastPage), 3));
}

#[test]
fn a_token_that_comes_again_ends_the_walk() {
    for cycle in [1, 2, 3] {
        let mut walk = walk_by(serde_json::json!({"type": "cursor", "token": "/next"}), None);
        let mut pages = 0;
        while walk.stop().is_none() {
            let (slot, _) = next(&mut walk);
            give_with(&mut walk, slot, &[pages], token(&format!("\"{}\"", pages % cycle)));
            pages += 1;
        }
        assert_eq!((walk.stop(), pages), (Some(Stop::RepeatedToken), cycle + 1));
    }
}

#[test]
fn a_host_that_names_new_empty_pages_for_ever_is_left() {
    let mut walk = walk_by(serde_json::json!({"type": "cursor", "token": "/next"}), None);
    for page in 0..1000 {
        let (slot, _) = next(&mut walk);
        give_with(&mut walk, slot, &[], token(&page.to_string()));
        if walk.stop().is_some() {
            break;
        }
    }
    assert_eq!(walk.stop(), Some(Stop::NothingNew));
}

#[test]
fn more_that_is_promised_without_a_token_is_an_error() {
    let mut walk = walk_by(serde_json::json!({"type": "cursor", "token": "/next", "has_more": "/more"}), None);
    next(&mut walk);
    give_with(&mut walk, 0, &[1], Clue { has_more: Some(true), ..Clue::default() });
    assert_eq!((walk.stop(), walk.trouble), (Some(Stop::Failed), Some("token_missing")));
}

#[test]
fn numbered_pages_come_short_while_more_remain() {
    let mut walk = walk_by(serde_json::json!({"type": "page_number", "page_size": 10, "total": "/t"}), Some("/id"));
    assert_eq!(next(&mut walk), (1, Ask::Number(1)));
    let claim = Clue { total: Some(25), ..Clue::default() };
    give_with(&mut walk, 1, &Vec::from_iter(0..9), claim.clone());
    let asked: Vec<u64> = std::iter::from_fn(|| walk.ask(NOW, true)).map(|(place, _)| place.slot).collect();
    assert_eq!(asked, [2, 3]);
    give_with(&mut walk, 2, &[], claim.clone());
    give_with(&mut walk, 3, &Vec::from_iter(10..15), claim.clone());
    assert_eq!(next(&mut walk), (4, Ask::Number(4)), "fewer than claimed have come");
    give_with(&mut walk, 4, &[], claim);
    assert_eq!((walk.stop(), walk.unique()), (Some(Stop::EmptyPage), 14));
}

#[test]
fn a_last_page_that_is_repeated_for_ever_is_not_written_twice() {
    let mut walk = walk_by(serde_json::json!({"type": "page_number", "page_size": 2}), None);
    next(&mut walk);
    give_with(&mut walk, 1, &[1, 2], Clue::default());
    next(&mut walk);
    give_with(&mut walk, 2, &[3], Clue::default());
    next(&mut walk);
    assert!(!give_with(&mut walk, 3, &[3], Clue::default()));
    assert_eq!((walk.stop(), walk.unique()), (Some(Stop::NothingNew), 3));
}

#[test]
fn keys_that_are_moments_are_asked_for_once_more() {
    let paginator =
        serde_json::json!({"type": "last_record", "record_key": "/at", "compare": "time", "aggregate": "min", "page_size": 2});
    let mut walk = walk_by(paginator, Some("/id"));
    let at = |second: u32| Clue { key: Some(format!("2026-01-01T00:00:0{second}Z")), ..Clue::default() };
    let asks = |walk: &mut Walk, expected: &str| {
        let (slot, ask) = next(walk);
        assert_eq!(ask, Ask::Token(expected.to_owned()));
        slot
    };
    next(&mut walk);
    give_with(&mut walk, 0, &[1, 2], at(9));
    let slot = asks(&mut walk, "2026-01-01T00:00:09.001Z");
    give_with(&mut walk, slot, &[2, 3], at(9));
    let slot = asks(&mut walk, "2026-01-01T00:00:09Z");
    give_with(&mut walk, slot, &[4], at(5));
    let slot = asks(&mut walk, "2026-01-01T00:00:05.001Z");
    give_with(&mut walk, slot, &[4], at(5));
    let slot = asks(&mut walk, "2026-01-01T00:00:05Z");
    give_with(&mut walk, slot, &[], Clue::default());
    assert_eq!((walk.stop(), walk.unique()), (Some(Stop::EmptyPage), 4));
}

#[test]
fn a_slice_that_is_full_is_cut_in_two() {
    let paginator = serde_json::json!({"type": "time_window", "from_param": "f", "to_param": "t", "start": "1970-01-02T03:46:00Z",
        "window": 40, "result_cap": 3});
    let mut walk = walk_by(paginator, Some("/id"));
    let slice = |from, to| Ask::Slice { from: Timestamp::from_secs(from), to: Timestamp::from_secs(to) };
    let (slot, ask) = next(&mut walk);
    assert_eq!(ask, slice(99_960, 100_000));
    assert!(!give_with(&mut walk, slot, &[1, 2, 3], Clue::default()));
    let (slot, ask) = next(&mut walk);
    assert_eq!(ask, slice(99_960, 99_980));
    assert!(give_with(&mut walk, slot, &[1, 2], Clue::default()));
    let (slot, ask) = next(&mut walk);
    assert_eq!(ask, slice(99_980, 100_000));
    assert!(give_with(&mut walk, slot, &[2, 3], Clue::default()));
    assert_eq!((walk.stop(), walk.unique(), walk.is_possibly_truncated()), (Some(Stop::LastPage), 3, false));
}

#[test]
fn a_full_page_from_an_api_that_cannot_page_may_be_cut_short() {
    for (records, is_cut) in [(2, false), (3, true)] {
        let mut walk = walk_by(serde_json::json!({"type": "single_page", "page_size": 3}), None);
        next(&mut walk);
        give_with(&mut walk, 0, &Vec::from_iter(0..records), Clue::default());
        assert_eq!((walk.stop(), walk.is_possibly_truncated()), (Some(Stop::SinglePage), is_cut));
    }
}

#[test]
fn an_address_elsewhere_is_an_error_and_is_not_asked_for() {
    let mut walk = walk_by(serde_json::json!({"type": "next_url", "token": "/next"}), None);
    next(&mut walk);
    give_with(&mut walk, 0, &[1], token(r#"{"href":"/api/x?page=2"}"#));
    assert_eq!(next(&mut walk), (1, Ask::Link("/x?page=2".to_owned())));
    give_with(&mut walk, 1, &[2], token("\"https://evil.example/api/x?page=3\""));
    assert_eq!((walk.stop(), walk.trouble), (Some(Stop::Failed), Some("next_address_elsewhere")));
}

#[test]
fn a_connection_without_its_page_info_is_an_error() {
    for info in [None, Some(r#"{"endCursor":"c"}"#)] {
        let mut walk = walk_by(serde_json::json!({"type": "relay", "token": "/pageInfo", "param": "/after"}), Some("/id"));
        next(&mut walk);
        give_with(&mut walk, 0, &[1], Clue { token: info.map(str::to_owned), ..Clue::default() });
        assert_eq!((walk.stop(), walk.trouble), (Some(Stop::Failed), Some("token_missing")));
    }
}
