//! An honest walk over X, as the catalog describes it: naive, patient, and with nothing of the exporter's.

use std::collections::BTreeMap;

use carryall_protocol::catalog::{Catalog, Paginator, PaginatorKind, RecordsAt, Stream};
use futures_util::future::join_all;

use super::shape::{Json, shaped};
use super::{FROZEN, ID};
use crate::visitor::Visitor;

/// By stream: every record as the catalog shapes it, with the record as it was served.
pub(super) type Walked = BTreeMap<String, Vec<(String, String)>>;

pub(super) fn catalog() -> Catalog {
    serde_json::from_str(include_str!("../../../../../catalogs/x.json")).unwrap()
}

/// Reads all streams, those without parents first, all at once.
pub(super) async fn walk(visitor: &Visitor) -> Walked {
    let catalog = catalog();
    let (children, parents): (Vec<_>, Vec<_>) =
        catalog.categories.iter().flat_map(|category| &category.streams).partition(|stream| stream.for_each.is_some());
    let mut walked = Walked::new();
    for streams in [parents, children] {
        let all = streams.iter().map(|stream| walk_stream(visitor, &catalog.base_url, stream, keys(stream, &walked)));
        walked.extend(join_all(all).await);
    }
    walked
}

/// What the parent's records hand down, as name and value; one walk without a name where there is no parent.
fn keys(stream: &Stream, walked: &Walked) -> Vec<(String, String)> {
    let Some(parent) = &stream.for_each else { return vec![(String::new(), String::new())] };
    let key = |(_, served): &(String, String)| {
        let record: serde_json::Value = serde_json::from_str(served).unwrap();
        (parent.name.clone(), record.pointer(&parent.key.to_string()).unwrap().as_str().unwrap().to_owned())
    };
    walked[&parent.stream.to_string()].iter().map(key).collect()
}

async fn walk_stream(
    visitor: &Visitor,
    base: &str,
    stream: &Stream,
    keys: Vec<(String, String)>,
) -> (String, Vec<(String, String)>) {
    let mut records = Vec::new();
    for (name, value) in keys {
        let path = stream.request.path.replace("{account}", ID).replace(&format!("{{{name}}}"), &value);
        let mut token = None;
        loop {
            let page = ask(visitor, &format!("{base}{path}{}", query(stream, token.as_deref()))).await;
            records
                .extend(served(stream, &page).into_iter().map(|record| (shaped(stream, &record, &page, &value), record.text())));
            token = next(&stream.paginator, &page);
            if token.is_none() {
                break;
            }
        }
    }
    (stream.id.to_string(), records)
}

fn query(stream: &Stream, token: Option<&str>) -> String {
    let paginator = &stream.paginator;
    let mut pairs: Vec<_> = stream.request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if let (Some(name), Some(size)) = (&paginator.page_size_param, paginator.page_size) {
        pairs.push(format!("{name}={size}"));
    }
    pairs.extend(paginator.upper_bound.iter().map(|bound| format!("{}={FROZEN}", bound.param)));
    pairs.extend(token.map(|token| format!("{}={token}", paginator.param())));
    format!("?{}", pairs.join("&"))
}

/// The body of the answer, asked for until there is one.
async fn ask(visitor: &Visitor, path: &str) -> Json {
    loop {
        let answer = visitor.get(path).await;
        match answer.status().as_u16() {
            200 => return Json::parse(&answer.text().await.unwrap()),
            429 | 503 => tokio::task::yield_now().await,
            other => panic!("{path}: {other}"),
        }
    }
}

fn served(stream: &Stream, page: &Json) -> Vec<Json> {
    let found = page.at(stream.records.pointer().tokens());
    match &stream.records.at {
        RecordsAt::Single(_) => vec![found[0].clone()],
        _ => found.first().map_or_else(Vec::new, |list| list.items().to_vec()),
    }
}

fn next(paginator: &Paginator, page: &Json) -> Option<String> {
    if paginator.kind == PaginatorKind::SinglePage {
        return None;
    }
    page.at(paginator.token.as_ref().unwrap().tokens()).first().map(|token| token.string())
}
