//! Every type that crosses a wire in carryall.
//!
//! # Layout
//!
//! | module | who speaks | to whom |
//! |---|---|---|
//! | [`catalog`] | the host | the worker: what can be exported and how it is read |
//! | [`counter`] | the browser | the counter: who may export, and when |
//! | [`job`] | the page | the worker: options, progress, the outcome |
//! | [`id`], [`pointer`](mod@pointer), [`time`], [`counts`] | all of them | |
//!
//! **Types only: nothing here decides, fetches or reads a clock.** Absent: validation beyond the shape of a value; the
//! core turns a catalog into a plan and says what is wrong with it.

pub mod catalog;
pub mod counter;
pub mod counts;
pub mod id;
pub mod job;
pub mod pointer;
mod text;
pub mod time;

pub use id::{AccountId, CategoryId, ExportId, InvalidId, LeaseId, StreamId};
pub use time::Timestamp;
