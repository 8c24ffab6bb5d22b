//! What a stack is started with: data, behaviour of the host, policy of the counter.

use clap::ValueEnum;

use super::assets::PAGE_RECORDS;

/// How much the sample account holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// A second's worth.
    #[default]
    Small,
    /// Long enough to be interrupted.
    Medium,
    /// Two million records.
    Large,
    /// Of Fluxer: gigabytes, most of them media, one file beyond 4 GiB.
    Huge,
}

impl Size {
    /// Its name, as the host has it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
            Self::Huge => "huge",
        }
    }
}

/// What a stack is started with. The policy is the system's own unless said otherwise.
#[derive(Debug, Clone)]
pub struct StackOptions {
    /// Which sample host.
    pub system: String,
    /// How much the account holds.
    pub size: Size,
    /// Whether the host has bad moments (429, 503).
    pub faults: bool,
    /// Which contact the host deletes while contacts are read: `none`, `read` or `unread`.
    pub deletion: String,
    /// Seconds an access token is good.
    pub session_ttl: u64,
    /// Seconds a lease is held without a heartbeat.
    pub lease_ttl: u64,
    /// Seconds between two heartbeats.
    pub heartbeat: u64,
    /// What the long texts of records are like: `awkward`, `chat` or `incompressible`.
    pub texts: String,
    /// Records that a page holds at most, and that the catalog asks for.
    pub page_records: u32,
    /// Whether the host has a search: `on` or `off`.
    pub search: String,
    /// Lines for the counter's `[policy]`, beside the preset.
    pub policy: String,
    /// What is served instead of the system's catalog.
    pub catalog: Option<Vec<u8>>,
    /// Paths below the host's API that never answer as they should, each with its mode: `/contacts=html`.
    pub misbehave: Vec<String>,
    /// No media file of the host is larger, in bytes.
    pub media_bytes: u64,
    /// What becomes of all media, as the host has it: `drop`, `html`, ...; they are as they should be where absent.
    pub misbehave_media: Option<String>,
    /// Milliseconds of a window of the host's limits, where another than the system's is wanted.
    pub limit_window: Option<u64>,
    /// Whether a proxy opens the host's API to the ticket of a running export alone.
    pub guarded: bool,
    /// Whether the host's policy lets pages compile WebAssembly.
    pub wasm: bool,
    /// Milliseconds that each answer of the host's API takes beside the work.
    pub latency: u64,
}

impl Default for StackOptions {
    fn default() -> Self {
        Self {
            system: "talkif".to_owned(),
            size: Size::Small,
            faults: true,
            deletion: "read".to_owned(),
            session_ttl: 300,
            lease_ttl: 120,
            heartbeat: 30,
            texts: "awkward".to_owned(),
            page_records: PAGE_RECORDS,
            search: "on".to_owned(),
            policy: String::new(),
            catalog: None,
            misbehave: Vec::new(),
            media_bytes: 20_000,
            misbehave_media: None,
            limit_window: None,
            guarded: false,
            wasm: true,
            latency: 0,
        }
    }
}
