//! One file under way: when it is tried again, and when it is given up.

use std::time::Duration;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::Retry;

use super::scratch::Scratch;
use super::transfer::{Transfer, Trouble};
use crate::media::{MediaId, MediaRequest};
use crate::retry::Backoff;

/// Tries of one file that bring nothing new.
const TRIES: u32 = 8;

/// Ranged requests that fail before they are answered, after which only whole files are asked for: a host may not allow pages of
/// other origins to ask for parts.
const RANGE_TRIES: u32 = 2;

/// How often a transfer that breaks and has brought something goes on without a wait.
const BREAKS: u32 = 64;

/// How long a media host may be away: once it has answered, and if it never has.
const PATIENCE: Duration = Duration::from_secs(20 * 60);
const FIRST_PATIENCE: Duration = Duration::from_secs(60);

/// Seconds of one wait at most.
const LONGEST_WAIT_SECONDS: u32 = 30;

/// What is known of the hosts that files come from, all together.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    /// Answers so far.
    answers: u64,
    /// Since when there was none.
    silent_since: Option<Timestamp>,
    /// The rest of a file was given: pages may ask for it.
    gives_parts: bool,
}

impl Hosts {
    /// One has answered.
    pub(super) const fn answer(&mut self) {
        self.answers += 1;
        self.silent_since = None;
    }

    /// One has begun what was asked for, with this status.
    pub(super) const fn begins(&mut self, status: u16) {
        self.gives_parts |= status == 206;
    }

    /// Whether they have been away for longer than they may.
    fn are_gone(&mut self, now: Timestamp) -> bool {
        let patience = if self.answers > 0 { PATIENCE } else { FIRST_PATIENCE };
        now.since(*self.silent_since.get_or_insert(now)) > patience
    }
}

/// A file that is being fetched.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) id: MediaId,
    pub(super) stream: usize,
    pub(super) number: u64,
    pub(super) transfer: Transfer,
    is_asked: bool,
    has_head: bool,
    due: Timestamp,
    tries: u32,
    /// Failures in a row, of whatever kind, and all of them.
    failures: u32,
    breaks: u32,
    range_tries: u32,
    /// The most that has come so far.
    best: u64,
    /// How many answers there had been when it failed last.
    answers_seen: u64,
}

impl Attempt {
    /// At a stream's file of this number, from now on.
    pub(super) fn new(id: MediaId, (stream, number): (usize, u64), hosts: &Hosts, now: Timestamp) -> Self {
        Self {
            id,
            stream,
            number,
            transfer: Transfer::new(),
            is_asked: false,
            has_head: false,
            due: now,
            tries: 0,
            failures: 0,
            breaks: 0,
            range_tries: 0,
            best: 0,
            answers_seen: hosts.answers,
        }
    }

    /// Whether it is time to ask.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        !self.is_asked && self.due <= now
    }

    /// When it is asked for again, if that is later.
    pub(super) fn wake(&self, now: Timestamp) -> Option<Timestamp> {
        (!self.is_asked && self.due > now).then_some(self.due)
    }

    /// What to ask for, under a new id: a late answer to what was asked before must find nobody.
    pub(super) fn ask(&mut self, id: MediaId, url: String, scratch: &mut Scratch) -> MediaRequest {
        let (from, if_range) = self.transfer.resume(scratch);
        self.id = id;
        (self.is_asked, self.has_head) = (true, false);
        MediaRequest { id, url, from, if_range }
    }

    /// It was answered.
    pub(super) const fn answer(&mut self) {
        self.has_head = true;
    }

    /// Tries again later, or answers with why it is given up.
    pub(super) fn fail(
        &mut self,
        trouble: Trouble,
        hint: Option<Duration>,
        now: Timestamp,
        hosts: &mut Hosts,
        (scratch, backoff): (&mut Scratch, &mut Backoff),
    ) -> Option<&'static str> {
        self.is_asked = false;
        let (reason, is_anew) = match trouble {
            Trouble::Again(reason) => (reason, false),
            Trouble::Anew(reason) => (reason, true),
            Trouble::Refused(reason) => return Some(reason),
            Trouble::TooLarge => return Some("too_large"),
        };
        let has_moved = self.count(hosts, now);
        // Another origin may give parts where this one does not.
        let most = if hosts.gives_parts { TRIES / 2 } else { RANGE_TRIES };
        if is_anew || self.range_tries >= most {
            self.range_tries = 0;
            self.transfer.begin_anew(scratch);
        }
        if self.tries >= TRIES {
            return Some(reason);
        }
        let rule = Retry { max_wait: LONGEST_WAIT_SECONDS, ..Retry::default() };
        // What broke and had brought something goes on at once.
        let wait = if has_moved { hint.unwrap_or_default() } else { backoff.wait(self.failures.max(1), hint, &rule) };
        self.due = now.after(wait);
        None
    }

    /// Counts a failure; tells whether it has brought something before it broke.
    fn count(&mut self, hosts: &mut Hosts, now: Timestamp) -> bool {
        let received = self.transfer.received();
        self.breaks += 1;
        let has_moved = received > self.best && self.breaks <= BREAKS;
        if received > self.best {
            (self.best, self.tries, self.failures) = (received, 0, 0);
        } else if self.has_head || hosts.answers > self.answers_seen {
            self.tries += 1;
        } else if hosts.are_gone(now) {
            self.tries = TRIES;
        }
        self.answers_seen = hosts.answers;
        self.failures += 1;
        if received > 0 && !self.has_head {
            self.range_tries += 1;
        }
        has_moved
    }
}
