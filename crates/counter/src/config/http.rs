//! `[http]`: what a peer may hold, and who it is behind a proxy.

use serde::Deserialize;

use super::{ConfigError, key_error};

/// What a peer may hold. Durations are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// How many connections are open at once; the next ones wait.
    pub max_connections: usize,
    /// How long the head of a request may take from its first byte on.
    pub header_seconds: u64,
    /// How long a request may take from its head to the answer, its body included.
    pub request_seconds: u64,
    /// How long a connection may be open without a request.
    pub idle_seconds: u64,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self { max_connections: 1024, header_seconds: 10, request_seconds: 20, idle_seconds: 75 }
    }
}

impl HttpConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        // More is more than a semaphore holds, and than any machine has file descriptors.
        if !(1..=1_000_000).contains(&self.max_connections) {
            return Err(key_error("http.max_connections", "expected 1 to 1000000"));
        }
        for (key, seconds) in [
            ("http.header_seconds", self.header_seconds),
            ("http.request_seconds", self.request_seconds),
            ("http.idle_seconds", self.idle_seconds),
        ] {
            if !(1..=3600).contains(&seconds) {
                return Err(key_error(key, "expected 1 to 3600 seconds"));
            }
        }
        Ok(())
    }
}
