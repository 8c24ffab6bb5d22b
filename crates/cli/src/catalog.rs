//! The commands about catalogs.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use carryall_protocol::catalog::{Catalog, schema};
use clap::{Args, Subcommand};

use crate::explanation::explain;
use crate::visit::{self, Against, Kind};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print the JSON Schema of catalogs, for editors.
    Schema,
    /// Say everything that is wrong with a catalog, where, and what to do about it.
    Check(Check),
}

#[derive(Args)]
pub(crate) struct Check {
    /// The catalog; - reads it from stdin.
    file: PathBuf,
    #[command(flatten)]
    against: Against,
}

/// Whether all is well.
///
/// # Errors
///
/// Where a file cannot be read or written, or the host is in trouble.
pub(crate) fn run(command: Command) -> anyhow::Result<bool> {
    match command {
        Command::Schema => print_schema().map(|()| true),
        Command::Check(check) => check_file(&check),
    }
}

fn print_schema() -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(&schema::schema())?;
    text.push('\n');
    Ok(io::stdout().write_all(text.as_bytes())?)
}

fn check_file(check: &Check) -> anyhow::Result<bool> {
    let name = check.file.display().to_string();
    let text = read(&check.file).with_context(|| format!("{name} cannot be read"))?;
    let explanations = explain(&name, &text);
    if explanations.is_empty() {
        let catalog = carryall_core::catalog::parse(&name, &text)?;
        println!("{name} is good: {}", summary(&catalog));
        return check.against.against.as_deref().map_or(Ok(true), |url| visit(url, &check.against, catalog));
    }
    for explanation in &explanations {
        println!("{explanation}\n");
    }
    let count = explanations.len();
    println!("{count} {} in {name}", if count == 1 { "error" } else { "errors" });
    Ok(false)
}

/// Walks the host. What a catalog should say otherwise is the catalog's fault; what only the host can mend is no answer.
fn visit(url: &str, against: &Against, catalog: Catalog) -> anyhow::Result<bool> {
    let mut worst: Option<Kind> = None;
    visit::walk(url, against, catalog, &mut |finding| {
        println!("{finding}");
        worst = worst.into_iter().chain(finding.worst()).min();
    })?;
    match worst {
        None => Ok(true),
        Some(Kind::Catalog) => Ok(false),
        Some(Kind::Host) => anyhow::bail!("the catalog could not be held against the host in all of its streams"),
    }
}

fn read(file: &Path) -> io::Result<String> {
    if file.as_os_str() != "-" {
        return std::fs::read_to_string(file);
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn summary(catalog: &Catalog) -> String {
    let streams: usize = catalog.categories.iter().map(|category| category.streams.len()).sum();
    format!("{} categories, {streams} streams", catalog.categories.len())
}
