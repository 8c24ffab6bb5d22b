//! The core in a real browser: the same fixtures and the same payload digest as natively, compiled with simd128.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    dead_code,
    reason = "a test fails by panicking; the fixtures serve the native tests too"
)]

#[path = "../crates/core/tests/whole/drive.rs"]
mod drive;
#[path = "../crates/core/tests/whole/host.rs"]
mod host;

use carryall_protocol::job::LayoutChoice;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn a_whole_export_gives_the_same_digest_as_natively() {
    for (layout, digest) in [(LayoutChoice::Files, drive::FILES_DIGEST), (LayoutChoice::Document, drive::DOCUMENT_DIGEST)] {
        let mut host = host::Host::talkif(1234, 60);
        let outcome = drive::Drive { layout, ..drive::Drive::default() }.run(&mut host).unwrap();
        drive::assert_whole(&outcome, &host);
        assert_eq!(outcome.digest, digest);
    }
}

#[wasm_bindgen_test]
fn one_record_pages_and_single_bytes_change_nothing() {
    let mut host = host::Host::talkif(60, 12);
    host.clamp = 1;
    let drive = drive::Drive { bytewise: true, page_size: 1, ..drive::Drive::default() };
    drive::assert_whole(&drive.run(&mut host).unwrap(), &host);
}
