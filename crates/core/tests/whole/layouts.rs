//! What the archive looks like.

use carryall_protocol::job::LayoutChoice;

use crate::drive::{DOCUMENT_DIGEST, Drive, FILES_DIGEST, assert_whole};
use crate::host::Host;

#[test]
fn every_record_is_there_once_in_both_layouts() {
    for (layout, digest) in [(LayoutChoice::Files, FILES_DIGEST), (LayoutChoice::Document, DOCUMENT_DIGEST)] {
        let mut host = Host::talkif(1234, 60);
        let outcome = Drive { layout, ..Drive::default() }.run(&mut host).unwrap();
        assert_whole(&outcome, &host);
        assert_eq!(outcome.digest, digest);
        assert!(outcome.report.complete);
        assert_eq!(outcome.file_name, "carryall-acc_1-2026-02-28.zip");
    }
}

#[test]
fn no_secret_is_anywhere_in_the_archive() {
    let mut host = Host::talkif(10, 10);
    let outcome = Drive::default().run(&mut host).unwrap();
    let text = outcome.everything();
    assert!(!text.contains("SECRET-"));
    assert!(text.contains("passwordHash"), "the statement names what was removed");
    assert!(text.contains("tokenCount"), "data that only sounds like a secret stays");
}

#[test]
fn the_document_has_exactly_the_promised_shape() {
    let mut host = Host::talkif(2, 0);
    let drive = Drive { layout: LayoutChoice::Document, categories: vec!["users", "contacts"], ..Drive::default() };
    let outcome = drive.run(&mut host).unwrap();
    insta::assert_snapshot!(outcome.entry("data/account-export.json"), @r#"
    {"exportVersion":"1.0",
    "accountId":"acc_1",
    "exportedAt":"2026-02-28T12:00:00Z",
    "data":{
    "users":[
    {"id":"u0","mfa":{"on":true},"name":"User 0"},
    {"id":"u1","mfa":{"on":true},"name":"User 1"},
    {"id":"u2","mfa":{"on":true},"name":"User 2"}
    ],
    "contacts":[
    {"id":9223372036854775000,"name":"Zoë \"0\"","credit":0.50,"tokenCount":0},
    {"id":9223372036854775001,"name":"Zoë \"1\"","credit":1.50,"tokenCount":1}
    ]
    }}
    "#);
}

#[test]
fn the_archive_is_a_bag_and_explains_itself() {
    let mut host = Host::talkif(3, 5);
    let outcome = Drive::default().run(&mut host).unwrap();
    let (payload, tags): (Vec<String>, Vec<String>) = outcome.names().into_iter().partition(|name| name.starts_with("data/"));
    assert_eq!(payload.len(), 4);
    assert_eq!(
        tags,
        [
            "README.txt",
            "export.json",
            "receipt.json",
            "schemas/users.schema.json",
            "schemas/contacts.schema.json",
            "schemas/calls.schema.json",
            "bagit.txt",
            "bag-info.txt",
            "manifest-sha256.txt",
            "tagmanifest-sha256.txt"
        ]
    );
    insta::assert_snapshot!(outcome.entry("README.txt"));
    insta::assert_snapshot!(outcome.entry("export.json"));
    let manifest = outcome.entry("manifest-sha256.txt");
    assert_eq!(manifest.lines().count(), 4);
    for line in manifest.lines() {
        let (digest, name) = line.split_once("  ").unwrap();
        assert_eq!(digest, carryall_core::bag::sha256_hex(outcome.entry(name).as_bytes()), "{name}");
    }
    assert_eq!(outcome.digest, carryall_core::bag::sha256_hex(manifest.as_bytes()));
}

#[test]
fn an_account_without_records_still_gets_its_files() {
    let mut host = Host::talkif(0, 0);
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_eq!(outcome.entry("data/contacts.json"), "[]\n");
    assert!(outcome.report.complete);
}

#[test]
fn entries_carry_their_sizes_in_front_of_their_data() {
    let outcome = Drive::default().run(&mut Host::talkif(50, 5)).unwrap();
    let mut bytes = std::io::Cursor::new(&outcome.zip);
    let mut names = Vec::new();
    while let Some(entry) = zip::read::read_zipfile_from_stream(&mut bytes).unwrap() {
        assert!(entry.size() > 0 && entry.crc32() > 0);
        names.push(entry.name().unwrap().into_owned());
    }
    assert_eq!(names, outcome.names());
}

#[test]
fn an_archive_without_a_receipt_says_so() {
    let outcome = |has_receipt| Drive { has_receipt, ..Drive::default() }.run(&mut Host::talkif(3, 3)).unwrap();
    let (with, without) = (outcome(true), outcome(false));
    assert_eq!(with.digest, without.digest, "the payload knows nothing of it");
    let receipt: serde_json::Value = serde_json::from_str(&without.entry("receipt.json")).unwrap();
    assert_eq!(receipt, serde_json::json!({"statement": null, "jws": null, "reason": "counter_unreachable"}));
    for (outcome, has_receipt) in [(with, true), (without, false)] {
        let statement: serde_json::Value = serde_json::from_str(&outcome.entry("export.json")).unwrap();
        assert_eq!(statement["has_receipt"], has_receipt);
        assert_eq!(outcome.entry("README.txt").contains("THERE IS NO RECEIPT"), !has_receipt);
    }
}
