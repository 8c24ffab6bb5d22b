//! Archives that were changed with care: every zip tool is content with them.

use serde_json::json;

use crate::made::files;
use crate::program::{verify, verify_all};

const USERS: &str = "data/users.json";
const CONTACTS: &str = "data/contacts.json";

#[test]
fn files_packed_again_are_right_as_long_as_nothing_is_changed() {
    let found = verify(files().pack());
    assert!(found.is_right(), "{found:#?}");
    let mut signed = files();
    signed.repair();
    signed.sign_again();
    let found = verify(signed.pack());
    assert!(found.is_right(), "{found:#?}");
}

#[test]
fn swapped_files_are_found() {
    let mut swapped = files();
    let users = swapped.file(USERS).clone();
    *swapped.file(USERS) = swapped.file(CONTACTS).clone();
    *swapped.file(CONTACTS) = users;
    let found = verify(swapped.pack());
    found.assert_wrong("bag: data/users.json is not what manifest-sha256.txt says");
    found.assert_wrong("counts: users: export.json counts 3 records, the archive has 7");
}

#[test]
fn a_file_that_was_removed_or_added_is_found() {
    let mut removed = files();
    removed.remove(CONTACTS);
    let mut added = files();
    added.add("data/more.json", b"[]");
    let mut tag = files();
    tag.0.push(("more.txt".to_owned(), b"more".to_vec()));
    let found = verify_all([removed.pack(), added.pack(), tag.pack()]);
    found[0].assert_wrong("bag: manifest-sha256.txt lists data/contacts.json, which is not there");
    found[0].assert_wrong("bag: bag-info.txt does not say Payload-Oxum");
    found[0].assert_wrong("counts: contacts: export.json names data/contacts.json, which is not there");
    found[1].assert_wrong("bag: data/more.json is there, and manifest-sha256.txt does not list it");
    found[2].assert_wrong("bag: more.txt is there, and tagmanifest-sha256.txt does not list it");
}

#[test]
fn a_change_of_the_payload_whose_manifests_were_repaired_is_found_by_the_receipt() {
    let mut changed = files();
    *changed.file(USERS) = changed.text(USERS).replace("User 1", "User 9").into_bytes();
    changed.repair();
    let found = verify(changed.pack());
    assert_eq!(found.all("wrong").len(), 1, "{found:#?}");
    found.assert_wrong("receipt: it was given for another payload");
}

#[test]
fn a_changed_count_is_found_though_the_manifests_were_repaired() {
    let mut changed = files();
    changed.change("export.json", |export| export["streams"][0]["written"] = json!(4));
    changed.repair();
    let found = verify(changed.pack());
    assert_eq!(found.all("wrong"), ["counts: users: export.json counts 4 records, the archive has 3"]);
}

#[test]
fn a_statement_that_calls_itself_complete_against_its_streams_is_found() {
    let mut changed = files();
    changed.change("export.json", |export| export["streams"][0]["status"] = json!("partial"));
    changed.repair();
    verify(changed.pack()).assert_wrong("completeness: export.json contradicts itself");
}

#[test]
fn a_file_that_is_no_list_is_found() {
    let mut changed = files();
    changed.file(USERS).extend(b"]");
    changed.repair();
    changed.sign_again();
    verify(changed.pack()).assert_wrong("counts: data/users.json is no list of records: trailing characters");
}

#[test]
fn a_statement_of_a_later_version_is_not_guessed_at() {
    let mut changed = files();
    changed.change("export.json", |export| export["format_version"] = json!("2.0"));
    changed.repair();
    verify(changed.pack()).assert_wrong("export.json is of version 2.0; this program knows version 1");
}

#[test]
fn manifests_that_are_not_sorted_or_list_a_file_twice_are_found() {
    let bend = |bend: fn(&mut Vec<&str>)| {
        let mut files = files();
        let manifest = files.text("manifest-sha256.txt");
        let mut lines = manifest.lines().collect();
        bend(&mut lines);
        *files.file("manifest-sha256.txt") = (lines.join("\n") + "\n").into_bytes();
        files.pack()
    };
    let found =
        verify_all([bend(|lines| lines.swap(0, 1)), bend(|lines| lines.push(lines[3])), bend(|lines| lines[0] = "no line")]);
    found[0].assert_wrong("bag: manifest-sha256.txt is not sorted by path");
    found[1].assert_wrong("which is not there, or not for it to list");
    found[2].assert_wrong("is no line of a manifest");
}

#[test]
fn lists_of_media_are_held_against_the_files() {
    let sha256 = carryall_core::bag::sha256_hex(b"a picture");
    let with_media = |bytes: u64, sha256: &str, kept: u64| {
        let mut files = files();
        let index =
            json!([{"file": "data/media/a.jpg", "bytes": bytes, "sha256": sha256}, {"link": "https://media.example/b.jpg"}]);
        files.add("data/media/a.jpg", b"a picture");
        files.add("data/media/users.json", index.to_string());
        files.change("export.json", |export| {
            export["streams"][0]["media"] = json!({"index": ["data/media/users.json"], "found": 2, "kept": kept, "bytes": 9});
        });
        files.repair();
        files.sign_again();
        files.pack()
    };
    let none = "0".repeat(64);
    let found =
        verify_all([with_media(9, &sha256, 1), with_media(8, &sha256, 1), with_media(9, &none, 1), with_media(9, &sha256, 2)]);
    assert!(found[0].is_right(), "{:#?}", found[0]);
    assert_eq!(found[0].all("right")[5], "media: 1 file, as the lists of files name them");
    found[1].assert_wrong("media: data/media/a.jpg has another size than its list says");
    found[2].assert_wrong("media: data/media/a.jpg is not what its list says");
    found[3].assert_wrong("media: users: export.json counts 2 kept files of 9 bytes, the lists 1 of 9");
}
