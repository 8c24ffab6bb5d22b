//! Which system the host imitates, and how much it holds.
//!
//! A further system is a further variant: each `match` here then names what it has to bring.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use clap::ValueEnum;
use serde::Serialize;

use crate::host::Options;
use crate::media::Shelf;
use crate::people::Person;
use crate::session::Sessions;
use crate::truth::{Digest, Files, Question};
use crate::{fluxer, talkif, x};

/// The system imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// A voice-AI service: `limit` and `offset`, money, transcripts.
    Talkif,
    /// A short-message service: cursors, side-loaded objects, ceilings, narrow limits.
    X,
    /// A chat: keyset paging, a search, limits in fixed windows.
    Fluxer,
}

/// How much an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// About 2 thousand records.
    Small,
    /// About 100 thousand records.
    Medium,
    /// A million records, or two.
    Large,
    /// Fluxer alone: 420 thousand records, a gigabyte with [`crate::Texts::Incompressible`], and 5 GiB of media, of which one file
    /// is larger than 4 GiB. The other systems are as large.
    Huge,
}

impl System {
    /// Its short name, also its catalog's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Talkif => "talkif",
            Self::X => "x",
            Self::Fluxer => "fluxer",
        }
    }

    /// Its name as people know it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Talkif => "Talkif",
            Self::X => "X",
            Self::Fluxer => "Fluxer",
        }
    }

    /// The people who may sign in; the first one owns the first account.
    #[must_use]
    pub const fn people(self) -> &'static [Person] {
        match self {
            Self::Talkif => &talkif::PEOPLE,
            Self::X => &x::PEOPLE,
            Self::Fluxer => &fluxer::PEOPLE,
        }
    }

    /// The word before the token in its `Authorization` header, if it wants one.
    pub(crate) const fn scheme(self) -> Option<&'static str> {
        match self {
            Self::Talkif | Self::X => Some("Bearer"),
            Self::Fluxer => None,
        }
    }

    /// Its API, with the path it lies under.
    pub(crate) fn api(self, options: &Options, sessions: Arc<Sessions>) -> Router {
        match self {
            Self::Talkif => Router::new().nest("/api/v1", talkif::api(options, sessions)),
            Self::X => Router::new().nest("/2", x::api(options, sessions)),
            Self::Fluxer => fluxer::api(options, sessions),
        }
    }

    /// What its media host gives.
    pub(crate) fn shelf(self, options: &Options) -> Box<dyn Shelf> {
        match self {
            Self::Talkif => talkif::shelf(options),
            Self::X => x::shelf(options),
            Self::Fluxer => fluxer::shelf(options),
        }
    }

    /// The files of each stream that has some, by its id in the catalog.
    pub(crate) fn files(self, question: &Question) -> BTreeMap<&'static str, Files> {
        match self {
            Self::Talkif => talkif::files(question),
            Self::X => x::files(question),
            Self::Fluxer => fluxer::files(question),
        }
    }

    /// The digest of each stream, by its id in the catalog.
    pub(crate) fn digests(self, question: &Question) -> BTreeMap<&'static str, Digest> {
        match self {
            Self::Talkif => talkif::digests(question),
            Self::X => x::digests(question),
            Self::Fluxer => fluxer::digests(question),
        }
    }
}
