//! What was found of one stream.

mod told;

use std::collections::BTreeMap;
use std::time::Duration;

use carryall_core::page::{Page, Record, slice};
use carryall_core::report::{Stop, StreamReport};
use carryall_protocol::catalog::{PaginatorKind, Pointers, ResponseAction, Stream};
use carryall_protocol::pointer::Pointer;
use carryall_records::json::lookup;

use super::hint::{self, Trouble};
use super::host::Answer;
use super::outline::{Outline, keys};

/// Whose trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The catalog should say something else.
    Catalog,
    /// The host, or the session.
    Host,
}

/// What was found of one stream.
pub(crate) struct Finding {
    stream: Stream,
    /// Records on all pages, those that came twice too.
    records: u64,
    keyless: u64,
    /// Pages that named a next one.
    leads_on: u64,
    /// Answers that the catalog knows, by status and what it makes of them.
    expected: BTreeMap<(u16, &'static str), u64>,
    /// What went wrong, how often, and what to do.
    troubles: BTreeMap<(Kind, String), (u64, String)>,
    hints: Vec<String>,
    last_body: Vec<u8>,
    last_token: Option<String>,
    report: Option<StreamReport>,
}

impl Finding {
    /// Nothing yet.
    pub(crate) fn begin(stream: Stream) -> Self {
        Self {
            stream,
            records: 0,
            keyless: 0,
            leads_on: 0,
            expected: BTreeMap::new(),
            troubles: BTreeMap::new(),
            hints: Vec::new(),
            last_body: Vec::new(),
            last_token: None,
            report: None,
        }
    }

    /// The worst of what went wrong.
    pub(crate) fn worst(&self) -> Option<Kind> {
        self.troubles.keys().map(|(kind, _)| *kind).min()
    }

    /// Looks at an answer.
    pub(crate) fn see(&mut self, answer: &Answer) {
        let page = match &answer.page {
            Ok(page) => page,
            Err(error) => return self.trouble(hint::without_answer(error, answer)),
        };
        if let Some(action) = self.rule(page) {
            *self.expected.entry((page.status, action.as_str())).or_default() += 1;
            return;
        }
        if !(200..300).contains(&page.status) {
            return self.trouble(hint::status(page, self.stream.for_each.is_some()));
        }
        let mut arena = String::new();
        match slice(&page.body, &self.stream.records, &[], &mut arena) {
            Err(_) if page.status == 202 => self.trouble(hint::status(page, false)),
            Err(error) => self.trouble(hint::body(error, &self.stream, page, answer.is_html)),
            Ok(slices) => {
                let records: Vec<&str> = slices.records.iter().map(Record::text).collect();
                self.see_page(page, answer, &records);
            }
        }
    }

    /// Something went wrong with the stream whose records this one is read for.
    pub(crate) fn see_parent(&mut self, parent: &Stream, answer: &Answer) {
        let mut found = Self::begin(parent.clone());
        found.see(answer);
        for ((kind, what), (_, help)) in found.troubles {
            self.trouble((kind, format!("{}, which it is read for: {what}", parent.id), help));
        }
    }

    /// The host asks for more patience than a check has.
    pub(crate) fn waits_too_long(&mut self, wait: Duration) {
        let what = format!("the host asks to wait {} s", wait.as_secs());
        self.trouble((Kind::Host, what, "try again later, or with fewer --pages".to_owned()));
    }

    /// Takes what the machine says about the walk.
    pub(crate) fn end(&mut self, report: Option<StreamReport>) {
        let Some(report) = report else { return };
        for (code, help) in MACHINE {
            if report.errors.contains_key(*code) {
                self.trouble((Kind::Catalog, code.replace('_', " "), (*help).to_owned()));
            }
        }
        let is_circle = [Stop::RepeatedToken, Stop::NothingNew].iter().any(|stop| report.stops.contains_key(stop));
        // A few come twice where a list grows or pages overlap; of the same page nearly all.
        if is_circle || report.duplicates > 9 && report.duplicates * 3 > self.records {
            self.repeats();
        }
        if report.partial_results > 0 {
            self.hint(format!("{} errors beside the records: an export says so", report.partial_results));
        }
        if report.includes_missing > 0 {
            self.hint(format!("{} objects that records name were not beside them: see `include`", report.includes_missing));
        }
        self.report = Some(report);
    }

    fn see_page(&mut self, page: &Page, answer: &Answer, records: &[&str]) {
        self.records += records.len() as u64;
        if !records.is_empty() && self.last_body == page.body && self.stream.for_each.is_none() {
            self.repeats();
        }
        self.last_body.clone_from(&page.body);
        let pointers = self.stream.primary_key.as_ref().map_or(&[][..], Pointers::pointers);
        let lacks =
            |record: &&&str| pointers.iter().any(|pointer| lookup(record, pointer.tokens()).is_none_or(|key| key == "null"));
        let keyless = records.iter().filter(lacks).count() as u64;
        self.keyless += keyless;
        let candidates = keys(records).join("\" or \"");
        if keyless > 0 && self.records == keyless {
            let help = if candidates.is_empty() {
                "name another field".to_owned()
            } else {
                format!("the records have \"{candidates}\"")
            };
            self.trouble((Kind::Catalog, "records without the primary_key".to_owned(), help));
        } else if pointers.is_empty() && records.len() > 1 && !candidates.is_empty() {
            self.hint(format!("nothing tells records apart: \"primary_key\": \"{candidates}\""));
        }
        self.see_way(page, answer, records.len() as u64);
    }

    /// What the page says about a next one, and whether the catalog looks there.
    fn see_way(&mut self, page: &Page, answer: &Answer, records: u64) {
        let paginator = self.stream.paginator.clone();
        let body = std::str::from_utf8(&page.body).unwrap_or_default();
        let stands = |place: &Option<Pointer>| {
            let value = place.as_ref().and_then(|place| lookup(body, place.tokens()));
            value.is_some_and(|value| !matches!(value, "null" | "\"\"" | "false"))
        };
        let in_header = paginator.token_header.as_ref().is_some_and(|name| page.header(&name.to_ascii_lowercase()).is_some());
        let leads = stands(&paginator.token) || in_header || (paginator.kind == PaginatorKind::LinkHeader && answer.links_on);
        self.leads_on += u64::from(leads);
        let token = paginator.token.as_ref().and_then(|place| lookup(body, place.tokens())).filter(|_| leads).map(str::to_owned);
        if records == 0 && token.is_some() && token == self.last_token {
            self.hint("an empty page names itself as the next one: the walk ends there, whatever the host still has".to_owned());
        }
        self.last_token = token;
        let by_number = matches!(
            paginator.kind,
            PaginatorKind::Offset | PaginatorKind::PageNumber | PaginatorKind::LastRecord | PaginatorKind::TimeWindow
        );
        if leads || by_number || records == 0 || self.leads_on > 0 {
            return;
        }
        let Some(outline) = Outline::of(&page.body) else { return };
        let mut signs = outline.leads_on();
        signs.extend(answer.links_on.then(|| "a Link header".to_owned()));
        signs.extend(outline.claims_more(self.records).into_iter().filter(|_| paginator.kind == PaginatorKind::SinglePage));
        if signs.is_empty() {
            return;
        }
        let signs = signs.join(" and ");
        let hint = match &paginator.token {
            Some(token) => format!("nothing stands at {token}, but {signs} may lead to a next page: see `token`"),
            None => format!("{signs} may lead to more, and the catalog reads this one page: see `paginator`"),
        };
        self.hint(hint);
    }

    /// What the catalog makes of an answer; giving up is trouble nevertheless.
    fn rule(&self, page: &Page) -> Option<ResponseAction> {
        let body = std::str::from_utf8(&page.body).unwrap_or_default();
        let mut rules = self.stream.on_response.iter().filter(|rule| rule.status == page.status);
        let fits = |place: &Pointer| lookup(body, place.tokens()).is_some();
        let rule = rules.find(|rule| rule.body_pointer.as_ref().is_none_or(fits));
        rule.map(|rule| rule.action).filter(|action| *action != ResponseAction::Fail)
    }

    fn repeats(&mut self) {
        let help = "the host does not understand how it is asked for the next page: see param, inject_into and page_size_param";
        self.trouble((Kind::Catalog, "a page came again instead of the next one".to_owned(), help.to_owned()));
    }

    fn trouble(&mut self, (kind, what, help): Trouble) {
        self.troubles.entry((kind, what)).or_insert((0, help)).0 += 1;
    }

    fn hint(&mut self, hint: String) {
        if !self.hints.contains(&hint) {
            self.hints.push(hint);
        }
    }
}

/// What the machine may say of a walk, and what to do.
const MACHINE: &[(&str, &str)] = &[
    ("next_address_elsewhere", "say in path_prefix below which path next addresses lie; they never leave the API's origin"),
    ("token_missing", "the answer says that more follows, and nothing stands at `token`"),
    ("record_key_missing", "no record has what `record_key` names"),
    ("key_not_usable", "`for_each.key` must name a text or a number that can stand in an address"),
    ("list_moved", "the list changed all the time while it was read"),
];
