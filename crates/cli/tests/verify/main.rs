//! `carryall verify FILE`, as somebody runs it who kept an archive: whole ones are right, and whatever is bent is found and told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::string_slice, reason = "a test fails by panicking")]

#[path = "../../../core/tests/whole/drive.rs"]
#[allow(dead_code, reason = "more is asked of it where it lives")]
mod drive;
#[path = "../../../core/tests/whole/host.rs"]
#[allow(dead_code, reason = "see above")]
mod host;

mod bent;
mod flipped;
mod format;
mod made;
mod program;
mod receipts;
mod sizes;
mod whole;
