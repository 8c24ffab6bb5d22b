//! The counter: who may export their account data, and when. The only server of carryall.
//!
//! # Layout
//!
//! | module | what it holds |
//! |---|---|
//! | [`policy`] | what the operator allows |
//! | [`rule`] | the one pure decision: history, policy, command and moment in; transition or refusal out |
//! | [`ledger`] | the facts, changed by one atomic operation; in SQLite |
//! | [`identity`] | who asks, told by the host's whoami, a token or a trusted proxy |
//! | [`jws`], [`ticket`] | signed permissions and receipts |
//! | [`metrics`] | what is counted for the operator |
//! | [`mail`] | the outbox is emptied, at least once |
//! | [`languages`] | what mails and the confirmation page say, one file a language |
//! | [`view`] | an export as its own account sees it |
//! | [`config`], [`clock`], [`random`], [`browser`] | what comes from outside |
//! | `server`, `http` | connections within limits; the routes |
//! | [`app`] | all of it, listening |
//! | [`health`] | whether one answers |
//!
//! **The counter holds opaque ids, states and dates; never account data, and a mail address only while a mail waits.**
//! **It fails closed**: where it cannot find out who asks, or cannot write, nothing is granted.

pub mod app;
pub mod browser;
pub mod clock;
pub mod config;
pub mod health;
mod html;
mod http;
pub mod identity;
pub mod jws;
pub mod languages;
pub mod ledger;
pub mod mail;
pub mod metrics;
pub mod policy;
mod private;
pub mod random;
pub mod rule;
mod server;
pub mod ticket;
pub mod view;

pub use app::{App, StartError};
pub use clock::{Clock, ManualClock, SystemClock};
pub use config::{Config, ConfigError};
pub use policy::Policy;
