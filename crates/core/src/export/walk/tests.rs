//! Walks by hand: pages named by numbers, given in every awkward way.

use super::*;

const NOW: Timestamp = Timestamp::from_secs(1);

fn walk(page_size: u32) -> Walk {
    let paginator = serde_json::from_value(serde_json::json!({"type": "offset", "page_size": page_size, "total": "/t"}));
    Walk::new(1, "/x".to_owned(), &paginator.unwrap())
}

/// Asks for everything that may be asked for.
fn asked(walk: &mut Walk) -> Vec<(u64, u32)> {
    std::iter::from_fn(|| walk.ask(NOW, true)).map(|(_, window)| (window.offset, window.limit)).collect()
}

/// A page arrives and is taken, its records named by numbers; tells whether it joined.
fn give(walk: &mut Walk, offset: u64, records: impl IntoIterator<Item = u64>, total: Option<u64>) -> bool {
    let records: Vec<u64> = records.into_iter().collect();
    walk.arrived(offset, Vec::new());
    let (place, _) = walk.take().expect("the page is the first in order");
    assert_eq!(place.offset, offset);
    if !walk.joins(offset, records.first().copied(), |border| records.iter().any(|record| border.joins(*record))) {
        return false;
    }
    let further = records.iter().filter(|record| !walk.border.repeats(**record)).count() as u64;
    walk.took(offset, Taken { records: records.len() as u64, further, fresh: further, total });
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
    walk.arrived(18, vec![2]);
    assert!(walk.take().is_none());
    walk.arrived(9, vec![1]);
    assert_eq!(walk.take(), Some((Place { walk: 1, offset: 9 }, vec![1])));
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
    assert_eq!((walk.stop(), walk.unique(), walk.has_moved()), (Some(Stop::TotalReached), 20, false));
}

#[test]
fn a_list_that_ends_where_nothing_joins_is_never_called_whole() {
    let mut walk = walk(10);
    asked(&mut walk);
    give(&mut walk, 0, 0..10, Some(30));
    while walk.stop().is_none() {
        let (place, _) = walk.ask(NOW, false).expect("a page is wanted");
        give(&mut walk, place.offset, [], Some(0));
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
    give(walk, place.offset, records, Some(3));
}

#[test]
fn a_host_that_repeats_itself_for_ever_is_left() {
    for cycle in [1, 2, 3] {
        let mut walk = walk(10);
        let mut pages = 0u64;
        while walk.stop().is_none() {
            let (place, _) = walk.ask(NOW, false).expect("a page is wanted");
            let start = (pages % cycle) * 10;
            give(&mut walk, place.offset, start..start + 10, None);
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
    assert!(walk.expects(place) && !walk.expects(Place { offset: 7, ..place }));
    walk.end(Stop::Failed);
    assert!(!walk.expects(place));
}
