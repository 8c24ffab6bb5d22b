//! Each record's text, file by file in the order of the catalog.
//!
//! Between them they hold what a careless exporter breaks: secrets first, last, alone and deep inside, with names in any
//! style; data whose names only look secret; money with trailing zeros, exponents and a minus zero; numbers beyond 2^53
//! and beyond 2^63; escapes of every kind; texts that spreadsheets run and browsers execute.

mod billing;
mod calls;
mod campaigns;
mod contacts;
mod flows;
mod notifications;
mod people;
mod telephony;
