//! A sample host for carryall: what a web app is like whose data is exported.
//!
//! It signs people in, serves their data page by page, and misbehaves as real hosts do: it clamps, refuses, deletes and
//! adds while it is read. The data is invented: **every record is a pure function of seed, account, stream and index**, so
//! two million of them cost no memory, and [`truth`] can tell what an export must hold without asking the API.
//!
//! # Layout
//!
//! | module | what |
//! |---|---|
//! | [`host`] | options, and everything behind two listeners |
//! | [`system`] | which system is imitated, at which size |
//! | [`people`], `session` | who may sign in, and how |
//! | `assets`, `headers` | static files and the headers of a careful host |
//! | `access` | what was asked, if somebody wants to know |
//! | `faults`, [`misbehaviour`], `problem` | bad moments, streams that are always bad, and how refusals look |
//! | `random`, `json`, [`texts`], `chatter`, `newest_first` | what records and lists are made of |
//! | [`media`] | the second listener: files, and bad servers of files |
//! | [`truth`] | counts and digests of what an export must hold |
//! | `talkif`, `fluxer` | the first systems: their data and their APIs |
//! | `x` | a system of cursors and windows: the same of it |
//!
//! Absent: any of the exporter's code.

mod access;
mod assets;
mod chatter;
mod faults;
mod fluxer;
mod headers;
pub mod host;
mod json;
pub mod media;
pub mod misbehaviour;
mod newest_first;
pub mod people;
mod problem;
mod random;
mod session;
pub mod system;
mod talkif;
pub mod texts;
pub mod truth;
mod x;

pub use host::{Deletion, Options, Running, Search};
pub use json::SECRET_MARK;
pub use system::{Size, System};
pub use texts::Texts;
pub use truth::Truth;
