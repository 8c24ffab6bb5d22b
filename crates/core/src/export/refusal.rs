//! What becomes of an answer that is no page: it is asked for again, waited for, given up and reported, or ends the export.

use std::time::Duration;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{ResponseAction, Stream};
use carryall_records::json::lookup;

use super::asked::{Answer, Tries};
use super::condition::equal;
use super::stream::StreamRun;
use super::walk::Place;
use super::{Export, ExportError};
use crate::hint;
use crate::limits::AUTH_REFRESHES;
use crate::page::{FetchError, Page, PageError};
use crate::report::Stop;
use crate::values::Values;

/// Tries of a page whose answer is no page: a host that answers HTML rarely changes its mind.
const MISREADS: u32 = 3;

/// Which requests a wait holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The page's own.
    Page,
    /// Those of its partition.
    Walk,
    /// Those of its stream.
    Stream,
    /// All.
    Host,
}

impl Export {
    /// What the catalog says about an answer. A rule for a status in the two hundreds is looked at too.
    pub(super) fn rule(stream: &Stream, page: &Page) -> Option<ResponseAction> {
        let rules = stream.on_response.iter().filter(|rule| rule.status == page.status);
        let nobody = Values { names: &[], values: &[] };
        let mut fits = rules.filter(|rule| {
            let Some(place) = &rule.body_pointer else { return true };
            let body = std::str::from_utf8(&page.body).unwrap_or_default();
            let value = lookup(body, place.tokens());
            value.is_some_and(|value| rule.equals.as_ref().is_none_or(|expected| equal(value, expected, nobody)))
        });
        fits.next().map(|rule| rule.action)
    }

    pub(super) fn handle_refusal(&mut self, at: usize, place: Place, page: &Page, action: ResponseAction, now: Timestamp) {
        let Some(stream) = self.streams.get_mut(at) else { return };
        let reason = format!("http_{}", page.status);
        let hint = hint::wait(page, &stream.planned.stream.retry, now);
        let is_beyond = stream.walk_of(place).is_some_and(|walk| walk.has_all_claimed());
        match action {
            // Some hosts refuse a page after the last one.
            ResponseAction::Fail | ResponseAction::SkipPartition if is_beyond => {
                self.handle_refusal(at, place, page, ResponseAction::Ignore, now);
            }
            ResponseAction::SkipPartition => stream.lose(place, Stop::Refused, &reason, Some(page.status)),
            ResponseAction::Fail => stream.lose(place, Stop::Failed, &reason, Some(page.status)),
            ResponseAction::SwitchedOff => {
                let is_replaced = self.plan.streams.iter().any(|planned| planned.instead_of == Some(at));
                stream.switch_off(is_replaced);
            }
            ResponseAction::Ignore => {
                if let Some(walk) = stream.walk_of(place) {
                    walk.arrived(place.slot, Answer::Nothing);
                }
            }
            ResponseAction::RefreshAuthThenRetry => self.refresh(at, place, now),
            ResponseAction::NotReady => self.wait_for_host(at, place, &reason, hint, Reach::Page, now),
            ResponseAction::RateLimited => self.wait_for_host(at, place, &reason, hint, self.reach(at), now),
            ResponseAction::Retry => match page.status {
                401 => self.refresh(at, place, now),
                429 => self.wait_for_host(at, place, &reason, hint, self.reach(at), now),
                502..=504 => self.wait_for_host(at, place, &reason, hint, Reach::Host, now),
                _ => self.try_again(at, place, &reason, u32::MAX, now),
            },
        }
        self.take_pages(at, now);
    }

    /// What a rate limit holds back: a stream whose own limit the catalog knows, or a partition of it; else everything.
    fn reach(&self, at: usize) -> Reach {
        let rate = self.streams.get(at).and_then(|stream| stream.planned.stream.rate.as_ref());
        match rate {
            Some(rate) if rate.per_partition => Reach::Walk,
            Some(_) => Reach::Stream,
            None => Reach::Host,
        }
    }

    /// Rests where an answer says that nothing more is allowed for now.
    pub(super) fn rest_if_exhausted(&mut self, at: usize, place: Place, page: &Page, now: Timestamp) {
        let Some(span) = hint::exhausted(page, now) else { return };
        let reach = self.reach(at);
        let Some(stream) = self.streams.get_mut(at) else { return };
        let until = now.after(span.min(Duration::from_secs(u64::from(stream.planned.stream.retry.max_wait))));
        match reach {
            Reach::Host => self.manners.rest(until),
            Reach::Stream => stream.hold.rest(until),
            Reach::Walk | Reach::Page => {
                if let Some(walk) = stream.walk_of(place) {
                    walk.held_until = walk.held_until.max(until);
                }
            }
        }
    }

    pub(super) fn handle_fetch_error(&mut self, at: usize, place: Place, error: &FetchError, now: Timestamp) {
        match error {
            FetchError::Unauthorized => self.failure = Some(ExportError::SessionEnded),
            FetchError::Connection => self.wait_for_host(at, place, error.code(), None, Reach::Host, now),
            FetchError::TooLarge { .. } | FetchError::Forbidden => {
                if let Some(stream) = self.streams.get_mut(at) {
                    stream.lose(place, Stop::Failed, error.code(), None);
                }
            }
        }
        self.take_pages(at, now);
    }

    fn refresh(&mut self, at: usize, place: Place, now: Timestamp) {
        let Some(walk) = self.streams.get_mut(at).and_then(|stream| stream.walk_of(place)) else { return };
        let tries = walk.tries(place.slot);
        if tries.refreshes < AUTH_REFRESHES {
            return walk.again(place.slot, now, Tries { refreshes: tries.refreshes + 1, ..tries });
        }
        // A session that others are read with has not ended: this stream alone is refused. One that has is refused everywhere.
        let has_read = |stream: &StreamRun| stream.report.pages > 0;
        match self.streams.get_mut(at).filter(|own| !has_read(own)) {
            Some(stream) => stream.lose(place, Stop::Failed, "http_401", Some(401)),
            None => return self.failure = Some(ExportError::SessionEnded),
        }
        let refused = self.streams.iter().filter(|stream| stream.report.errors.contains_key("http_401")).count();
        if !self.streams.iter().any(has_read) && (refused > 1 || self.streams.len() == 1) {
            self.failure = Some(ExportError::SessionEnded);
        }
    }

    /// Asks for a page again once the host is back; it is given up only when it has waited for very long.
    fn wait_for_host(&mut self, at: usize, place: Place, reason: &str, hint: Option<Duration>, reach: Reach, now: Timestamp) {
        let Some(stream) = self.streams.get_mut(at) else { return };
        let rule = stream.planned.stream.retry.clone();
        match reach {
            Reach::Host => self.manners.failed(now, hint, rule.max_wait, &mut self.backoff),
            Reach::Stream => {
                if stream.hold.failed(now, hint, rule.max_wait, &mut self.backoff) {
                    self.manners.slow_down();
                }
            }
            Reach::Walk | Reach::Page => {}
        }
        let Some(walk) = stream.walk_of(place) else { return };
        let mut tries = Tries { refreshes: 0, ..walk.tries(place.slot) };
        let since = *tries.waiting_since.get_or_insert(now);
        if now.since(since) > Duration::from_secs(u64::from(rule.patience)) {
            return stream.lose(place, Stop::Failed, reason, None);
        }
        tries.waits += 1;
        let until = now.after(self.backoff.wait(tries.waits, hint, &rule));
        if reach == Reach::Walk {
            walk.held_until = walk.held_until.max(until);
        }
        walk.again(place.slot, until, tries);
        stream.report.retries += 1;
        stream.report.waited_seconds += hint.unwrap_or_default().as_secs().min(u64::from(rule.max_wait));
    }

    /// Asks for a page again after a wait, or gives it up once it was tried often enough.
    pub(super) fn try_again(&mut self, at: usize, place: Place, reason: &str, most: u32, now: Timestamp) {
        let Some(stream) = self.streams.get_mut(at) else { return };
        let rule = stream.planned.stream.retry.clone();
        let Some(walk) = stream.walk_of(place) else { return };
        let mut tries = Tries { refreshes: 0, ..walk.tries(place.slot) };
        tries.failures += 1;
        if tries.failures >= rule.max_attempts.min(most) {
            return stream.lose(place, Stop::Failed, reason, None);
        }
        let wait = self.backoff.wait(tries.failures, None, &rule);
        walk.again(place.slot, now.after(wait), tries);
        stream.report.retries += 1;
    }
}

/// Tries of a page whose answer could not be read. What begins like JSON was cut on its way, and is worth as many as any other
/// failure.
pub(super) fn tries(error: PageError, answer: &Answer) -> u32 {
    let begins_like_json = |page: &Page| matches!(page.body.trim_ascii_start().first(), Some(b'{' | b'['));
    let is_cut = error == PageError::NotJson && matches!(answer, Answer::Page(page) if begins_like_json(page));
    if is_cut { u32::MAX } else { MISREADS }
}

/// What a status means where the catalog says nothing.
pub(super) const fn default_action(status: u16) -> ResponseAction {
    match status {
        401 | 408 | 425 | 429 | 500..=599 => ResponseAction::Retry,
        _ => ResponseAction::Fail,
    }
}
