//! Archives that nobody touched.

use carryall_protocol::catalog::Catalog;
use carryall_protocol::job::{FormatChoice, LayoutChoice};
use tempfile::TempDir;

use crate::drive::Drive;
use crate::host::{Fault, Host};
use crate::made::{Files, archive, sign_receipt};
use crate::program::{program, told, verify};

const RIGHT: [&str; 6] = ["structure", "contents", "bag", "counts", "completeness", "receipt"];

#[test]
fn a_whole_archive_of_each_layout_is_right_in_everything() {
    for layout in [LayoutChoice::Files, LayoutChoice::Document] {
        let found = verify(archive(layout));
        assert!(found.is_right(), "{found:#?}");
        let right = found.all("right");
        assert!(right.iter().map(|of| of.split(':').next().unwrap()).eq(RIGHT), "{right:#?}");
        assert!(right[3].contains("18 records in 4 streams"), "{right:#?}");
        assert!(right[5].contains("https://counter.example at 2026-02-28T12:00:00"), "{right:#?}");
        assert!(right[5].contains("for the account acc_1, signed by a key of"), "{right:#?}");
        assert_eq!(found.all("unchecked"), [""; 0]);
    }
}

#[test]
fn every_way_to_write_records_is_counted() {
    let gather = |catalog: &mut Catalog| {
        let mut streams = catalog.categories.iter_mut().flat_map(|category| &mut category.streams);
        let calls = streams.find(|stream| stream.id.as_str() == "calls").unwrap();
        let group = serde_json::json!({"by": "/scrubbed", "key": "key", "as": "calls"});
        calls.group = serde_json::from_value(group).unwrap();
    };
    for (layout, format) in [
        (LayoutChoice::X, FormatChoice::Json),
        (LayoutChoice::Files, FormatChoice::Ndjson),
        (LayoutChoice::Files, FormatChoice::Csv),
    ] {
        let drive = Drive { layout, format, edit: gather, sign: sign_receipt, ..Drive::default() };
        let zip = drive.run(&mut Host::talkif(7, 5)).unwrap().zip;
        let found = verify(zip.clone());
        assert!(found.is_right() && found.all("note").iter().all(|note| !note.starts_with("counts")), "{found:#?}");
        let mut fewer = Files::of(&zip);
        fewer.change("export.json", |export| export["streams"][2]["elements"] = serde_json::json!(9));
        fewer.repair();
        verify(fewer.pack()).assert_wrong("counts: calls: export.json counts 9 records, the archive has 1");
    }
}

#[test]
fn what_an_export_lacks_is_told_and_is_no_fault_of_the_archive() {
    let mut host = Host::talkif(250, 5);
    host.broken.insert("/calls".to_owned(), Fault::Status(403));
    let found = verify(Drive { sign: sign_receipt, ..Drive::default() }.run(&mut host).unwrap().zip);
    assert!(found.is_right(), "{found:#?}");
    let notes = found.all("note").join("\n");
    assert!(notes.contains("THE EXPORT SAYS THAT IT IS INCOMPLETE"), "{notes}");
    assert!(notes.contains("completeness: calls (partial): error "), "{notes}");
    assert!(notes.contains("never part of an export: Scrubbed calls"), "{notes}");
}

#[test]
fn people_are_told_in_lines_and_what_a_receipt_proves() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mine.zip");
    std::fs::write(&file, archive(LayoutChoice::Files)).unwrap();
    let output = program().arg(&file).output().unwrap();
    let told = told(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let right = told.lines().filter(|line| line.starts_with("  right      ")).count();
    assert_eq!(right, RIGHT.len(), "{told}");
    assert!(told.contains("  unchecked  receipt: the signature was not checked: give --keys"), "{told}");
    assert!(told.contains("does not prove that the service's answers were true"), "{told}");
    assert!(told.ends_with("mine.zip is right.\n"), "{told}");
}

#[test]
fn what_cannot_be_read_is_no_verdict() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mine.zip");
    std::fs::write(&file, archive(LayoutChoice::Files)).unwrap();
    let nowhere = folder.path().join("nowhere");
    for arguments in [
        vec![nowhere.as_os_str()],
        vec![folder.path().as_os_str()],
        vec![],
        vec![file.as_os_str(), "--keys".as_ref(), nowhere.as_os_str()],
        vec![file.as_os_str(), "--keys".as_ref(), file.as_os_str()],
        vec![file.as_os_str(), "--keys".as_ref(), "http://counter.example/v1/keys".as_ref()],
    ] {
        let output = program().args(&arguments).output().unwrap();
        assert_eq!((output.status.code(), told(&output)), (Some(2), String::new()), "{arguments:?}");
    }
}
