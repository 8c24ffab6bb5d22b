//! The host: shelves, each served in its own way of paging, and answers that fail.

use std::collections::BTreeMap;
use std::time::Duration;

use carryall_core::page::{FetchError, Page};
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
    faults: Option<Faults>,
    page_size: u32,
}

impl Host {
    /// So many records in each of these ways, so many on a page.
    pub(crate) fn new(pagings: &[Paging], records: u64, page_size: u32, mood: Mood) -> Self {
        let served = pagings.iter().map(|paging| (paging.name, (paging.clone(), Shelf::new(records, mood))));
        Self { served: served.collect(), faults: None, page_size }
    }

    /// The same where a fifth of the answers fail, as the seed says.
    pub(crate) fn failing(mut self, seed: u64) -> Self {
        self.faults = Some(Faults { seed, asked: BTreeMap::new() });
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
        let fault = self.faults.as_mut().and_then(|faults| faults.next(&call.identity));
        // Addresses of the next page may lie beside the first one: /pages/<name>/<token>.
        let name = if call.path[0] == "pages" { &call.path[1] } else { &call.path[0] };
        let (paging, shelf) =
            self.served.get_mut(name.as_str()).unwrap_or_else(|| panic!("nothing is served at {:?}", call.path));
        match fault {
            None if shelf.mood == Mood::Refuses => {
                let page = (paging.serve)(shelf, call);
                if shelf.is_beyond { Page { status: 404, ..page } } else { page }.into()
            }
            None => (paging.serve)(shelf, call).into(),
            Some(Fault::Slow) => Reply { after: Duration::from_secs(25), ..(paging.serve)(shelf, call).into() },
            Some(Fault::Cut) => {
                let mut page = (paging.serve)(shelf, call);
                page.body.truncate(page.body.len() / 2);
                page.into()
            }
            Some(Fault::Status(status)) => Page { status, headers: Vec::new(), body: b"{\"code\":\"not_now\"}".to_vec() }.into(),
            Some(Fault::Reset) => Reply { answer: Err(FetchError::Connection), after: Duration::from_millis(5) },
        }
    }
}

/// One way to fail.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Status(u16),
    Reset,
    /// Half of the answer comes, and looks like a whole one to the browser.
    Cut,
    Slow,
}

/// Failures that follow from what is asked and how often it was, so that they do not depend on the order of requests.
struct Faults {
    seed: u64,
    asked: BTreeMap<String, u64>,
}

impl Faults {
    fn next(&mut self, identity: &str) -> Option<Fault> {
        let times = self.asked.entry(identity.to_owned()).or_default();
        *times += 1;
        let mixed =
            identity.bytes().fold(self.seed ^ *times, |mixed, byte| hash(mixed ^ u64::from(byte)).wrapping_add(self.seed));
        let kinds = [Fault::Status(429), Fault::Status(500), Fault::Status(503), Fault::Reset, Fault::Cut, Fault::Slow];
        (mixed % 5 == 0).then(|| kinds[(mixed / 5 % 6) as usize])
    }
}
