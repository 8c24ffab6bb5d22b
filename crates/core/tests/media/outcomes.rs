//! What is fetched, what stays a link, and what the archive says of both.

use carryall_protocol::job::{LayoutChoice, MediaChoice};
use serde_json::{Value, json};

use crate::drive::{Drive, MEDIA, record};
use crate::host::{Habit, MediaHost, drawn};

fn host(files: &[(&str, usize)]) -> MediaHost {
    let mut host = MediaHost::default();
    for (name, length) in files {
        host.files.insert(format!("{MEDIA}/{name}"), (drawn(*length as u64, *length), Habit::Good));
    }
    host
}

fn file(name: &str) -> Value {
    json!({"url": format!("{MEDIA}/{name}"), "id": name, "name": name, "type": "image/png"})
}

#[test]
fn links_are_listed_and_nobody_is_asked() {
    let mut host = host(&[("a.png", 10)]);
    let mut ending = file("a.png");
    ending["expires"] = json!("2026-12-31T00:00:00Z");
    let drive =
        Drive { records: vec![record(1, &[ending, json!({"id": "gone"})])], choice: MediaChoice::Links, ..Drive::default() };
    let outcome = drive.run(&mut host);
    let media = outcome.media();
    assert_eq!((media.found, media.linked, media.kept, media.failed), (2, 2, 0, 0));
    assert_eq!(media.first_end.unwrap().to_string(), "2026-12-31T00:00:00Z");
    assert_eq!((media.reasons.sum(), media.reasons.get("no_address")), (1, Some(&1)));
    assert!(outcome.report.complete && host.seen.is_empty());
    let expected = json!([
        {"record": "1", "id": "a.png", "name": "a.png", "url": format!("{MEDIA}/a.png"), "type": "image/png",
         "expires_at": "2026-12-31T00:00:00Z", "status": "linked"},
        {"record": "1", "id": "gone", "status": "linked", "reason": "no_address"},
    ]);
    assert_eq!(json!(outcome.index()), expected);
    let readme = String::from_utf8(outcome.files()["README.txt"].clone()).unwrap();
    assert!(readme.contains("notes: 2 files") && readme.contains("ends on 2026-12-31"), "{readme}");
}

#[test]
fn only_the_catalogs_origins_are_asked() {
    let urls = [
        "https://media.example.evil.example/x.png",
        "https://media.example@evil.example/x.png",
        "https://media.example:8443/x.png",
        "http://media.example/x.png",
        "//media.example/x.png",
        "/own.png",
        "https://MEDIA.example/x.png",
        "javascript:alert(1)",
        "data:image/png;base64,AA==",
    ];
    let files: Vec<Value> = urls.iter().map(|url| json!({"url": url})).collect();
    let mut host = host(&[]);
    let outcome = Drive { records: vec![record(1, &files)], ..Drive::default() }.run(&mut host);
    assert!(host.seen.is_empty(), "{:?}", host.seen);
    assert_eq!(outcome.media().reasons.get("elsewhere"), Some(&(urls.len() as u64)));
    assert!(outcome.report.complete, "it was not promised");
}

#[test]
fn an_address_without_an_origin_lies_where_the_api_does() {
    let mut host = MediaHost::default();
    host.files.insert("https://app.example/files/a.png".to_owned(), (drawn(1, 10), Habit::Good));
    let drive = Drive {
        records: vec![record(1, &[json!({"url": "/files/a.png"})])],
        media: json!({"origins": ["https://app.example"]}),
        ..Drive::default()
    };
    assert_eq!(drive.run(&mut host).files()["data/media/notes/1-a.png"], drawn(1, 10));
}

#[test]
fn bounds_are_held_by_type_in_the_order_of_the_records() {
    let limits = json!([{"type": "image/", "max_file_bytes": 300_000, "max_total_bytes": 500_000}, {"type": "video/", "max_file_bytes": 1}]);
    let names = ["a.png", "b.png", "c.png", "d.png"];
    let lengths = [("a.png", 290_000), ("b.png", 300_001), ("c.png", 250_000), ("d.png", 200_000)];
    let said = |name: &str, length: usize, with_size: bool| {
        let mut file = file(name);
        if with_size {
            file["size"] = json!(length);
        }
        file
    };
    for (with_size, order) in [(true, vec![0]), (false, vec![0]), (false, vec![5, 3, 1])] {
        let files: Vec<Value> = lengths.iter().map(|(name, length)| said(name, *length, with_size)).collect();
        let drive = Drive {
            records: vec![record(1, &files)],
            media: json!({"origins": [MEDIA], "limits": limits}),
            order,
            ..Drive::default()
        };
        let outcome = drive.run(&mut host(&lengths));
        let told: Vec<_> = outcome.index().into_iter().map(|line| line["reason"].as_str().unwrap_or("kept").to_owned()).collect();
        assert_eq!(told, ["kept", "too_large", "total_reached", "kept"], "{names:?}");
        assert!(outcome.report.complete);
    }
}

#[test]
fn a_page_of_more_files_than_memory_bears_is_no_whole_stream() {
    let files: Vec<Value> = (0..20_001).map(|at| json!({"url": format!("{MEDIA}/{at}")})).collect();
    let drive =
        Drive { records: vec![record(1, &files), record(2, &[file("a.png")])], choice: MediaChoice::Links, ..Drive::default() };
    let outcome = drive.run(&mut host(&[]));
    assert!(!outcome.report.complete && outcome.report.streams[0].errors.contains_key("too_many_files"));
}

#[test]
fn once_a_total_is_reached_nothing_more_is_asked_for() {
    let names: Vec<String> = (0..40).map(|at| format!("{at}.png")).collect();
    let sizes: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 100_000)).collect();
    let records = names.iter().enumerate().map(|(at, name)| record(at, &[file(name)])).collect();
    let media = json!({"origins": [MEDIA], "max_concurrency": 1, "limits": [{"max_total_bytes": 300_000}]});
    let mut host = host(&sizes);
    let outcome = Drive { records, media, ..Drive::default() }.run(&mut host);
    assert_eq!((outcome.media().kept, outcome.media().linked), (3, 37));
    assert!(host.seen.len() <= 5, "asked {} times", host.seen.len());
}

#[test]
fn a_key_that_the_catalog_removes_is_in_no_name_and_no_list() {
    let mut host = host(&[("a.png", 10)]);
    let drive =
        Drive { records: vec![json!({"key": "hush", "files": [file("a.png")]})], remove: vec!["/key"], ..Drive::default() };
    let outcome = drive.run(&mut host);
    assert_eq!(outcome.media().kept, 1);
    assert!(
        outcome.files().iter().all(|(name, bytes)| !name.contains("hush") && !String::from_utf8_lossy(bytes).contains("hush"))
    );
}

#[test]
fn files_stand_beside_a_document_too() {
    let mut host = host(&[("a.png", 600_000), ("b.png", 0)]);
    let drive =
        Drive { records: vec![record(1, &[file("a.png"), file("b.png")])], layout: LayoutChoice::Document, ..Drive::default() };
    let outcome = drive.run(&mut host);
    let files = outcome.files();
    assert_eq!(files["data/media/notes/1-a.png-a.png"], drawn(600_000, 600_000));
    assert_eq!(files["data/media/notes/1-b.png-b.png"], Vec::<u8>::new());
    let document: Value = serde_json::from_slice(&files["data/account-export.json"]).unwrap();
    assert_eq!(document["data"]["notes"][0]["key"], "1");
    assert!(files.contains_key("data/media/notes.json"));
    assert_eq!(outcome.scratch, 2 * (256 << 10), "the scratch holds what does not fit into memory");
}

#[test]
fn a_thousand_files_keep_few_under_way_and_little_in_the_scratch() {
    let names: Vec<String> = (0..1000).map(|at| format!("{at}.png")).collect();
    let lengths: Vec<(&str, usize)> = names.iter().enumerate().map(|(at, name)| (name.as_str(), 10_000 + at)).collect();
    let records = names.iter().enumerate().map(|(at, name)| record(at, &[file(name)])).collect();
    let drive = Drive { records, order: vec![3, 0, 7, 1], ..Drive::default() };
    let outcome = drive.run(&mut host(&lengths));
    assert_eq!((outcome.media().kept, outcome.most_under_way), (1000, 4));
    assert!(outcome.scratch <= 64 * (256 << 10), "{}", outcome.scratch);
}
