//! Archives of which one bit is another, or of which the end is missing.

use carryall_protocol::job::LayoutChoice;

use crate::made::{Files, archive};
use crate::program::verify_all;

/// One bit of every byte, each time another; but where no bit of the content changes: the last byte of deflated data, and that before
/// an empty block, have bits that nobody reads.
#[test]
fn one_flipped_bit_at_any_place_is_found() {
    for layout in [LayoutChoice::Files, LayoutChoice::Document] {
        let zip = archive(layout);
        let flipped = |at: usize| {
            let mut zip = zip.clone();
            zip[at] ^= 1 << (at * 5 % 8);
            zip
        };
        let found = verify_all((0..zip.len()).map(flipped));
        let missed: Vec<usize> = (0..zip.len()).filter(|at| found[*at].is_right()).collect();
        let (same, different): (Vec<usize>, Vec<usize>) =
            missed.into_iter().partition(|at| Files::of(&flipped(*at)).0 == Files::of(&zip).0);
        assert!(different.is_empty(), "{layout:?}: flips at {different:?} of {} were not found", zip.len());
        assert!(same.len() < 40, "{layout:?}: flips at {same:?} were not found, though they change no content");
    }
}

#[test]
fn a_cut_at_any_length_is_found() {
    let zip = archive(LayoutChoice::Files);
    let found = verify_all((0..zip.len()).map(|length| zip[..length].to_vec()));
    let missed: Vec<usize> = (0..zip.len()).filter(|length| found[*length].is_right()).collect();
    assert!(missed.is_empty(), "cuts at {missed:?} of {} were not found", zip.len());
    found[zip.len() / 2].assert_wrong("structure: the file does not end as a zip does");
    found[10].assert_wrong("structure: the file is too short");
}

#[test]
fn whatever_stands_before_between_or_behind_is_found() {
    let zip = archive(LayoutChoice::Files);
    let behind = [&zip[..], b"more"].concat();
    let before = [b"MZ", &zip[..]].concat();
    // Three bytes before the directory, and the end record knows where it is now.
    let start = zip.len() - 6;
    let directory = u32::from_le_bytes(zip[start..start + 4].try_into().unwrap());
    let (entries, rest) = zip.split_at(directory as usize);
    let mut between = [entries, b"mid", rest].concat();
    between[start + 3..start + 7].copy_from_slice(&(directory + 3).to_le_bytes());
    let found = verify_all([behind, before, between]);
    found[0].assert_wrong("structure: 4 bytes stand after the end record");
    found[1].assert_wrong("structure: the directory does not end where the end record begins");
    assert_eq!(found[2].all("wrong"), ["structure: 3 bytes that belong to no entry stand before the directory"]);
}
