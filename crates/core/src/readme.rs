//! `README.txt`: what the archive is, what it lacks and why, how to check it, how to keep it safe.
//!
//! Its sentences are the caller's, in the person's language ([`Words`]). **A partial export says so on the first line.**

mod words;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use carryall_protocol::job::{FormatChoice, LayoutChoice, StreamStatus};

use crate::plan::Plan;
use crate::report::{ExportReport, StreamReport};
use words::Sentence;

pub use words::Words;

/// The text of `README.txt`.
#[must_use]
pub fn text(plan: &Plan, words: &Words, report: &ExportReport) -> String {
    let first = if report.complete { words.of(Sentence::Whole) } else { words.of(Sentence::Partial) };
    let mut out = format!("{first} {}, {}\n\n{}\n", report.host, report.started_at.date(), words.of(Sentence::About));
    let layout = match report.layout {
        LayoutChoice::Files => Sentence::Files,
        LayoutChoice::Document => Sentence::Document,
        LayoutChoice::X => Sentence::Scripts,
    };
    let _ = writeln!(out, "{}", words.of(layout));
    if plan.choices.format == FormatChoice::Csv {
        let _ = writeln!(out, "{}", words.of(Sentence::Tables));
    }
    let _ = write!(out, "{}\n\n{}\n\n", words.of(Sentence::Records), words.of(Sentence::Contents));
    for stream in report.streams.iter().filter(|stream| !stream.read_for_keys_only && !stream.not_needed) {
        let mark = if stream.status == StreamStatus::Complete {
            String::new()
        } else {
            format!(" ({})", words.of(Sentence::Incomplete))
        };
        let _ = writeln!(out, "  {}: {}{mark}", stream.stream, stream.written);
    }
    push_missing(&mut out, words, report);
    let receipt = if report.has_receipt { Sentence::Receipt } else { Sentence::NoReceipt };
    let _ = write!(out, "\n{}\n\n{}\n\n{}\n", words.of(Sentence::Check), words.of(receipt), words.of(Sentence::Keep));
    if let Some(contact) = &plan.catalog.links.formal_request {
        let _ = write!(out, "\n{} {contact}\n", words.of(Sentence::Formal));
    }
    out
}

fn push_missing(out: &mut String, words: &Words, report: &ExportReport) {
    let mut lines: Vec<String> = Vec::new();
    let mut removed: BTreeSet<String> = BTreeSet::new();
    for stream in &report.streams {
        push_lines(&mut lines, words, stream);
        removed.extend(stream.removed_fields.keys().cloned());
    }
    for entry in &report.unavailable {
        lines.push(format!("{}: {}", entry.title, entry.reason));
    }
    if !removed.is_empty() {
        lines.push(format!("{} {}", words.of(Sentence::Removed), Vec::from_iter(removed).join(", ")));
    }
    if !lines.is_empty() {
        let _ = write!(out, "\n{}\n\n", words.of(Sentence::Missing));
        for line in lines {
            let _ = writeln!(out, "  {line}");
        }
    }
}

fn push_lines(lines: &mut Vec<String>, words: &Words, stream: &StreamReport) {
    let id = &stream.stream;
    let (linked, files_failed) = stream.media.as_ref().map_or((0, 0), |media| (media.linked, media.failed));
    let refused = stream.partitions.as_ref().map_or(0, |partitions| partitions.refused.sum());
    let counted = [
        (stream.missing, Sentence::Claimed),
        (stream.vanished, Sentence::Vanished),
        (refused, Sentence::Refused),
        (stream.unreadable, Sentence::Unreadable),
        (stream.possibly_truncated, Sentence::Truncated),
        (stream.empty_or_refused, Sentence::Uncertain),
        (stream.partial_results, Sentence::HostErrors),
        (stream.includes_missing, Sentence::Includes),
        (linked, Sentence::MediaLinked),
        (files_failed, Sentence::MediaFailed),
        (stream.filtered.by_date, Sentence::ByDate),
        (stream.filtered.not_mine, Sentence::NotMine),
    ];
    for (count, what) in counted.into_iter().filter(|(count, _)| *count > 0) {
        lines.push(format!("{id}: {count} {}", words.of(what)));
    }
    for excluded in stream.excluded.iter().filter(|excluded| excluded.records > 0) {
        lines.push(format!("{id}: {} {} {}", excluded.records, words.of(Sentence::LeftOut), excluded.reason));
    }
    if let Some(media) = stream.media.as_ref().filter(|_| linked > 0) {
        if let Some(end) = media.first_end {
            lines.push(format!("{id}: {} {}", words.of(Sentence::MediaEnds), end.date()));
        }
        lines.extend(media.notes.iter().map(|note| format!("{id}: {note}")));
    }
    if let Some(original) = stream.instead_of.as_ref().filter(|_| !stream.not_needed) {
        lines.push(format!("{id}: {} {original}", words.of(Sentence::Instead)));
    }
    if stream.is_cut() {
        lines.push(format!("{id}: {}", words.of(Sentence::Cut)));
    }
    if !stream.errors.is_empty() {
        let codes: Vec<&str> = stream.errors.keys().map(String::as_str).collect();
        lines.push(format!("{id}: {} ({})", words.of(Sentence::Failed), codes.join(", ")));
    }
}
