//! The ways of paging under test: how each is served, and what its catalog says.

mod addressed;
mod chained;
mod keyed;
mod placed;
mod sliced;

use carryall_core::page::Page;
use serde_json::{Value, json};

use crate::call::Call;
use crate::rows::Row;
use crate::shelf::{Leaf, Shelf};

/// How pages lead to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// There is only one.
    Single,
    /// They are numbered.
    Numbered,
    /// Records are numbered.
    Offset,
    /// Each names the next.
    Chained,
    /// Each begins beyond a key of the one before.
    Keyed,
    /// The same, where several records have the same key.
    Tied,
    /// They are slices of time.
    Sliced,
}

/// One way of paging.
#[derive(Clone)]
pub(crate) struct Paging {
    pub(crate) name: &'static str,
    pub(crate) family: Family,
    /// The host claims a total.
    pub(crate) has_total: bool,
    /// The host says whether more follow.
    pub(crate) has_more: bool,
    /// A record without a primary key is told from others by its text; a stream without one tells none apart.
    pub(crate) is_keyed: bool,
    pub(crate) serve: fn(&mut Shelf, &Call) -> Page,
    /// How a record stands in the archive.
    pub(crate) kept: fn(&Row) -> String,
    stream: Value,
}

impl Paging {
    /// A stream of its own name, its records in `data`.
    fn new(name: &'static str, family: Family, paginator: Value, serve: fn(&mut Shelf, &Call) -> Page) -> Self {
        let stream = json!({
            "id": name, "primary_key": "/id", "request": {"path": format!("/{name}")}, "errors": "/errors",
            "records": {"pointer": "/data", "may_be_absent": true}, "paginator": paginator,
        });
        let stands = |field: &str| stream["paginator"].get(field).is_some();
        let (has_total, has_more) = (stands("total") || stands("total_header"), stands("has_more") || family == Family::Chained);
        Self { name, family, has_total, has_more, is_keyed: true, serve, kept: |row| row.kept.clone(), stream }
    }

    /// The same with something else in the stream.
    fn with(mut self, field: &str, value: Value) -> Self {
        self.stream[field] = value;
        self
    }

    /// The same where nothing tells records apart.
    fn without_key(mut self) -> Self {
        self.stream.as_object_mut().unwrap().remove("primary_key");
        self.is_keyed = false;
        self
    }

    /// Whether an answer has a place for errors beside its records, and more than one answer is given.
    pub(crate) fn tells_errors(&self) -> bool {
        self.family != Family::Single && self.stream["records"]["pointer"] != ""
    }

    /// The catalog's entry for pages of this size.
    pub(crate) fn stream(&self, page_size: u32) -> Value {
        let mut stream = self.stream.clone();
        if let Some(size) = stream["paginator"].get_mut("page_size") {
            *size = json!(page_size);
        }
        stream
    }
}

/// Every way of paging.
pub(crate) fn all() -> Vec<Paging> {
    [placed::all(), chained::all(), addressed::all(), keyed::all(), sliced::all()].concat()
}

/// A page with the records in `data`, and other members beside them.
pub(crate) fn page(leaf: &Leaf, beside: &Value) -> Page {
    page_in("data", leaf, beside)
}

/// The same with the records in another place.
pub(crate) fn page_in(place: &str, leaf: &Leaf, beside: &Value) -> Page {
    let mut members: Vec<String> = Vec::new();
    if !leaf.is_bare {
        members.push(format!("\"{place}\": {}", array(leaf)));
    }
    if leaf.errors > 0 && !leaf.rows.is_empty() {
        members.push("\"errors\": [{\"title\": \"one of them could not be read\"}]".to_owned());
    }
    members.extend(beside.as_object().into_iter().flatten().map(|(name, value)| format!("\"{name}\": {value}")));
    text(&format!("{{{}}}", members.join(", ")))
}

/// The records of a page as an array.
pub(crate) fn array(leaf: &Leaf) -> String {
    format!("[{}]", leaf.rows.iter().map(|row| row.served.as_str()).collect::<Vec<_>>().join(",\n "))
}

/// An answer with this body.
pub(crate) fn text(body: &str) -> Page {
    Page { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() }
}

/// The same with one more header.
pub(crate) fn headed(mut page: Page, name: &str, value: String) -> Page {
    page.headers.push((name.to_owned(), value));
    page
}
