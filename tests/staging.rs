//! Staging in a real browser: the private file system where there is one, and memory everywhere.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use carryall::staging::{Memory, Opfs, Staging};
use carryall_core::archive::Extent;
use carryall_core::package::{Place, Write};
use carryall_protocol::ExportId;
use carryall_protocol::job::StagingKind;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Blob;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn export(digit: char) -> ExportId {
    ExportId::new(digit.to_string().repeat(32)).unwrap()
}

fn bytes(place: Place, offset: u64, bytes: &[u8]) -> Write {
    Write::Bytes(place, Extent { offset, bytes: bytes.to_vec() })
}

/// More than a buffer of memory staging, and not a multiple of one.
fn pattern() -> Vec<u8> {
    (0..3_500_001u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

async fn content(blob: &Blob) -> Vec<u8> {
    let buffer = JsFuture::from(blob.array_buffer()).await.unwrap();
    js_sys::Uint8Array::new(&buffer).to_vec()
}

/// Writes in pieces, patches what was written, copies from the segments, and reads everything back.
async fn exercise(mut staging: Staging, id: ExportId) {
    let data = pattern();
    let (head, tail) = data.split_at(1_234_567);
    staging.carry_out(vec![bytes(Place::Archive, 0, head), bytes(Place::Segments, 0, tail)]).unwrap();
    let copy = Write::Copy { place: Place::Segments, from: 0, to: head.len() as u64, length: tail.len() as u64 };
    staging.carry_out(vec![copy, bytes(Place::Archive, 1_048_570, b"patched over a border")]).unwrap();
    let mut expected = data;
    expected[1_048_570..1_048_591].copy_from_slice(b"patched over a border");
    let length = expected.len() as u64;
    assert_eq!(staging.read(Place::Archive, 0..length).unwrap(), expected);
    assert_eq!(staging.read(Place::Archive, 1_048_000..1_049_000).unwrap(), expected[1_048_000..1_049_000]);
    assert!(staging.read(Place::Archive, 0..length + 1).is_err(), "what was never written cannot be read");
    let blob = staging.keep(&format!("{{\"id\":\"{id}\",\"archiveBytes\":{length}}}")).await.unwrap();
    assert_eq!(content(&blob).await, expected);
}

#[wasm_bindgen_test]
async fn memory_keeps_what_is_written() {
    exercise(Staging::Memory(Memory::default()), export('a')).await;
}

#[wasm_bindgen_test]
async fn the_private_file_system_keeps_what_is_written() {
    let files = Opfs::open(&export('b')).await.unwrap();
    exercise(Staging::Opfs(files), export('b')).await;
}

#[wasm_bindgen_test]
async fn a_browser_with_a_private_file_system_uses_it() {
    let staging = Staging::open(&export('c')).await;
    assert_eq!(staging.kind(), StagingKind::Opfs);
    staging.discard().await;
}

#[wasm_bindgen_test]
async fn opening_again_begins_anew_and_discarding_leaves_nothing() {
    let mut staging = Staging::open(&export('d')).await;
    staging.carry_out(vec![bytes(Place::Archive, 0, b"old")]).unwrap();
    drop(staging);
    let staging = Staging::open(&export('d')).await;
    assert!(staging.read(Place::Archive, 0..1).is_err(), "an archive never begins with another's bytes");
    staging.discard().await;
    let staging = Staging::open(&export('d')).await;
    assert!(staging.read(Place::Archive, 0..1).is_err());
    staging.discard().await;
}

#[wasm_bindgen_test]
async fn memory_has_a_ceiling_and_says_so() {
    let mut memory = Memory::default();
    let error = memory.write(Place::Archive, (1 << 30) - 1, &[1, 2]).unwrap_err();
    assert_eq!(error.code(), "memory_full");
}
