//! The text of each record. **The order of members is part of it.**

mod account;
mod collections;
mod guilds;
mod messages;
mod people;
