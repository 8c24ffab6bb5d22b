//! One data set through every way of paging and every misbehaviour of a host.
//!
//! **An export holds every record exactly once, or says precisely what is missing**: that is held here for whatever a host may do,
//! in any order of arrival, with one-record pages and with answers that fail. Every request that the machine ever makes is
//! read as a browser would read it ([`call`]), and must stay where the catalog allows it.
//!
//! A way of paging under test is how it is served and what its catalog says ([`paging`]); a misbehaviour is a [`mood`](mood) of
//! the [`shelf`] that is served. Time is virtual; nothing sleeps, nothing is random that cannot be repeated.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::string_slice, reason = "a test fails by panicking")]

mod call;
mod choices;
mod drive;
mod ends;
mod faults;
mod host;
mod hostile;
mod laws;
mod limits;
mod matrix;
mod mood;
mod outcome;
mod pace;
mod paging;
mod partitions;
mod rows;
mod shelf;
mod together;
