//! `carryall`: what an operator needs beside the browser. Today: catalogs.
//!
//! Exit codes: 0 good, 1 the catalog is wrong, 2 the command was not understood or the host is in trouble.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks through stdout and stderr")]

mod catalog;
mod explanation;
mod place;
mod suggestion;
mod visit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Export of account data in the person's own browser: tools for operators.
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
}

/// The catalog is wrong.
const WRONG: u8 = 1;
/// The command was not understood, or the host is in trouble.
const TROUBLE: u8 = 2;

fn main() -> ExitCode {
    let Command::Catalog(command) = Cli::parse().command;
    match catalog::run(command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(WRONG),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(TROUBLE)
        }
    }
}
