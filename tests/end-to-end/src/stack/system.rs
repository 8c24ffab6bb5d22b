//! What a stack must know of a system beside its name.

use anyhow::{Result, bail};

use crate::contents::Layout;

/// How one system is asked and exported.
#[derive(Debug, Clone, Copy)]
pub(super) struct System {
    /// Where the host tells the counter who is asking.
    pub(super) whoami: &'static str,
    /// Where in its answer they are, where that is otherwise than the counter takes for granted: lines of `[identity.pointers]`.
    pub(super) pointers: &'static str,
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

/// A person is their account; nothing says when they entered their password.
const FLUXER_POINTERS: &str = r#"subject = "/id"
account = "/id"
mail = "/email"
mail_verified = "/verified"
locale = "/locale""#;

impl System {
    /// The system of this name.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub(super) fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "talkif" => {
                Self { whoami: "/api/v1/me", pointers: "", confirms_by_mail: true, layout: Layout::Document, windows: None }
            }
            "fluxer" => Self {
                whoami: "/api/users/@me",
                pointers: FLUXER_POINTERS,
                confirms_by_mail: false,
                layout: Layout::Files,
                windows: Some(Windows { long: 10, short: 1 }),
            },
            "x" => Self {
                whoami: "/2/account/session",
                pointers: "",
                confirms_by_mail: false,
                layout: Layout::X,
                windows: Some(Windows { long: 900, short: 4 }),
            },
            _ => bail!("there is no system {name:?} here"),
        })
    }
}
