//! What becomes of an answer that is no page: it is asked for again, waited for, given up and reported, or ends the export.

use std::time::Duration;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::ResponseAction;

use super::asked::Tries;
use super::walk::Place;
use super::{Export, ExportError};
use crate::limits::AUTH_REFRESHES;
use crate::page::{FetchError, Page};
use crate::report::Stop;
use crate::retry::retry_after;

impl Export {
    pub(super) fn handle_refusal(&mut self, at: usize, place: Place, page: &Page, now: Timestamp) {
        let Some(stream) = self.streams.get_mut(at) else { return };
        let rule = stream.planned.stream.on_response.iter().find(|rule| rule.status == page.status).map(|rule| rule.action);
        let reason = format!("http_{}", page.status);
        match rule.unwrap_or_else(|| default_action(page.status)) {
            ResponseAction::SkipPartition => {
                stream.lose(place, Stop::Refused, &reason, Some(page.status));
                self.take_pages(at, now);
            }
            ResponseAction::Retry => {
                let hint = page.header("retry-after").and_then(retry_after);
                match page.status {
                    401 => self.refresh(at, place, now),
                    429 | 502..=504 => self.wait_for_host(at, place, &reason, hint, now),
                    _ => self.try_again(at, place, &reason, u32::MAX, now),
                }
                self.take_pages(at, now);
            }
            _ => {
                stream.lose(place, Stop::Failed, &reason, Some(page.status));
                self.take_pages(at, now);
            }
        }
    }

    pub(super) fn handle_fetch_error(&mut self, at: usize, place: Place, error: &FetchError, now: Timestamp) {
        match error {
            FetchError::Unauthorized => self.failure = Some(ExportError::SessionEnded),
            FetchError::Connection => self.wait_for_host(at, place, error.code(), None, now),
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
        let tries = walk.tries(place.offset);
        if tries.refreshes >= AUTH_REFRESHES {
            self.failure = Some(ExportError::SessionEnded);
        } else {
            walk.again(place.offset, now, Tries { refreshes: tries.refreshes + 1, ..tries });
        }
    }

    /// Asks for a page again once the host is back; it is given up only when it has waited for very long.
    fn wait_for_host(&mut self, at: usize, place: Place, reason: &str, hint: Option<Duration>, now: Timestamp) {
        self.manners.failed(now, hint, &mut self.backoff);
        let Some(stream) = self.streams.get_mut(at) else { return };
        let rule = stream.planned.stream.retry.clone();
        let Some(walk) = stream.walk_of(place) else { return };
        let mut tries = Tries { refreshes: 0, ..walk.tries(place.offset) };
        let since = *tries.waiting_since.get_or_insert(now);
        if now.since(since) > Duration::from_secs(u64::from(rule.patience)) {
            return stream.lose(place, Stop::Failed, reason, None);
        }
        tries.waits += 1;
        let wait = self.backoff.wait(tries.waits, hint, &rule);
        walk.again(place.offset, now.after(wait), tries);
        stream.report.retries += 1;
    }

    /// Asks for a page again after a wait, or gives it up once it was tried often enough.
    pub(super) fn try_again(&mut self, at: usize, place: Place, reason: &str, most: u32, now: Timestamp) {
        let Some(stream) = self.streams.get_mut(at) else { return };
        let rule = stream.planned.stream.retry.clone();
        let Some(walk) = stream.walk_of(place) else { return };
        let mut tries = Tries { refreshes: 0, ..walk.tries(place.offset) };
        tries.failures += 1;
        if tries.failures >= rule.max_attempts.min(most) {
            return stream.lose(place, Stop::Failed, reason, None);
        }
        let wait = self.backoff.wait(tries.failures, None, &rule);
        walk.again(place.offset, now.after(wait), tries);
        stream.report.retries += 1;
    }
}

/// What a status means where the catalog says nothing.
const fn default_action(status: u16) -> ResponseAction {
    match status {
        401 | 408 | 425 | 429 | 500..=599 => ResponseAction::Retry,
        _ => ResponseAction::Fail,
    }
}
