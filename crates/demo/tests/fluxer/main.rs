//! Fluxer's sample host over real HTTP, on loopback: sign-in, every trap, and the truth.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop there")]

mod catalog;
mod gate;
mod history;
mod lists;
mod media;
#[path = "../shared/redacted.rs"]
mod redacted;
mod search;
mod truth;
mod visitor;
mod walker;
