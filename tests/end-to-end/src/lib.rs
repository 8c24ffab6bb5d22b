//! A host, a counter, a browser and a person: whole exports in real browsers, on loopback, and nothing mocked.
//!
//! # Layout
//!
//! | module | what |
//! |---|---|
//! | [`stack`] | the sample host and the counter as processes of their own |
//! | [`browser`] | Chromium, Firefox or WebKitGTK, seen by nobody, with an empty profile and a download folder |
//! | [`journey`] | what a person does: sign in, request, read the mail, confirm, start, save |
//! | [`mail`] | the confirmation mail |
//! | [`caller`] | calls to the counter that no browser of theirs would make |
//! | [`archive`] | the saved archive as other people's tools see it |
//! | [`contents`] | its records, its statement and its manifests, against the host's own truth |
//! | [`media`] | the files that records tell of, against the truth |
//! | [`foreign_page`] | a page of another origin, which wishes nobody well |
//! | [`receipt`] | the counter's signature under it |
//! | [`mod@bench`] | the export measured |
//! | [`screenshots`] | how the panel looks in each state |
//! | [`x_reader`] | what a program made for archives of X finds in one |
//!
//! **Nothing of the exporter is used to judge it**: archives are read by unzip, 7-Zip, bsdtar, Python, bagit and Java (and by
//! `carryall verify`, which shares no code with what writes them), records are cut as text, and every wait is a poll with a deadline.

pub mod archive;
pub mod bench;
pub mod browser;
pub mod caller;
pub mod contents;
pub mod foreign_page;
pub mod journey;
pub mod mail;
pub mod media;
mod poll;
mod process;
pub mod receipt;
pub mod screenshots;
pub mod stack;
pub mod x_reader;
