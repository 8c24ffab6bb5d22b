//! The export as a pure machine.
//!
//! **Nothing here fetches, sleeps, reads a clock or draws a random number; it fails only on what it was given.** Pages go
//! in, actions come out, time is an argument. The edge (a browser's worker, or a test) does what the actions say.
//!
//! # Layout, in the order of the flow
//!
//! | module | what it turns into what |
//! |---|---|
//! | [`catalog`] | JSON text into a checked [`Catalog`](carryall_protocol::catalog::Catalog) |
//! | [`plan`] | a catalog and a person's choices into what will be read |
//! | [`export`] | pages into parts: the machine |
//! | [`page`], [`links`] | what a host answers |
//! | [`carryall_records`] | the way of every byte: pages into records, records without secrets, records into deflated parts |
//! | [`media`] | files that records tell of, on their way into the archive |
//! | [`archive`] | parts into a zip, written as extents and read back |
//! | [`package`] | parts, receipt and report into a sealed archive, step by step |
//! | [`report`], [`readme`], [`bag`] | what happened into `export.json`, `README.txt`, the bag's tag files |
//! | [`entry_name`] | any text into a name that is safe on every system |
//! | [`wire`] | what the edge is told: a page's options, a counter's answers |
//! | [`json`] | a JSON text into a type of the protocol |
//!
//! Absent on purpose: async, traits for storage, JavaScript. A caller writes the ten lines that connect them.

mod address;
pub mod archive;
pub mod bag;
pub mod catalog;
pub mod entry_name;
pub mod export;
mod hint;
pub mod json;
pub mod limits;
pub mod links;
pub mod media;
pub mod package;
pub mod page;
pub mod plan;
pub mod readme;
pub mod report;
pub mod retry;
mod schemas;
mod values;
pub mod wire;

pub use carryall_records::{blocks, part, redact, seen};
pub use catalog::CatalogError;
pub use export::{Action, Export, ExportError};
pub use package::Package;
pub use plan::{Choices, Plan, PlanError, Run};
