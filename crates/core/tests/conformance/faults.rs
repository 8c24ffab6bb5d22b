//! Answers that fail: a fifth of them, as a seed says.

use std::collections::BTreeMap;
use std::time::Duration;

use carryall_core::page::{FetchError, Page};
use carryall_protocol::Timestamp;

use crate::call::Call;
use crate::drive::{Api, Reply};
use crate::shelf::hash;

/// One way to fail.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Status(u16),
    Reset,
    /// Half of the answer comes, and looks like a whole one to the browser.
    Cut,
    Slow,
}

const FAULTS: [Fault; 6] = [Fault::Status(429), Fault::Status(500), Fault::Status(503), Fault::Reset, Fault::Cut, Fault::Slow];

/// A host of which a fifth of the answers fail. Failures follow from what is asked and how often it was, so that they do not
/// depend on the order of requests.
pub(crate) struct Failing<'a> {
    api: &'a mut dyn Api,
    seed: u64,
    asked: BTreeMap<String, u64>,
}

impl<'a> Failing<'a> {
    pub(crate) fn new(api: &'a mut dyn Api, seed: u64) -> Self {
        Self { api, seed, asked: BTreeMap::new() }
    }

    fn next(&mut self, identity: &str) -> Option<Fault> {
        let times = self.asked.entry(identity.to_owned()).or_default();
        *times += 1;
        let start = hash(self.seed ^ (*times << 32));
        let mixed = identity.bytes().fold(start, |mixed, byte| hash(mixed ^ u64::from(byte)));
        mixed.is_multiple_of(5).then(|| FAULTS[(mixed / 5 % 6) as usize])
    }
}

impl Api for Failing<'_> {
    fn answer(&mut self, call: &Call, now: Timestamp) -> Reply {
        match self.next(&call.identity) {
            None => self.api.answer(call, now),
            Some(Fault::Status(status)) => Page { status, headers: Vec::new(), body: b"{\"code\":\"not_now\"}".to_vec() }.into(),
            Some(Fault::Reset) => Reply { answer: Err(FetchError::Connection), after: Duration::from_millis(5) },
            Some(Fault::Slow) => Reply { after: Duration::from_secs(25), ..self.api.answer(call, now) },
            Some(Fault::Cut) => {
                let mut reply = self.api.answer(call, now);
                if let Ok(page) = &mut reply.answer {
                    page.body.truncate(page.body.len() / 2);
                }
                reply
            }
        }
    }
}
