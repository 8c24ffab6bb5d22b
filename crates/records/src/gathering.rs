//! Records of one key in one element: a conversation with its messages.
//!
//! Elements come in the order in which their keys were met. **At most 4 MiB are gathered at a time**, so a key may have several
//! elements; where they end depends on the records alone.

use carryall_protocol::catalog::Group;

use crate::json::quoted;
use crate::limits::GATHERED_BYTES;

/// What an element costs beside its text.
const ELEMENT_BYTES: usize = 64;

/// The elements that records are being gathered into.
#[derive(Debug)]
pub(crate) struct Gathering {
    /// What stands before the key, and between it and the records.
    before: String,
    between: String,
    after: &'static str,
    quotes_numbers: bool,
    elements: Vec<Element>,
    /// The elements in the order of their keys.
    by_key: Vec<u32>,
    bytes: usize,
}

#[derive(Debug)]
struct Element {
    key: String,
    text: String,
    records: u64,
}

impl Gathering {
    /// Nothing gathered yet.
    pub(crate) fn of(group: &Group, quotes_numbers: bool) -> Self {
        let wrap = group.wrap.as_ref().map(|name| format!("{{{}:", quoted(name)));
        Self {
            before: format!("{}{{{}:", wrap.as_deref().unwrap_or_default(), quoted(&group.key)),
            between: format!(",{}:[", quoted(&group.name)),
            after: if wrap.is_some() { "]}}" } else { "]}" },
            quotes_numbers,
            elements: Vec::new(),
            by_key: Vec::new(),
            bytes: 0,
        }
    }

    /// Adds a record; what is neither a text nor a number is no key.
    pub(crate) fn add(&mut self, key: Option<&str>, record: &str) {
        let is_text = |key: &&str| key.starts_with('"');
        let is_number = |key: &&str| key.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        let key = match key.filter(|key| is_text(key) || is_number(key)) {
            None => "null".into(),
            Some(key) if self.quotes_numbers && is_number(&key) => quoted(key),
            Some(key) => key.to_owned(),
        };
        self.bytes += record.len() + 1;
        let at = self.element(key);
        let Some(element) = self.elements.get_mut(at) else { return };
        if element.records > 0 {
            element.text.push(',');
        }
        element.text.push_str(record);
        element.records += 1;
    }

    /// Bytes gathered.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes as u64
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.bytes >= GATHERED_BYTES
    }

    /// What was gathered: each element's text and how many records it holds.
    pub(crate) fn take(&mut self) -> Vec<(String, u64)> {
        self.by_key.clear();
        self.bytes = 0;
        let after = self.after;
        let whole = |element: Element| (element.text + after, element.records);
        std::mem::take(&mut self.elements).into_iter().map(whole).collect()
    }

    /// The place of a key's element.
    fn element(&mut self, key: String) -> usize {
        let of = |at: &u32| self.elements.get(*at as usize);
        let place = self.by_key.partition_point(|at| of(at).is_some_and(|element| element.key < key));
        if let Some(at) = self.by_key.get(place).filter(|at| of(at).is_some_and(|element| element.key == key)) {
            return *at as usize;
        }
        let at = self.elements.len();
        self.by_key.insert(place, u32::try_from(at).unwrap_or_default());
        let text = [&self.before, &key, &self.between].map(String::as_str).concat();
        self.bytes += text.len() + key.len() + ELEMENT_BYTES;
        self.elements.push(Element { key, text, records: 0 });
        at
    }
}
