//! The operator's policy: every length of time and every bound the rule applies.
//!
//! Three presets follow what three operators promise their users (DESIGN section 7). A preset is a starting point; the
//! configuration may replace each value.

mod cooldown;

use std::time::Duration;

use carryall_protocol::counter::{Confirmation, CooldownFrom, PolicyView};

pub use cooldown::{Cooldown, UnknownZone, Zone};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// The span the cap on requests looks back on.
pub const DAY: Duration = Duration::from_secs(24 * 3600);

/// What an operator allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How a request is confirmed.
    pub confirmation: Confirmation,
    /// How long a confirmation is awaited.
    pub confirmation_window: Duration,
    /// How long ago the password may have been entered, where the confirmation is re-authentication.
    pub reauthentication_age: Duration,
    /// How long a confirmed export may wait for its first start.
    pub start_window: Duration,
    /// How long a run may take, from its start and across interruptions.
    pub run_window: Duration,
    /// The wait between two exports.
    pub cooldown: Cooldown,
    /// What the wait counts from.
    pub cooldown_from: CooldownFrom,
    /// How long a finished export may be saved.
    pub download_window: Duration,
    /// Whether an export that may still be saved blocks the next request.
    pub available_blocks: bool,
    /// How often a finished export may be run again while it may be saved.
    pub reruns: u32,
    /// How many runs that failed or were cancelled are given back within one cooldown.
    pub refunds: u32,
    /// How many requests an account may make in any 24 hours, whatever becomes of them.
    pub requests_per_day: u32,
    /// How many exports of all accounts may run at once; the others wait in the order they came. None: as many as want to.
    pub max_running: Option<u32>,
    /// How a running export is kept alive.
    pub lease: LeaseTerms,
}

/// How a running export is kept alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTerms {
    /// How long a lease is held without a heartbeat.
    pub ttl: Duration,
    /// The time from one heartbeat to the next.
    pub heartbeat: Duration,
}

impl Policy {
    /// Confirmed by mail, 24 hours after the last completed export, one at a time as long as the last may be saved.
    #[must_use]
    pub fn talkif() -> Self {
        Self {
            confirmation: Confirmation::Email,
            confirmation_window: DAY,
            reauthentication_age: Duration::from_secs(10 * 60),
            start_window: DAY,
            run_window: DAY,
            cooldown: Cooldown::Sliding(DAY),
            cooldown_from: CooldownFrom::Completion,
            download_window: DAY,
            available_blocks: true,
            reruns: 2,
            refunds: 3,
            requests_per_day: 5,
            max_running: None,
            lease: LeaseTerms { ttl: Duration::from_secs(120), heartbeat: Duration::from_secs(30) },
        }
    }

    /// No confirmation, one request in seven days; a new request ends the window of the one before.
    #[must_use]
    pub fn fluxer() -> Self {
        let week = Duration::from_secs(7 * 24 * 3600);
        Self {
            confirmation: Confirmation::None,
            cooldown: Cooldown::Sliding(week),
            cooldown_from: CooldownFrom::Request,
            download_window: week,
            available_blocks: false,
            ..Self::talkif()
        }
    }

    /// Confirmed by entering the password again; otherwise as [`Policy::fluxer`], with a day's cooldown to begin with.
    #[must_use]
    pub fn x() -> Self {
        Self { confirmation: Confirmation::Reauthentication, cooldown: Cooldown::Sliding(DAY), ..Self::fluxer() }
    }

    /// How long a ticket is valid: a heartbeat longer than its lease, so that a lease in time has a ticket in time.
    #[must_use]
    pub fn ticket_life(&self) -> Duration {
        self.lease.ttl.saturating_add(self.lease.heartbeat)
    }

    /// How far back an export can still matter to a decision.
    #[must_use]
    pub fn horizon(&self) -> Duration {
        let runs = self.run_window.saturating_mul(self.reruns.saturating_add(1));
        [self.confirmation_window, self.start_window, runs, self.download_window, self.cooldown.longest(), DAY, HOUR]
            .into_iter()
            .fold(MINUTE, Duration::saturating_add)
    }

    /// The part a person may see.
    #[must_use]
    pub const fn view(&self) -> PolicyView {
        PolicyView {
            confirmation: self.confirmation,
            confirmation_window: self.confirmation_window.as_secs(),
            cooldown: self.cooldown.about().as_secs(),
            cooldown_from: self.cooldown_from,
            download_window: self.download_window.as_secs(),
            available_blocks: self.available_blocks,
            reruns: self.reruns,
        }
    }
}
