//! Receipts that were forged, borrowed or left out.

use carryall_protocol::job::LayoutChoice;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::drive::Drive;
use crate::host::Host;
use crate::made::{self, archive, files, sign};
use crate::program::{Found, program, verify};

const KIND: &str = "carryall-receipt+jwt";

/// An archive whose receipt was changed and everything else repaired.
fn with_receipt(change: impl FnOnce(&mut Value)) -> Found {
    let mut files = files();
    files.change("receipt.json", change);
    files.repair();
    verify(files.pack())
}

#[test]
fn a_receipt_of_another_key_is_found() {
    let other = SigningKey::from_bytes(&[8; 32]);
    let found = with_receipt(|receipt| receipt["jws"] = json!(sign(&other, KIND, &receipt["statement"])));
    assert_eq!(found.all("wrong"), ["receipt: its signature is forged: the key that it names did not sign this"]);
}

#[test]
fn a_statement_that_was_not_signed_is_found() {
    let found = with_receipt(|receipt| receipt["statement"]["presented_at"] = json!("2020-01-01T00:00:00Z"));
    assert_eq!(found.all("wrong"), ["receipt: what was signed is not the statement that it shows"]);
}

#[test]
fn a_receipt_for_another_digest_account_or_export_is_found() {
    for (name, value, says) in [
        ("payload_digest", "0".repeat(64), "receipt: it was given for another payload"),
        ("account", "acc_2".to_owned(), "receipt: it was given for another account or another export"),
        ("export", "f".repeat(32), "receipt: it was given for another account or another export"),
    ] {
        let found = with_receipt(|receipt| {
            receipt["statement"][name] = json!(value);
            receipt["jws"] = json!(sign(&made::key(), KIND, &receipt["statement"]));
        });
        assert_eq!(found.all("wrong").len(), 1, "{found:#?}");
        found.assert_wrong(says);
    }
}

#[test]
fn a_ticket_is_no_receipt() {
    let found = with_receipt(|receipt| receipt["jws"] = json!(sign(&made::key(), "carryall-ticket+jwt", &receipt["statement"])));
    found.assert_wrong("receipt: its signature is no compact JWS of a receipt by EdDSA");
}

#[test]
fn an_archive_that_says_why_it_has_no_receipt_is_right_and_says_so() {
    let drive = Drive { has_receipt: false, ..Drive::default() };
    let found = verify(drive.run(&mut Host::talkif(7, 5)).unwrap().zip);
    assert!(found.is_right(), "{found:#?}");
    assert_eq!(
        found.all("unchecked"),
        ["receipt: the archive has no receipt (counter_unreachable): nobody but itself says when it was made"]
    );
}

#[test]
fn a_receipt_that_was_taken_away_is_missed() {
    let none = json!({"statement": null, "jws": null, "reason": "counter_unreachable"});
    let found = with_receipt(|receipt| *receipt = none);
    assert_eq!(found.all("wrong"), ["receipt: receipt.json says that there is none, export.json that there is one"]);
    with_receipt(|receipt| *receipt = json!({})).assert_wrong("receipt: receipt.json is no receipt, and does not say");
}

#[test]
fn keys_that_are_not_the_counters_are_told() {
    let folder = TempDir::new().unwrap();
    let (file, keys) = (folder.path().join("mine.zip"), folder.path().join("keys.json"));
    std::fs::write(&file, archive(LayoutChoice::Files)).unwrap();
    std::fs::write(&keys, made::key_set().replace("key-1", "key-2")).unwrap();
    let output = program().arg(&file).arg("--keys").arg(&keys).output().unwrap();
    let told = crate::program::told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("signed it: it names the key \"key-1\""), "{told}");
    assert!(told.ends_with("mine.zip IS NOT RIGHT: 1 thing is wrong.\n"), "{told}");
}
