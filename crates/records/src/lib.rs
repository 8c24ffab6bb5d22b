//! The way of every byte: a page into records, a record without its secrets, records into deflated parts.
//!
//! This is what an export spends its time on, so it is a crate of its own: in the wasm it is compiled for speed, where all that
//! decides is compiled for size. It decides nothing: no clock, no I/O, no randomness.
//!
//! # Layout, in the order of the flow
//!
//! | module | what it turns into what |
//! |---|---|
//! | [`page`] | one response into raw slices of records |
//! | [`json`] | text into members, elements and values, without building any |
//! | [`redact`] | a record into a record without secrets |
//! | [`shape`] | a record into what the archive holds of it |
//! | [`moment`] | a moment as its host writes it into a moment, and back |
//! | [`seen`] | a primary key into "new" or "again" |
//! | [`part`] | records into deflated text, held in [`blocks`] |
//! | [`limits`] | what one page, one record and one part may hold |

pub mod blocks;
mod draft;
pub mod json;
pub mod limits;
pub mod moment;
pub mod page;
pub mod part;
mod places;
pub mod redact;
pub mod seen;
pub mod shape;
