//! The sample host over real HTTP, on loopback: sign-in, files, every trap, and the truth.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop there")]

mod access;
mod calls;
mod faults;
mod files;
mod lists;
mod media;
mod misbehaviour;
mod program;
#[path = "../shared/redacted.rs"]
mod redacted;
mod sign_in;
mod truth;
mod visitor;
mod walker;
mod x;
