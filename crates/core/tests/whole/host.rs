//! A host in memory: the shapes of Talkif's API over a handful of records, with its misbehaviours as switches.

use std::collections::{BTreeMap, BTreeSet};

use carryall_core::page::{FetchError, Page};
use carryall_protocol::Timestamp;

/// What a list is served from: the key around it and its records' texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    pub(crate) key: String,
    pub(crate) records: Vec<String>,
}

/// One way to fail instead of answering.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    Status(u16),
    Body(&'static str),
    Bytes(&'static [u8]),
    Reset,
    TooLarge,
}

/// The host and what it has seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Host {
    pub(crate) lists: BTreeMap<String, List>,
    pub(crate) singles: BTreeMap<String, Result<String, u16>>,
    /// Records on a page at most, whatever is asked.
    pub(crate) clamp: usize,
    /// Answers to the next requests of a path, before it behaves.
    pub(crate) faults: BTreeMap<String, Vec<Fault>>,
    /// A path that always fails this way.
    pub(crate) broken: BTreeMap<String, Fault>,
    /// Of this list, this record is gone once an offset above zero is asked for.
    pub(crate) deletes: Option<(String, usize)>,
    /// Of this list, records come and go between any two requests, as this seed says.
    pub(crate) churn: Option<(String, Churn)>,
    /// What every page of a list claims as its total, whatever is true.
    pub(crate) claims: Option<u64>,
    /// From when to when no connection can be made.
    pub(crate) down: Option<(Timestamp, Timestamp)>,
    /// Requests answered in a minute; the others get a 429 without a hint.
    pub(crate) per_minute: Option<u64>,
    minute: (u64, u64),
    /// Sessions end after so many requests, until fresh credentials come.
    pub(crate) session_requests: Option<u32>,
    pub(crate) refuses_fresh: bool,
    pub(crate) seen: Vec<String>,
    used: u32,
}

impl Host {
    /// Contacts, calls with transcripts, users with secrets, and nothing else.
    pub(crate) fn talkif(contacts: usize, calls: usize) -> Self {
        let mut host = Self { clamp: 100, ..Self::default() };
        host.list("/contacts", "contacts", (0..contacts).map(contact).collect());
        host.list("/calls", "calls", (0..calls).map(call).collect());
        host.list("/users", "users", (0..3).map(user).collect());
        for at in 0..calls {
            let answer = match at % 5 {
                3 => Err(404),
                4 => Err(403),
                _ => Ok(format!(r#"{{"callId":"call {at}","segments":[{{"text":"Hi \"{at}\" \u2028"}}]}}"#)),
            };
            host.singles.insert(format!("/calls/call%20{at}/transcript"), answer);
        }
        host
    }

    fn list(&mut self, path: &str, key: &str, records: Vec<String>) {
        self.lists.insert(path.to_owned(), List { key: key.to_owned(), records });
    }

    pub(crate) fn answer(&mut self, target: &str, fresh: bool, now: Timestamp) -> Result<Page, FetchError> {
        self.seen.push(target.to_owned());
        if self.down.is_some_and(|(from, to)| from <= now && now < to) {
            return Err(FetchError::Connection);
        }
        if let Some(most) = self.per_minute {
            let minute = now.as_secs() / 60;
            self.minute = if self.minute.0 == minute { (minute, self.minute.1 + 1) } else { (minute, 1) };
            if self.minute.1 > most {
                return Ok(page(429, r#"{"code":"rate_limit"}"#));
            }
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if let Some(most) = self.session_requests {
            self.used = if fresh && !self.refuses_fresh { 0 } else { self.used + 1 };
            if self.used > most {
                return Ok(page(401, r#"{"code":"unauthorized"}"#));
            }
        }
        let fault = match self.broken.get(path) {
            Some(fault) => Some(fault.clone()),
            None => self.faults.get_mut(path).and_then(Vec::pop),
        };
        match fault {
            Some(Fault::Status(status)) => Ok(page(status, r#"{"code":"rate_limit"}"#)),
            Some(Fault::Body(body)) => Ok(page(200, body)),
            Some(Fault::Bytes(body)) => Ok(Page { status: 200, headers: Vec::new(), body: body.to_vec() }),
            Some(Fault::Reset) => Err(FetchError::Connection),
            Some(Fault::TooLarge) => Err(FetchError::TooLarge { limit: 16 << 20 }),
            None => Ok(self.page(path, query)),
        }
    }

    fn page(&mut self, path: &str, query: &str) -> Page {
        match self.singles.get(path) {
            Some(Ok(body)) => return page(200, body),
            Some(Err(status)) => return page(*status, r#"{"code":"no_transcript"}"#),
            None => {}
        }
        let number = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok());
        let (limit, offset): (usize, usize) = (number("limit").unwrap_or(20), number("offset").unwrap_or(0));
        if offset > 0
            && let Some((_, at)) = self.deletes.take_if(|(list, _)| list == path)
        {
            self.lists.get_mut(path).expect("the list to delete from exists").records.remove(at);
        }
        if offset > 0 {
            self.stir(path);
        }
        let Some(list) = self.lists.get(path) else { return page(404, "{}") };
        let rows: Vec<&str> = list.records.iter().skip(offset).take(limit.min(self.clamp)).map(String::as_str).collect();
        let total = self.claims.unwrap_or(list.records.len() as u64);
        let body = format!(
            r#"{{"{}":[{}],"meta":{{"total":{total},"limit":{},"offset":{offset}}}}}"#,
            list.key,
            rows.join(", "),
            rows.len()
        );
        page(200, &body)
    }
}

/// How a list changes while it is read.
#[derive(Debug, Clone)]
pub(crate) struct Churn {
    pub(crate) seed: u64,
    pub(crate) inserts: bool,
    /// One request in so many changes something.
    pub(crate) every: u64,
    pub(crate) born: usize,
}

impl Churn {
    fn next(&mut self) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.seed >> 33
    }
}

impl Host {
    /// Deletes a few records, or puts new ones at the front or at the end.
    fn stir(&mut self, path: &str) {
        let Some((list, churn)) = self.churn.as_mut().filter(|(list, _)| list == path) else { return };
        let records = &mut self.lists.get_mut(list.as_str()).expect("the list that changes exists").records;
        if churn.next() % churn.every != 0 {
            return;
        }
        for _ in 0..=churn.next() % 5 {
            churn.born += 1;
            let new = contact(1_000_000 + churn.born);
            match churn.next() % 4 {
                0 if churn.inserts => records.insert(0, new),
                1 if churn.inserts => records.push(new),
                _ if records.is_empty() => {}
                _ => drop(records.remove(churn.next() as usize % records.len())),
            }
        }
    }
}

pub(crate) fn page(status: u16, body: &str) -> Page {
    Page { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
}

fn contact(at: usize) -> String {
    let id = 9_223_372_036_854_775_000_u64 + at as u64;
    format!(r#"{{"id":{id},"name":"Zoë \"{at}\"","credit":{at}.50,"tokenCount":{at}}}"#)
}

fn call(at: usize) -> String {
    format!(r#"{{"id":"call {at}","cost":0.{at}0,"scrubbed":{}}}"#, at % 7 == 6)
}

fn user(at: usize) -> String {
    format!(r#"{{"id":"u{at}","passwordHash":"SECRET-{at}","mfa":{{"on":true,"totpSecret":"SECRET-{at}"}},"name":"User {at}"}}"#)
}

/// What must be in the archive: the records of each stream, by the streams' ids.
pub(crate) fn truth(host: &Host) -> BTreeMap<&'static str, BTreeSet<String>> {
    let list = |path: &str| host.lists[path].records.iter().cloned().collect::<BTreeSet<_>>();
    let calls: BTreeSet<String> = list("/calls").into_iter().filter(|call| !call.contains("\"scrubbed\":true")).collect();
    let id = |call: &String| call.split('"').nth(3).unwrap().replace(' ', "%20");
    let transcripts = calls.iter().filter_map(|call| host.singles[&format!("/calls/{}/transcript", id(call))].clone().ok());
    let users = (0..3).map(|at| format!(r#"{{"id":"u{at}","mfa":{{"on":true}},"name":"User {at}"}}"#)).collect();
    BTreeMap::from([
        ("contacts", list("/contacts")),
        ("call-transcripts", transcripts.collect()),
        ("calls", calls),
        ("users", users),
    ])
}
