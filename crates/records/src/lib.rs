//! The way of every byte: a page into records, a record without its secrets, records into deflated parts.
//!
//! This is what an export spends its time on beside compression and hashing, so it is a crate of its own, to be measured and
//! compiled as such. It decides nothing: no clock, no I/O, no randomness.
//!
//! # Layout, in the order of the flow
//!
//! | module | what it turns into what |
//! |---|---|
//! | [`page`] | one response into raw slices of records |
//! | [`json`] | text into members, elements and values, without building any |
//! | [`redact`] | a record into a record without secrets |
//! | [`shape`] | a record into what the archive holds of it |
//! | [`attachment`] | a record without secrets into the files it tells of |
//! | [`condition`] | what a value must be like |
//! | [`moment`] | a moment as its host writes it into a moment, and back |
//! | [`seen`] | a primary key into "new" or "again" |
//! | [`part`] | records into deflated text, held in [`blocks`]; on the way `gathering` puts those of one key together, `table` makes rows of them, and `schema` looks on |
//! | [`limits`] | what one page, one record and one part may hold |

pub mod attachment;
pub mod blocks;
pub mod condition;
mod draft;
mod gathering;
pub mod json;
pub mod limits;
pub mod moment;
pub mod page;
pub mod part;
mod places;
pub mod redact;
mod schema;
pub mod seen;
pub mod shape;
mod table;
