//! Walks in which every page names the next: one answer, cursors, links, addresses, keys, continuations, GraphQL connections.
//!
//! The host's own signal is believed, in both directions: a page without records ends nothing while the host names another one.
//! **What it names must be new**: a token that comes again, at once or after others, ends the walk.

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{Aggregate, Comparison, MomentFormat, PaginatorKind};
use carryall_records::json::scalar_text;
use carryall_records::moment;
use carryall_records::seen::SeenKeys;
use xxhash_rust::xxh64::xxh64;

use super::pages::Pages;
use super::{Rules, Step, Taken};
use crate::export::ask::Ask;
use crate::export::clue::Clue;
use crate::json::{members, text_of};
use crate::links;
use crate::report::Stop;

/// Empty pages in a row, after which a host that always names another one is left.
const EMPTY_PAGES: u32 = 100;

/// The state of such a walk.
#[derive(Debug)]
pub(super) struct Chain {
    step: u64,
    named: SeenKeys,
    /// The path of the page read last, below the base.
    current: String,
    /// The path below the base that addresses must not leave, unless the catalog says otherwise.
    own: String,
    trouble: Option<&'static str>,
    /// The key was asked for without its own moment the last time.
    is_exact: bool,
    possibly_truncated: bool,
}

impl Chain {
    pub(super) fn begin(path: &str, pages: &mut Pages) -> Self {
        pages.want(0, Ask::Plain);
        Self {
            step: 0,
            named: SeenKeys::default(),
            current: path.to_owned(),
            own: path.to_owned(),
            trouble: None,
            is_exact: false,
            possibly_truncated: false,
        }
    }

    pub(super) const fn trouble(&self) -> Option<&'static str> {
        self.trouble
    }

    pub(super) const fn is_possibly_truncated(&self) -> bool {
        self.possibly_truncated
    }

    pub(super) fn step(&mut self, rules: &Rules, asked: &Ask, taken: &Taken, empty: u32) -> Step {
        if rules.paginator.kind == PaginatorKind::SinglePage {
            let size = rules.paginator.page_size.map(u64::from);
            self.possibly_truncated = size.is_some_and(|size| taken.records >= size);
            return Step::Stop(Stop::SinglePage);
        }
        let next = match self.named(rules, taken) {
            Ok(Some(next)) => next,
            Ok(None) if taken.clue.has_more == Some(true) => return self.fails("token_missing"),
            Ok(None) if rules.paginator.kind == PaginatorKind::LastRecord => return Step::Stop(Stop::EmptyPage),
            Ok(None) => return Step::Stop(Stop::LastPage),
            Err(trouble) => return self.fails(trouble),
        };
        if !self.named.insert(fingerprint(&next)) {
            // An empty page that names itself is how some hosts end; one that names an earlier page leads in circles.
            let is_over = taken.records == 0 && next == *asked;
            return Step::Stop(if is_over { Stop::EmptyPage } else { Stop::RepeatedToken });
        }
        if empty >= EMPTY_PAGES {
            // The host still names another page: nobody knows what it holds.
            return Step::Stop(Stop::NothingNew);
        }
        self.step += 1;
        Step::Next(self.step, next)
    }

    fn fails(&mut self, trouble: &'static str) -> Step {
        self.trouble = Some(trouble);
        Step::Stop(Stop::Failed)
    }

    /// What the page names as the next one.
    fn named(&mut self, rules: &Rules, taken: &Taken) -> Result<Option<Ask>, &'static str> {
        let clue = &taken.clue;
        match rules.paginator.kind {
            PaginatorKind::Cursor => Ok(clue.token_text().map(|token| Ask::Token(token.into_owned()))),
            PaginatorKind::Relay => relay(clue),
            PaginatorKind::ContinueObject => Ok(continuation(clue)),
            PaginatorKind::LastRecord if taken.records > 0 && clue.key.is_none() => Err("record_key_missing"),
            PaginatorKind::LastRecord => Ok(self.key(rules, taken).map(Ask::Token)),
            PaginatorKind::LinkHeader => {
                let rel = rules.paginator.rel.as_deref().unwrap_or("next");
                self.address(rules, clue.link.as_deref().and_then(|header| links::target(header, rel)))
            }
            PaginatorKind::NextUrl => {
                let href = clue.token_member("href").and_then(scalar_text);
                let address = href.or_else(|| clue.token_text());
                self.address(rules, address.as_deref().filter(|address| !address.is_empty()))
            }
            _ => Ok(None),
        }
    }

    fn address(&mut self, rules: &Rules, reference: Option<&str>) -> Result<Option<Ask>, &'static str> {
        let Some(reference) = reference else { return Ok(None) };
        let prefix = rules.paginator.path_prefix.as_deref().unwrap_or(&self.own);
        let target = rules.home.target(reference, &self.current, prefix).map_err(|_| "next_address_elsewhere")?;
        target.split('?').next().unwrap_or_default().clone_into(&mut self.current);
        Ok(Some(Ask::Link(target)))
    }

    /// The key to go on from. Moments are asked for once more, because others of the same moment may have found no place on
    /// the page; where that brings nothing new, the walk goes on beyond it.
    fn key(&mut self, rules: &Rules, taken: &Taken) -> Option<String> {
        let key = taken.clue.key.clone()?;
        let again =
            (rules.paginator.compare == Comparison::Time).then(|| with_its_moment(&key, rules.paginator.aggregate)).flatten();
        let Some(again) = again else { return Some(key) };
        // The page before held one moment only, and still there is more beyond it: it was cut somewhere within that moment.
        self.possibly_truncated |= self.is_exact && taken.records > 0;
        let is_new = !self.named.contains(fingerprint(&Ask::Token(again.clone())));
        if is_new && (taken.fresh > 0 || self.is_exact) {
            self.is_exact = false;
            return Some(again);
        }
        let size = u64::from(rules.paginator.size());
        // A whole page of one moment: what else is of that moment cannot be asked for.
        self.possibly_truncated |= taken.records >= size && taken.fresh == 0 && size > 1;
        self.is_exact = true;
        Some(key)
    }
}

/// A millisecond beyond a key's moment, on the side that was read already.
fn with_its_moment(key: &str, aggregate: Aggregate) -> Option<String> {
    let millis = moment::read(&format!("\"{key}\""), MomentFormat::Rfc3339)?.as_millis();
    let beyond = if aggregate == Aggregate::Max { millis.checked_sub(1)? } else { millis + 1 };
    Some(moment::write(Timestamp::from_millis(beyond), MomentFormat::Rfc3339))
}

/// The `endCursor` of a `pageInfo`, where it says `hasNextPage`.
fn relay(clue: &Clue) -> Result<Option<Ask>, &'static str> {
    match clue.token_member("hasNextPage") {
        Some("true") => {}
        Some("false" | "null") => return Ok(None),
        _ => return Err("token_missing"),
    }
    let cursor = clue.token_member("endCursor").and_then(scalar_text).filter(|cursor| !cursor.is_empty());
    cursor.map(|cursor| Some(Ask::Token(cursor.into_owned()))).ok_or("token_missing")
}

/// Every member of the object, as parameters.
fn continuation(clue: &Clue) -> Option<Ask> {
    let members = members(clue.token.as_deref()?)?;
    let parameters: Vec<_> = members.into_iter().filter_map(|(name, value)| Some((name, text_of(value)?))).collect();
    (!parameters.is_empty()).then_some(Ask::Members(parameters))
}

fn fingerprint(ask: &Ask) -> u64 {
    let text = |name: &str, value: &str| xxh64(value.as_bytes(), xxh64(name.as_bytes(), 0));
    match ask {
        Ask::Token(token) => text("token", token),
        Ask::Link(target) => text("link", target),
        Ask::Members(members) => members.iter().fold(0, |sum, (name, value)| sum ^ text(name, value).rotate_left(1)),
        Ask::Plain | Ask::Window { .. } | Ask::Number(_) | Ask::Slice { .. } => 0,
    }
}
