//! Files that records tell of: fetched from hosts that are slow, broken, or lie, and whole in the archive or named as missing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::string_slice, reason = "a test fails by panicking")]

mod drive;
mod host;
mod laws;
mod names;
mod outcomes;
mod trouble;
