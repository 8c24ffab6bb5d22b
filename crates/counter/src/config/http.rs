//! `[http]` and `[shield]`: what a peer may hold, who it is behind a proxy, and how much one may ask.

use std::net::IpAddr;

use ipnet::IpNet;
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
    /// The proxies in front, as addresses or networks: only what they say about a client is believed.
    pub trusted_proxies: Vec<TrustedNetwork>,
    /// In which header they say it: `x-forwarded-for` (the default) or `forwarded`.
    pub forwarded_header: ForwardedHeader,
}

/// The header in which proxies name the client. The other one is not read: whoever sends it wrote it themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// Addresses with commas between them, as most proxies write them.
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

/// One address, or a network in CIDR notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TrustedNetwork(pub IpNet);

impl TryFrom<String> for TrustedNetwork {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let network = text.parse().or_else(|_| text.parse().map(|address: IpAddr| IpNet::from(address)));
        network.map(Self).map_err(|_| format!("{text:?} is no address; expected one like 127.0.0.1 or 10.0.0.0/8"))
    }
}

/// How many requests one address may make, whatever they are. IPv6 addresses count by their network of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ShieldConfig {
    /// How many a minute in the long run; 0 switches the shield off.
    pub per_minute: u32,
    /// How many at once after a rest.
    pub burst: u32,
}

impl Default for ShieldConfig {
    fn default() -> Self {
        Self { per_minute: 120, burst: 60 }
    }
}

impl ShieldConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        // Where nothing may ever be asked, nothing works.
        if self.burst == 0 { Err(key_error("shield.burst", "expected at least 1")) } else { Ok(()) }
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            max_connections: 1024,
            header_seconds: 10,
            request_seconds: 20,
            idle_seconds: 75,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
        }
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
