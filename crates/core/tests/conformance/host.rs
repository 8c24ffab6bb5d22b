//! The host: shelves, each served in its own way of paging.

use std::collections::BTreeMap;
use std::time::Duration;

use carryall_core::page::Page;
use carryall_protocol::Timestamp;
use serde_json::Value;

use crate::call::Call;
use crate::drive::{Api, Reply, catalog};
use crate::mood::Mood;
use crate::paging::Paging;
use crate::shelf::{Shelf, hash};

/// A host that serves one data set in several ways at once.
pub(crate) struct Host {
    served: BTreeMap<&'static str, (Paging, Shelf)>,
    page_size: u32,
}

impl Host {
    /// So many records in each of these ways, so many on a page.
    pub(crate) fn new(pagings: &[Paging], records: u64, page_size: u32, mood: Mood) -> Self {
        let served = pagings.iter().map(|paging| (paging.name, (paging.clone(), Shelf::new(records, mood))));
        Self { served: served.collect(), page_size }
    }

    /// The same with records of so many bytes more.
    pub(crate) fn with_long_records(mut self, bytes: usize) -> Self {
        self.served.values_mut().for_each(|(_, shelf)| shelf.lengthen(bytes));
        self
    }

    /// The catalog of everything that it serves.
    pub(crate) fn catalog(&self) -> Value {
        catalog(self.served.values().map(|(paging, _)| paging.stream(self.page_size)))
    }

    pub(crate) fn shelf(&self, name: &str) -> &Shelf {
        &self.served[name].1
    }
}

impl Api for Host {
    fn answer(&mut self, call: &Call, _now: Timestamp) -> Reply {
        // Addresses of the next page may lie beside the first one: /pages/<name>/<token>.
        let name = if call.path[0] == "pages" { &call.path[1] } else { &call.path[0] };
        let (paging, shelf) =
            self.served.get_mut(name.as_str()).unwrap_or_else(|| panic!("nothing is served at {:?}", call.path));
        let page = (paging.serve)(shelf, call);
        let page = if shelf.mood == Mood::Refuses && shelf.is_beyond { Page { status: 404, ..page } } else { page };
        // Some answers overtake others.
        let mixed = call.identity.bytes().fold(7, |mixed, byte| hash(mixed ^ u64::from(byte)));
        Reply { after: Duration::from_millis(5 + mixed % 90), ..page.into() }
    }
}
