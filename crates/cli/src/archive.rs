//! The commands about the format of archives.

use std::io::{self, Write};

use carryall_core::report::schema;
use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print the JSON Schema of export.json, for readers of archives.
    Schema,
}

/// Always well.
///
/// # Errors
///
/// Where nothing can be written.
pub(crate) fn run(command: &Command) -> anyhow::Result<bool> {
    match command {
        Command::Schema => print_schema().map(|()| true),
    }
}

fn print_schema() -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(&schema::schema())?;
    text.push('\n');
    Ok(io::stdout().write_all(text.as_bytes())?)
}
