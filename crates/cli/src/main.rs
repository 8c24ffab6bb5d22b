//! `carryall`: what is needed beside the browser. For operators: catalogs. For everybody who has an archive: whether it is whole.
//!
//! Exit codes: 0 good, 1 the catalog or the archive is wrong, 2 the command was not understood, a file cannot be read or the host
//! is in trouble.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks through stdout and stderr")]

mod archive;
mod catalog;
mod explanation;
mod place;
mod suggestion;
mod verify;
mod visit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Export of account data in the person's own browser: tools for operators, and for those who keep an archive.
#[derive(Parser)]
#[command(name = "carryall", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Work with catalogs: what a host can export, and how it is read.
    #[command(subcommand)]
    Catalog(catalog::Command),
    /// The format of archives.
    #[command(subcommand)]
    Archive(archive::Command),
    /// Say of an archive what is right and what is not: its structure, every byte, its manifests, its counts, its receipt.
    Verify(verify::Options),
}

/// The catalog or the archive is wrong.
const WRONG: u8 = 1;
/// The command was not understood, a file cannot be read, or the host is in trouble.
const TROUBLE: u8 = 2;

fn main() -> ExitCode {
    let is_good = match Cli::parse().command {
        Command::Catalog(command) => catalog::run(command),
        Command::Archive(command) => archive::run(&command),
        Command::Verify(options) => verify::run(&options),
    };
    match is_good {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(WRONG),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(TROUBLE)
        }
    }
}
