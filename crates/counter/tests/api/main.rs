//! The counter over HTTP: a real database file, a real mail folder, a real whoami, and a clock that stands still until
//! a test moves it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test speaks by panicking")]

mod attacks;
mod authorize;
mod binary;
mod browser_rules;
mod caddy;
mod confirm;
mod current;
mod deny;
mod disk;
mod documented;
mod helpers;
mod host;
mod identity;
mod insider;
mod jwt;
mod kill;
mod languages;
mod life_cycle;
mod mail;
mod mailbox;
mod mount;
mod nginx;
mod openapi;
mod operating;
mod operator;
mod places;
mod proxy;
mod raw;
mod request;
mod restart;
mod reverse_proxy;
mod run;
mod shield;
mod smtp;
mod storm;
mod tickets;
mod tokens;
mod traces;
mod waiting;
mod wire_attacks;
