//! The memory law (DESIGN section 9): at most 96 MiB of wasm memory, whatever is exported.
//!
//! Wasm memory never shrinks, so its size at the end is the highest it has been. What is read is made up on the way and what
//! is written is dropped, so that nothing but the core is measured.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use carryall_core::archive::{Check, Content};
use carryall_core::entry_name::{EntryName, Unicode};
use carryall_core::export::{Action, Export};
use carryall_core::limits::PAGE_BYTES;
use carryall_core::media::MediaFile;
use carryall_core::package::{Package, Place, Write};
use carryall_core::page::Page;
use carryall_core::part::{Deflater, Kind, Part};
use carryall_core::plan::{Choices, Plan, Run};
use carryall_core::readme::Words;
use carryall_protocol::counter::{Receipt, ReceiptStatement};
use carryall_protocol::job::{FormatChoice, LayoutChoice};
use carryall_protocol::{AccountId, CategoryId, ExportId, StreamId, Timestamp};
use js_sys::Uint8Array;
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const MIB: usize = 1 << 20;
const LAW: usize = 96 * MIB;
/// Bytes of a large record.
const RECORD: usize = 1_000_000;
const START: Timestamp = Timestamp::from_secs(1_772_280_000);

/// Streams of the catalog that are lists by themselves.
const LISTS: [&str; 7] = ["users", "contacts", "flows", "phone-numbers", "voip-providers", "call-schedules", "notifications"];

fn memory() -> usize {
    core::arch::wasm32::memory_size(0) * 65536
}

fn plan(categories: &[&str], page_size: usize) -> Plan {
    plan_as(FormatChoice::Json, categories, page_size)
}

fn plan_as(format: FormatChoice, categories: &[&str], page_size: usize) -> Plan {
    let text = include_str!("../catalogs/talkif.json").replace("\"page_size\": 100", &format!("\"page_size\": {page_size}"));
    plan_by(&text, format, categories)
}

fn plan_by(text: &str, format: FormatChoice, categories: &[&str]) -> Plan {
    let catalog = carryall_core::catalog::parse("talkif.json", text).unwrap();
    let categories = categories.iter().map(|id| CategoryId::new(*id).unwrap()).collect();
    let choices =
        Choices { categories, layout: Some(LayoutChoice::Files), format, locale: "en".to_owned(), ..Choices::default() };
    let run = Run {
        export: ExportId::new("0123456789abcdef0123456789abcdef").unwrap(),
        account: AccountId::new("acc_1").unwrap(),
        started_at: START,
        seed: 7,
        origin: "https://app.example".to_owned(),
        concurrency: None,
        unicode: Default::default(),
    };
    Plan::new(catalog, choices, run).unwrap()
}

/// Drives an export whose pages are made up by `body`, from path, offset and limit. Pages come in no order; as at the edge, there
/// is one body in the wasm memory at a time.
fn read(plan: &Plan, mut body: impl FnMut(&str, usize, usize) -> Vec<u8>) -> u64 {
    let mut export = Export::begin(plan.clone());
    let mut package = Package::open(plan);
    let mut under_way = VecDeque::new();
    let mut now = START;
    loop {
        match export.poll(now) {
            Action::Fetch(request) => under_way.push_back(request),
            Action::Append(part) => drop(package.append(plan, part).unwrap()),
            Action::FetchMedia(_) | Action::Keep(_) => panic!("nothing here tells of files"),
            Action::Wait { .. } => {
                let is_last = now.as_secs().is_multiple_of(2);
                let request = if is_last { under_way.pop_back() } else { under_way.pop_front() }.unwrap();
                now = now.after(Duration::from_secs(1));
                let (path, query) = request.target.split_once('?').unwrap();
                let number = |name| query.split('&').find_map(|pair| pair.strip_prefix(name)?.parse().ok()).unwrap_or(0);
                let page = body(path, number("offset="), number("limit="));
                export.handle_page(request.id, Ok(Page { status: 200, headers: Vec::new(), body: page }), now);
            }
            Action::Done => return export.report(now).records(),
            Action::Failed(error) => panic!("{error}"),
        }
    }
}

/// A list's page: its records between the offset and the end.
fn page(path: &str, [offset, limit, total]: [usize; 3], bytes: usize, mut record: impl FnMut(usize, &mut String)) -> Vec<u8> {
    let key = match path.trim_start_matches('/') {
        "phone-numbers" => "phoneNumbers",
        "voip-providers" => "providers",
        "call-schedules" => "schedules",
        other => other,
    };
    let mut text = String::with_capacity(bytes);
    text.push_str(&format!("{{\"{key}\":["));
    for at in offset..total.min(offset + limit) {
        text.push_str(if at == offset { "" } else { "," });
        record(at, &mut text);
    }
    text.push_str(&format!("],\"meta\":{{\"total\":{total}}}}}"));
    text.into_bytes()
}

#[wasm_bindgen_test]
fn two_million_records_are_told_apart_within_the_law() {
    const RECORDS: usize = 2_000_000;
    let plan = plan(&["contacts"], 10_000);
    let read = read(&plan, |path, offset, limit| {
        page(path, [offset, limit, RECORDS], 0, |at, text| text.push_str(&format!("{{\"id\":{at}}}")))
    });
    assert_eq!(read, RECORDS as u64);
    assert_within_the_law();
}

#[wasm_bindgen_test]
fn large_pages_of_noise_stay_within_the_law() {
    read_noise(&plan_as(FormatChoice::Json, &LISTS, PAGE_BYTES / RECORD), RECORD);
}

/// Each record twice, as it is and as a row of a table.
#[wasm_bindgen_test]
fn large_pages_of_noise_stay_within_the_law_as_tables_too() {
    read_noise(&plan_as(FormatChoice::Csv, &LISTS, PAGE_BYTES / RECORD), RECORD);
}

/// Records that become others, as those of X do.
#[wasm_bindgen_test]
fn large_pages_of_noise_that_is_changed_stay_within_the_law() {
    read_changed(1_000_000);
}

/// A record a page, as large as a page may be.
#[wasm_bindgen_test]
fn the_largest_records_that_are_changed_stay_within_the_law() {
    read_changed(PAGE_BYTES - 200);
}

#[wasm_bindgen_test]
fn the_largest_records_stay_within_the_law_as_tables_too() {
    read_noise(&plan_as(FormatChoice::Csv, &LISTS, 1), PAGE_BYTES - 200);
}

fn read_changed(record: usize) {
    let rules = json!({
        "remove_fields": ["/gone"], "rename_fields": {"/text": "full_text"}, "numbers_as_strings": true, "wrap": "item",
        "derive_fields": [{"from": "/id", "to": "/id_str"}, {"from": "/full_text", "to": "/copy"}, {"text": "x{/full_text}", "to": "/other"}],
    });
    let mut catalog: Value = serde_json::from_str(include_str!("../catalogs/talkif.json")).unwrap();
    for category in catalog["categories"].as_array_mut().unwrap() {
        for stream in category["streams"].as_array_mut().unwrap() {
            let stream = stream.as_object_mut().unwrap();
            stream.remove("date_range");
            stream.extend(rules.as_object().unwrap().clone());
            if let Some(size) = stream.get_mut("paginator").and_then(|paginator| paginator.get_mut("page_size")) {
                *size = (PAGE_BYTES / record).into();
            }
        }
    }
    read_noise(&plan_by(&catalog.to_string(), FormatChoice::Json, &LISTS), record);
}

/// Six and more lists at once, each of pages as large as a page may be, of text that does not compress.
fn read_noise(plan: &Plan, record: usize) {
    let on_a_page = PAGE_BYTES / record;
    // Beyond the window of deflate what comes again is as good as new.
    let noise = noise(RECORD / 2);
    let read = read(plan, |path, offset, limit| {
        page(path, [offset, limit, 2 * on_a_page], PAGE_BYTES, |at, text| {
            text.push_str(&format!("{{\"id\":{at},\"gone\":{at},\"text\":\""));
            let mut left = record - 100;
            while left > 0 {
                text.push_str(noise.get(..left.min(noise.len())).unwrap());
                left = left.saturating_sub(noise.len());
            }
            text.push_str("\"}");
        })
    });
    assert_eq!(read, (LISTS.len() * 2 * on_a_page) as u64);
    assert_within_the_law();
}

#[wasm_bindgen_test]
fn a_hundred_thousand_entries_stay_within_the_law() {
    const ENTRIES: u32 = 100_000;
    let plan = plan(&["contacts"], 100);
    let mut package = Package::open(&plan);
    let file = File(Uint8Array::new_with_length(64 << 20));
    let mut deflater = Deflater::new(true);
    for number in 1..=ENTRIES / 2 {
        deflater.write(format!("[\n{number}\n]\n").as_bytes());
        let stream = StreamId::new("contacts").unwrap();
        let part = Part { stream, number, kind: Kind::Array, records: 1, elements: 1, segment: deflater.finish() };
        file.carry_out(package.append(&plan, part).unwrap());
        let name = EntryName::of_data("data/media/contacts", &format!("{number:0>90}.jpg"), Unicode::default());
        let rest = number.to_le_bytes().to_vec();
        deflater.write(&rest);
        let hashed = deflater.finish();
        let content = Content { bytes: 4, crc32: hashed.crc32, sha256: hashed.sha256.unwrap() };
        file.carry_out(package.keep(MediaFile { name, content, ranges: Vec::new(), rest }).unwrap());
    }
    let mut report = Export::begin(plan.clone()).report(START);
    let (payload, writes) = package.close(&plan, &mut report).unwrap();
    file.carry_out(writes);
    let check = file.read_back(payload.check());
    let payload = payload.checked(check);
    let receipt = receipt(&plan, payload.digest());
    let mut sealed = payload.seal(&plan, &words(), &mut report, Some(&receipt)).unwrap();
    file.carry_out(std::mem::take(&mut sealed.writes));
    file.read_back(sealed.check());
    sealed.check_directory(&file.read(sealed.directory()..sealed.length())).unwrap();
    assert_within_the_law();
}

/// A file outside of the wasm memory.
struct File(Uint8Array);

impl File {
    fn carry_out(&self, writes: Vec<Write>) {
        for write in writes {
            let Write::Bytes(Place::Archive, extent) = write else { panic!("not a write to the archive") };
            self.0.subarray(extent.offset as u32, extent.offset as u32 + extent.bytes.len() as u32).copy_from(&extent.bytes);
        }
    }

    fn read(&self, range: Range<u64>) -> Vec<u8> {
        self.0.subarray(range.start as u32, range.end as u32).to_vec()
    }

    fn read_back(&self, mut check: Check) -> Check {
        while let Some(range) = check.wants() {
            check.fill(&self.read(range)).unwrap();
        }
        check
    }
}

/// English, as the package has it.
fn words() -> Words {
    Words::read(include_str!("../www/archive/readme.en.json")).unwrap()
}

fn receipt(plan: &Plan, payload_digest: String) -> Receipt {
    let iss = "https://counter.example".to_owned();
    let (account, export) = (plan.run.account.clone(), plan.run.export.clone());
    let statement = ReceiptStatement { iss, account, export, presented_at: START, payload_digest };
    Receipt { statement, jws: "e30.e30.c2ln".to_owned() }
}

fn assert_within_the_law() {
    wasm_bindgen_test::console_log!("{} MiB", memory() / MIB);
    assert!(memory() <= LAW, "{} MiB", memory() / MIB);
}

/// Text that does not compress: six bits of chance in a character, and no repetition within the window of deflate.
fn noise(length: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut chance = 1_u64;
    let mut text = String::with_capacity(length);
    for _ in 0..length {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        text.push(char::from(ALPHABET[(chance >> 58) as usize]));
    }
    text
}
