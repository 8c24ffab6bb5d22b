//! `cargo +nightly fuzz run catalog fuzz/corpus/catalog catalogs`: any text as a catalog.
#![no_main]

#[path = "../../crates/core/tests/fuzzing/targets.rs"]
#[allow(dead_code, reason = "the other target")]
mod targets;

libfuzzer_sys::fuzz_target!(|text: &[u8]| targets::catalog(text));
