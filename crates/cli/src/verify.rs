//! `carryall verify`: what of an archive is right, what is not, and what its receipt proves, in plain words.
//!
//! ```text
//! structure -> contents -> bag -> counts -> completeness -> media -> receipt
//! ```
//!
//! **The file is read in ranges and never held whole**; what is held grows with the number of entries alone. **None of the code that
//! writes archives is used**: a mistake in it would not be seen by itself.

mod bag;
mod content;
mod contents;
mod counts;
mod finding;
mod keys;
mod media;
mod receipt;
mod source;
mod statement;
mod tally;
mod zip;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde_json::json;

use finding::{Check, Findings};
use keys::Keys;
use source::Source;
use statement::Statement;
use zip::Zip;

#[derive(Args)]
pub(crate) struct Options {
    /// The archive; several may be given.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The counter's public keys: a file, or an address like https://app.example/carryall/v1/keys.
    #[arg(long, value_name = "FILE OR URL")]
    keys: Option<String>,
    /// Print the findings as JSON, one line an archive.
    #[arg(long)]
    json: bool,
}

/// Whether all is right.
///
/// # Errors
///
/// Where a file or the keys cannot be read.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let get = |place: &String| Keys::get(place).with_context(|| format!("the keys of {place} cannot be had"));
    let keys = options.keys.as_ref().map(get).transpose()?;
    let mut all_right = true;
    for file in &options.files {
        let findings = verify(file, keys.as_ref()).with_context(|| format!("{} cannot be read", file.display()))?;
        all_right &= findings.is_right();
        if options.json { print_json(file, &findings) } else { print(file, &findings) }
    }
    Ok(all_right)
}

fn print(file: &Path, findings: &Findings) {
    let file = file.display();
    println!("{file}");
    findings.list().iter().for_each(|finding| println!("{finding}"));
    match findings.count_wrong() {
        0 => println!("{file} is right."),
        wrong => println!("{file} IS NOT RIGHT: {}.", finding::count(wrong as u64, "thing is wrong", "things are wrong")),
    }
}

fn print_json(file: &Path, findings: &Findings) {
    let verdict = if findings.is_right() { "right" } else { "wrong" };
    println!("{}", json!({"file": file.display().to_string(), "verdict": verdict, "findings": findings.list()}));
}

/// Looks at everything, in the order of the module's head.
fn verify(file: &Path, keys: Option<&Keys>) -> io::Result<Findings> {
    let source = Source::open(file)?;
    let mut findings = Findings::default();
    let Some(mut zip) = Zip::open(&source, &mut findings)? else { return Ok(findings) };
    // It tells what to count, so it is read before its turn.
    let statement = Statement::read(&zip)?;
    let forms = statement.as_ref().map_or_else(|_| HashMap::new(), Statement::forms);
    contents::check(&mut zip, &forms, &mut findings)?;
    bag::check(&zip, &mut findings)?;
    match &statement {
        Ok(statement) => {
            counts::check(&zip, statement, &mut findings);
            counts::tell_completeness(statement, &mut findings);
            let media = media::check(&zip, statement, &mut findings)?;
            counts::tell_strangers(&zip, statement, &media, &mut findings);
        }
        Err(why) => {
            findings.wrong(Check::Counts, why);
            findings.conclude(Check::Counts, "");
        }
    }
    receipt::check(&zip, statement.as_ref().ok(), keys, &mut findings)?;
    Ok(findings)
}
