//! `[policy]` and `[lease]`: a preset, and what differs from it.

use std::time::Duration;

use carryall_protocol::counter::{Confirmation, CooldownFrom};
use serde::Deserialize;

use super::{ConfigError, key_error};
use crate::policy::{Cooldown, LeaseTerms, Policy, Zone};

/// A preset, and what differs from it. Durations are in seconds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyConfig {
    /// `talkif` (the default), `fluxer` or `x`.
    pub preset: Preset,
    /// `none`, `email` or `reauthentication`.
    pub confirmation: Option<Confirmation>,
    /// How long a confirmation is awaited.
    pub confirmation_window_seconds: Option<u64>,
    /// How long ago the password may have been entered.
    pub reauthentication_age_seconds: Option<u64>,
    /// How long a confirmed export may wait for its start.
    pub start_window_seconds: Option<u64>,
    /// How long a run may take.
    pub run_window_seconds: Option<u64>,
    /// The wait between two exports.
    pub cooldown_seconds: Option<u64>,
    /// The wait in days of the calendar instead: over when so many midnights have passed.
    pub cooldown_days: Option<u16>,
    /// Where those midnights are counted: "Europe/Berlin"; UTC where absent.
    pub time_zone: Option<Zone>,
    /// `request` or `completion`.
    pub cooldown_from: Option<CooldownFrom>,
    /// How long a finished export may be saved.
    pub download_window_seconds: Option<u64>,
    /// Whether an export that may still be saved blocks the next request.
    pub available_blocks: Option<bool>,
    /// How often a finished export may be run again.
    pub reruns: Option<u32>,
    /// How many runs without a result are given back within one cooldown.
    pub refunds: Option<u32>,
    /// How many requests an account may make in any 24 hours.
    pub requests_per_day: Option<u32>,
    /// How many exports of all accounts may run at once; the others wait. As many as want to where absent.
    pub max_running: Option<u32>,
}

/// A policy to begin with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// [`Policy::talkif`].
    #[default]
    Talkif,
    /// [`Policy::fluxer`].
    Fluxer,
    /// [`Policy::x`].
    X,
}

/// How a running export is kept alive.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LeaseConfig {
    /// How long a lease is held without a heartbeat.
    pub ttl_seconds: u64,
    /// The time from one heartbeat to the next.
    pub heartbeat_seconds: u64,
}

impl Default for LeaseConfig {
    fn default() -> Self {
        let LeaseTerms { ttl, heartbeat } = Policy::talkif().lease;
        Self { ttl_seconds: ttl.as_secs(), heartbeat_seconds: heartbeat.as_secs() }
    }
}

impl PolicyConfig {
    /// The preset with everything replaced that is given here.
    pub(super) fn over_preset(&self, lease: LeaseConfig) -> Policy {
        let base = match self.preset {
            Preset::Talkif => Policy::talkif(),
            Preset::Fluxer => Policy::fluxer(),
            Preset::X => Policy::x(),
        };
        let seconds = |given: Option<u64>, preset| given.map_or(preset, Duration::from_secs);
        Policy {
            confirmation: self.confirmation.unwrap_or(base.confirmation),
            confirmation_window: seconds(self.confirmation_window_seconds, base.confirmation_window),
            reauthentication_age: seconds(self.reauthentication_age_seconds, base.reauthentication_age),
            start_window: seconds(self.start_window_seconds, base.start_window),
            run_window: seconds(self.run_window_seconds, base.run_window),
            cooldown: self.cooldown().unwrap_or(base.cooldown),
            cooldown_from: self.cooldown_from.unwrap_or(base.cooldown_from),
            download_window: seconds(self.download_window_seconds, base.download_window),
            available_blocks: self.available_blocks.unwrap_or(base.available_blocks),
            reruns: self.reruns.unwrap_or(base.reruns),
            refunds: self.refunds.unwrap_or(base.refunds),
            requests_per_day: self.requests_per_day.unwrap_or(base.requests_per_day),
            max_running: self.max_running.or(base.max_running),
            lease: LeaseTerms {
                ttl: Duration::from_secs(lease.ttl_seconds),
                heartbeat: Duration::from_secs(lease.heartbeat_seconds),
            },
        }
    }
}

impl PolicyConfig {
    fn cooldown(&self) -> Option<Cooldown> {
        let calendar = |days| Cooldown::Calendar { days, zone: self.time_zone.clone().unwrap_or(Zone::UTC) };
        let sliding = |seconds| Cooldown::Sliding(Duration::from_secs(seconds));
        self.cooldown_days.map(calendar).or_else(|| self.cooldown_seconds.map(sliding))
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.cooldown_days.is_some() && self.cooldown_seconds.is_some() {
            return Err(key_error("policy.cooldown_days", "expected either this or cooldown_seconds"));
        }
        if self.cooldown_days == Some(0) {
            return Err(key_error("policy.cooldown_days", "expected at least 1; without a cooldown, say cooldown_seconds = 0"));
        }
        if self.time_zone.is_some() && self.cooldown_days.is_none() {
            return Err(key_error("policy.time_zone", "expected cooldown_days beside it: seconds are the same everywhere"));
        }
        Ok(())
    }
}

impl LeaseConfig {
    pub(super) fn check(self) -> Result<(), ConfigError> {
        let key = "lease.heartbeat_seconds";
        if self.heartbeat_seconds == 0 {
            return Err(key_error(key, "expected at least 1"));
        }
        if self.heartbeat_seconds >= self.ttl_seconds || self.ttl_seconds > DAY {
            return Err(key_error(key, "expected less than lease.ttl_seconds, and that at most a day"));
        }
        Ok(())
    }
}

const DAY: u64 = 24 * 3600;
const TEN_YEARS: Duration = Duration::from_secs(3653 * DAY);

/// Every window must let something happen, and none may reach beyond what people can plan.
pub(super) fn check(policy: &Policy) -> Result<(), ConfigError> {
    let windows = [
        ("policy.confirmation_window_seconds", policy.confirmation_window),
        ("policy.reauthentication_age_seconds", policy.reauthentication_age),
        ("policy.start_window_seconds", policy.start_window),
        ("policy.run_window_seconds", policy.run_window),
        ("policy.download_window_seconds", policy.download_window),
    ];
    if let Some((key, _)) = windows.into_iter().find(|(_, window)| window.is_zero() || *window > TEN_YEARS) {
        return Err(key_error(key, "expected 1 second to ten years"));
    }
    if policy.cooldown.longest() > TEN_YEARS {
        return Err(key_error("policy.cooldown_seconds", "expected at most ten years"));
    }
    if policy.requests_per_day == 0 {
        return Err(key_error("policy.requests_per_day", "expected at least 1"));
    }
    if policy.max_running == Some(0) {
        return Err(key_error("policy.max_running", "expected at least 1; to let nothing begin, pause the counter"));
    }
    Ok(())
}
