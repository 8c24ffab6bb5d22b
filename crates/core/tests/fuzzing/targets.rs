//! What is fuzzed: a catalog, and the pages that a host answers with. **Whatever comes in: no panic, no loop, and no request that
//! leaves the API.** `fuzz/` runs these functions under libFuzzer, `fuzzing.rs` over a small seeded corpus.

use carryall_core::catalog::{errors, parse};
use carryall_core::export::{Action, Export, PageRequest};
use carryall_core::page::{FetchError, Page};
use carryall_core::plan::{Choices, Plan, Run};
use carryall_protocol::catalog::Catalog;
use carryall_protocol::{AccountId, ExportId, Timestamp};
use serde_json::{Value, json};

/// What ends one page of the input.
pub(crate) const PAGE_END: u8 = 0xff;
/// Polls until an export must have ended, whatever the host says.
const POLLS: u32 = 200_000;
const START: Timestamp = Timestamp::from_secs(1_772_280_000);
const STATUSES: [u16; 16] = [200, 200, 200, 200, 200, 200, 200, 200, 202, 204, 401, 403, 404, 409, 429, 500];
const LINKS: [&str; 4] =
    ["</api/items?page=2>; rel=next", "<https://app.example/api/items?x=1>; rel=\"next\"", "<//evil.example/>; rel=next", "<"];

/// A catalog's text: it is refused with a reason, or can be planned and walked.
pub(crate) fn catalog(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    let told = errors("catalog.json", text);
    match parse("catalog.json", text) {
        Ok(catalog) => {
            assert!(told.is_empty(), "a good catalog has no errors: {told:?}");
            walk(catalog, b"");
        }
        Err(error) => {
            assert_eq!(told.first(), Some(&error));
            assert!(!error.problem.is_empty() && (error.pointer.is_empty() || error.pointer.starts_with('/')), "{error}");
        }
    }
}

/// Pages, each ended by [`PAGE_END`]; the first byte of each chooses its status, the second its headers. They answer the requests
/// of a catalog with every way of paging in the order of asking; then the host knows nothing any more.
pub(crate) fn pages(input: &[u8]) {
    let catalog = every_way().to_string();
    walk(parse("catalog.json", &catalog).expect("the catalog is good"), input);
}

/// Every good stream of the rules' list, in one catalog.
pub(crate) fn every_way() -> Value {
    let mut catalog: Value = serde_json::from_str(include_str!("../catalogs/base.json")).expect("JSON");
    let good: Vec<Value> = serde_json::from_str(include_str!("../catalogs/good.json")).expect("JSON");
    let streams = catalog["categories"][0]["streams"].as_array_mut().expect("streams");
    let items = streams.pop().expect("the stream that the list changes");
    for (at, entry) in good.iter().filter(|entry| entry["stream"].is_object()).enumerate() {
        let mut stream = items.clone();
        for (name, value) in entry["stream"].as_object().expect("an object") {
            stream[name] = value.clone();
        }
        if stream["request"]["path"].is_null() {
            stream["request"]["path"] = json!("/items");
        }
        let members = stream["records"].as_object_mut().expect("an object");
        members.retain(|_, value| !value.is_null());
        stream["id"] = json!(format!("items-{at}"));
        streams.push(stream);
    }
    catalog
}

fn walk(catalog: Catalog, input: &[u8]) {
    let categories = catalog.categories.iter().map(|category| category.id.clone()).collect();
    let run = Run {
        export: ExportId::new("0123456789abcdef0123456789abcdef").expect("an id"),
        account: AccountId::new("acc_1").expect("an id"),
        started_at: START,
        origin: "https://app.example".to_owned(),
        seed: 7,
        concurrency: Some(4),
        unicode: Default::default(),
    };
    let choices = Choices {
        categories,
        locale: "en".to_owned(),
        since: Some(Timestamp::from_secs(1_700_000_000)),
        only_mine: true,
        ..Choices::default()
    };
    let plan = Plan::new(catalog, choices, run).expect("a good catalog can be planned");
    let mut export = Export::begin(plan);
    let mut pages = input.split(|byte| *byte == PAGE_END);
    let (mut under_way, mut now) = (Vec::new(), START);
    for _ in 0..POLLS {
        match export.poll(now) {
            Action::Fetch(request) => {
                assert_stays(&request);
                under_way.push(request.id);
            }
            Action::FetchMedia(request) => drop(export.handle_media_end(request.id, Err(FetchError::Connection), now)),
            Action::Append(_) | Action::Keep(_) => {}
            Action::Wait { until } => match (under_way.pop(), until) {
                (Some(id), _) => export.handle_page(id, answer(pages.next()), now),
                (None, Some(until)) => now = until.max(now),
                (None, None) => panic!("the machine waits for a page that nobody was asked for"),
            },
            Action::Done | Action::Failed(_) => {
                let report = export.report(now);
                assert!(report.streams.iter().all(|stream| stream.written <= stream.received), "{report:?}");
                return;
            }
        }
    }
    panic!("the export never ends");
}

/// A request stays below the base address and carries no credentials of the catalog's own.
fn assert_stays(request: &PageRequest) {
    let path = request.target.split('?').next().unwrap_or_default();
    let decoded = path.to_ascii_lowercase().replace("%2e", ".").replace('\\', "/");
    assert!(path.starts_with('/') && !path.starts_with("//"), "{}", request.target);
    assert!(!decoded.split('/').any(|segment| matches!(segment, "." | "..")), "{}", request.target);
    assert!(!request.target.contains(|c: char| c.is_control() || c == ' ' || c == '#'), "{}", request.target);
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        assert!(!matches!(name.as_str(), "authorization" | "cookie" | "host" | "origin"), "{name}");
        assert!(!value.contains(['\r', '\n']), "a header has one line");
    }
}

fn answer(page: Option<&[u8]>) -> Result<Page, FetchError> {
    let Some([status, headers, body @ ..]) = page else {
        return Ok(Page { status: 404, headers: Vec::new(), body: Vec::new() });
    };
    if *status == 0xfe {
        return Err(FetchError::Connection);
    }
    let link = LINKS.get(usize::from(*headers)).map(|link| ("link".to_owned(), (*link).to_owned()));
    let next = (*headers == 9).then(|| ("x-next".to_owned(), "token".to_owned()));
    let status = STATUSES.get(usize::from(*status) % STATUSES.len()).copied().unwrap_or(200);
    Ok(Page { status, headers: link.into_iter().chain(next).collect(), body: body.to_vec() })
}
