//! An honest walk over the API, as the catalog describes it: naive, patient, and with nothing of the exporter's.

use std::collections::BTreeMap;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{Catalog, Paginator, PaginatorKind, RecordsAt, ResponseAction, Scalar, Stream};
use reqwest::Url;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::visitor::Visitor;

/// By stream: every record as served, by its primary key.
pub(crate) type Walked = BTreeMap<String, BTreeMap<String, String>>;

/// Reads all streams that are read unless a person says otherwise. Whoever finds that a total has fallen meanwhile walks that list
/// again, and keeps what was read.
pub(crate) async fn walk(visitor: &Visitor, now: Timestamp) -> Walked {
    let text = include_str!("../../../../catalogs/talkif.json");
    let catalog: Catalog = serde_json::from_str(text).unwrap();
    let mut walked = Walked::new();
    for stream in catalog.categories.iter().filter(|category| category.default).flat_map(|category| &category.streams) {
        let mut records = BTreeMap::new();
        for path in paths(stream, &catalog.base_url, &walked) {
            while walk_list(visitor, stream, &path, now, &mut records).await {}
        }
        records.retain(|_, record| !is_excluded(stream, record));
        walked.insert(stream.id.to_string(), records);
    }
    walked
}

/// One path, or one for each record of the parent stream.
fn paths(stream: &Stream, base: &str, walked: &Walked) -> Vec<String> {
    let path = format!("{base}{}", stream.request.path);
    let Some(parent) = &stream.for_each else { return vec![path] };
    let placeholder = format!("{{{}}}", parent.name);
    let encoded = |record: &String| {
        let value: Value = serde_json::from_str(record).unwrap();
        let mut url: Url = "http://x".parse().unwrap();
        url.path_segments_mut().unwrap().push(value.pointer(&parent.key.to_string()).unwrap().as_str().unwrap());
        path.replace(&placeholder, url.path().trim_start_matches('/'))
    };
    walked[&parent.stream.to_string()].values().map(encoded).collect()
}

/// Reads a list to its end; true where it should be read again, because records have moved under the reader.
async fn walk_list(
    visitor: &Visitor,
    stream: &Stream,
    path: &str,
    now: Timestamp,
    records: &mut BTreeMap<String, String>,
) -> bool {
    let paginator = &stream.paginator;
    if paginator.kind == PaginatorKind::SinglePage {
        if let Some(page) = ask(visitor, stream, path).await {
            keep(stream, &page, path, records);
        }
        return false;
    }
    let (mut offset, mut first_total) = (0, None);
    loop {
        let page = ask(visitor, stream, &format!("{path}{}", query(paginator, offset, now))).await.unwrap();
        offset += keep(stream, &page, path, records);
        let value: Value = serde_json::from_str(&page).unwrap();
        let total = value.pointer(&paginator.total.as_ref().unwrap().to_string()).unwrap().as_u64().unwrap();
        let moved = total != *first_total.get_or_insert(total);
        if offset >= total {
            return moved;
        }
    }
}

fn query(paginator: &Paginator, offset: u64, now: Timestamp) -> String {
    let bound = paginator.upper_bound.as_ref().map(|bound| format!("&{}={now}", bound.param)).unwrap_or_default();
    format!("?{}={}&{}={offset}{bound}", paginator.page_size_param().unwrap(), paginator.size(), paginator.param())
}

/// The body of the answer, asked for until there is one; nothing where the catalog says that none is to be had.
async fn ask(visitor: &Visitor, stream: &Stream, path: &str) -> Option<String> {
    loop {
        let answer = visitor.get(path).await;
        let status = answer.status().as_u16();
        let rule = stream.on_response.iter().find(|rule| rule.status == status).map(|rule| rule.action);
        match (status, rule) {
            (200, _) => return Some(answer.text().await.unwrap()),
            (_, Some(ResponseAction::SkipPartition)) => return None,
            (429 | 503, _) => {}
            (other, _) => panic!("{path}: {other}"),
        }
    }
}

/// Keeps the page's records by their keys; how many it had.
fn keep(stream: &Stream, page: &str, path: &str, records: &mut BTreeMap<String, String>) -> u64 {
    let found: Vec<String> = match &stream.records.at {
        RecordsAt::Single(_) => vec![page.to_owned()],
        RecordsAt::Entries(_) => panic!("this walker reads no entries"),
        RecordsAt::Pointer(pointer) => {
            let member = pointer.to_string().trim_start_matches('/').to_owned();
            let mut envelope: BTreeMap<String, &RawValue> = serde_json::from_str(page).unwrap();
            let list: Vec<&RawValue> = serde_json::from_str(envelope.remove(&member).unwrap().get()).unwrap();
            list.into_iter().map(|record| record.get().to_owned()).collect()
        }
    };
    for record in &found {
        records.insert(key(stream, record, path), record.clone());
    }
    found.len() as u64
}

/// The primary key as text; the address where a stream has none.
fn key(stream: &Stream, record: &str, path: &str) -> String {
    let Some(primary) = &stream.primary_key else { return path.to_owned() };
    let value: Value = serde_json::from_str(record).unwrap();
    primary
        .pointers()
        .iter()
        .map(|pointer| value.pointer(&pointer.to_string()).unwrap().to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_excluded(stream: &Stream, record: &str) -> bool {
    let value: Value = serde_json::from_str(record).unwrap();
    stream.exclude_records.iter().any(|rule| match rule.equals {
        Some(Scalar::Bool(expected)) => value.pointer(&rule.pointer.to_string()) == Some(&Value::Bool(expected)),
        _ => panic!("this walker excludes by truth values only"),
    })
}
