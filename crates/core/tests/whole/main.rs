//! The core as a whole, against a host that lives in memory: the machine's requests are answered, its parts packed, the
//! archive read by the zip crate. The same again with one-record pages, pages in any order, faults, and staging that takes
//! one byte at a time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::string_slice, reason = "a test fails by panicking")]

mod choices;
mod drive;
mod faults;
mod formats;
mod host;
mod laws;
mod layouts;
mod pace;
mod refusals;
