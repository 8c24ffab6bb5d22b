//! The rule without a server: every state against every command, and its laws under random histories.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test speaks by panicking")]

mod dates;
mod deny;
mod downtime;
mod laws;
mod places;
mod scenario;
mod table;
