//! `cargo +nightly fuzz run pages`: any answers of a host, to a catalog with every way of paging.
#![no_main]

#[path = "../../crates/core/tests/fuzzing/targets.rs"]
#[allow(dead_code, reason = "the other target")]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &[u8]| targets::pages(input));
