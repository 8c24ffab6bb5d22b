//! Archives that try to be too much.

use std::process::{Command, Output};

use tempfile::TempDir;

use crate::made::{Files, files};
use crate::program::{told, verify};

/// Address space for a verification, in KiB: the program itself, and 96 MiB.
const ADDRESS_SPACE: u64 = 160 << 10;

/// Records that take more than that.
const RECORDS: usize = 160_000;

/// Verifies in so little memory that an archive held whole would not fit.
fn verify_in_little(zip: &[u8]) -> Output {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("large.zip");
    std::fs::write(&file, zip).unwrap();
    let line = format!("ulimit -v {ADDRESS_SPACE}; exec \"$0\" verify \"$1\"");
    Command::new("sh").arg("-c").arg(line).arg(env!("CARGO_BIN_EXE_carryall")).arg(&file).output().unwrap()
}

#[test]
fn a_hundred_thousand_entries_are_verified_in_bounded_memory() {
    let mut files = files();
    let at = files.0.iter().position(|(name, _)| !name.starts_with("data/")).unwrap();
    let media =
        (0..100_000).map(|at| (format!("data/media/{at:06}-a-name-as-long-as-they-are.jpg"), at.to_string().into_bytes()));
    files.0.splice(at..at, media);
    files.repair();
    files.sign_again();
    let output = verify_in_little(&files.pack());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(told(&output).contains("structure: 100014 entries"), "{}", told(&output));
}

#[test]
fn an_entry_larger_than_memory_is_verified_while_it_streams() {
    let mut files = files();
    let record = format!("{{\"text\":\"{}\"}},\n", "a record like all the others ".repeat(40));
    files.add("data/large.json", format!("[{}0]", record.repeat(RECORDS - 1)));
    files.change("export.json", |export| {
        let mut stream = export["streams"][0].clone();
        stream["stream"] = "large".into();
        stream["written"] = RECORDS.into();
        stream["files"] = vec!["data/large.json"].into();
        export["streams"].as_array_mut().unwrap().push(stream);
    });
    files.repair();
    files.sign_again();
    let output = verify_in_little(&files.pack());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(told(&output).contains(&format!("counts: {} records in 5 streams", RECORDS + 18)), "{}", told(&output));
}

#[test]
fn an_entry_that_inflates_beyond_its_size_is_stopped() {
    let mut bomb = files();
    bomb.add("data/bomb.json", vec![b' '; 64 << 20]);
    let mut zip = bomb.pack();
    // Both headers say that it has ten bytes.
    let stated = (64_u32 << 20).to_le_bytes();
    let at: Vec<usize> = (0..zip.len() - 4).filter(|at| zip[*at..*at + 4] == stated).collect();
    assert_eq!(at.len(), 2);
    at.iter().for_each(|at| zip[*at..*at + 4].copy_from_slice(&10_u32.to_le_bytes()));
    verify(zip).assert_wrong("contents: data/bomb.json: it has more bytes than it says; it was not read further");
}

#[test]
fn two_directory_records_for_one_place_are_found() {
    let zip = files().pack();
    // The second entry's record says that it begins where the first does.
    let central = |zip: &[u8], nth: usize| (0..zip.len()).filter(|at| zip[*at..].starts_with(b"PK\x01\x02")).nth(nth).unwrap();
    let second = central(&zip, 1);
    let mut bent = zip.clone();
    bent[second + 42..second + 46].copy_from_slice(&0_u32.to_le_bytes());
    let found = verify(bent);
    found.assert_wrong("begins within the entry before it");
    found.assert_wrong("is not what the directory says");
}

#[test]
fn names_that_lead_elsewhere_and_twins_are_found() {
    let bent = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let mut bytes = files().pack();
        let places: Vec<usize> = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from.as_bytes())).collect();
        places.iter().for_each(|at| bytes[*at..*at + to.len()].copy_from_slice(to.as_bytes()));
        verify(bytes)
    };
    bent("data/users.json", "../../uers.json").assert_wrong("leads out of its folder");
    bent("data/users.json", "/etc/users.json").assert_wrong("begins at the root of the disk");
    bent("data/users.json", "C:\\a/users.json").assert_wrong("has a character that Windows gives a meaning");
    bent("data/users.json", "data/use\u{1b}[m.jso").assert_wrong("has a character that cannot be seen");
    bent("data/users.json", "DATA/CALLS.JSON").assert_wrong("is there twice, perhaps in another case");
}

#[test]
fn an_empty_archive_and_a_file_of_noise_are_no_archives() {
    let empty = Files(Vec::new()).pack();
    verify(empty).assert_wrong("bag: bagit.txt is missing");
    verify(vec![0x50; 100_000]).assert_wrong("structure: the file does not end as a zip does");
}
