//! What a stack must know of a system beside its name.

use anyhow::{Result, bail};

use crate::contents::Layout;

/// How one system is asked and exported.
#[derive(Debug, Clone, Copy)]
pub(super) struct System {
    /// Where the host tells the counter who is asking.
    pub(super) whoami: &'static str,
    /// An export is confirmed by a link in a mail.
    pub(super) confirms_by_mail: bool,
    /// What its catalog says.
    pub(super) layout: Layout,
    /// The windows of its limits, where they are too long to be waited for.
    pub(super) windows: Option<Windows>,
}

/// Windows of another length than the system's own, in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Windows {
    /// As long as its catalog says.
    pub(super) long: u32,
    /// As long as here.
    pub(super) short: u32,
}

impl System {
    /// The system of this name.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub(super) fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "talkif" => Self { whoami: "/api/v1/me", confirms_by_mail: true, layout: Layout::Document, windows: None },
            "x" => Self {
                whoami: "/2/account/session",
                confirms_by_mail: false,
                layout: Layout::Files,
                windows: Some(Windows { long: 900, short: 4 }),
            },
            _ => bail!("there is no system {name:?} here"),
        })
    }
}
