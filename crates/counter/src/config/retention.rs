//! `[retention]`: how long things are kept that no decision needs any more.

use std::time::Duration;

use serde::Deserialize;

use super::{ConfigError, key_error};
use crate::ledger::Retention;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// How long things are kept that no decision needs any more, in days.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionConfig {
    /// Exports that are over; never less than the policy has to look back.
    pub exports_days: u32,
    /// Entries of the audit.
    pub audit_days: u32,
}

impl Default for RetentionConfig {
    fn default() -> Self {
        Self { exports_days: 90, audit_days: 365 }
    }
}

impl RetentionConfig {
    /// The same as lengths of time.
    #[must_use]
    pub fn lengths(self) -> Retention {
        Retention { exports: DAY.saturating_mul(self.exports_days), audit: DAY.saturating_mul(self.audit_days) }
    }

    pub(super) fn check(self) -> Result<(), ConfigError> {
        if self.exports_days > 3653 || self.audit_days > 3653 {
            return Err(key_error("retention", "expected at most ten years, which are 3653 days"));
        }
        Ok(())
    }
}
