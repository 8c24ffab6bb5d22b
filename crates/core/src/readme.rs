//! `README.txt`: what the archive is, what it lacks and why, how to check it, how to keep it safe.
//!
//! In the person's language where it is English or German, else in English. **A partial export says so on the first line.**

use std::collections::BTreeSet;
use std::fmt::Write as _;

use carryall_protocol::job::{LayoutChoice, StreamStatus};

use crate::plan::Plan;
use crate::report::{ExportReport, StreamReport};

/// The sentences, one per language.
struct Words {
    whole: &'static str,
    partial: &'static str,
    about: &'static str,
    files: &'static str,
    document: &'static str,
    contents: &'static str,
    incomplete: &'static str,
    missing: &'static str,
    claimed: &'static str,
    vanished: &'static str,
    refused: &'static str,
    unreadable: &'static str,
    failed: &'static str,
    removed: &'static str,
    left_out: &'static str,
    truncated: &'static str,
    uncertain: &'static str,
    host_errors: &'static str,
    by_date: &'static str,
    not_mine: &'static str,
    includes: &'static str,
    instead: &'static str,
    cut: &'static str,
    records: &'static str,
    check: &'static str,
    keep: &'static str,
    receipt: &'static str,
    formal: &'static str,
}

const ENGLISH: Words = Words {
    whole: "Your data from",
    partial: "THIS EXPORT IS INCOMPLETE: something that was asked for could not be read. Your data from",
    about: "Your browser read this from your account and packed it on your own device. No copy was kept on a server.\n\
            export.json says for every part what was asked for, what was received and what was left out.",
    files: "Each file below data/ is a list of records in JSON.",
    document: "data/account-export.json is one JSON document; each key below \"data\" is a list of records.",
    contents: "CONTENTS (records in each part)",
    incomplete: "incomplete",
    missing: "WHAT IS MISSING",
    claimed: "counted by the service and not handed out",
    vanished: "counted by the service at first and no longer (deleted while the export ran)",
    refused: "asked for singly and not handed out by the service",
    unreadable: "left out, because it was not possible to search there for secrets",
    failed: "could not be read to its end",
    removed: "Fields left out (passwords, keys and the like, and what the app leaves out):",
    left_out: "left out:",
    truncated: "lists reached the most that the service hands out; more may exist",
    uncertain: "lists came empty; the service does not tell whether there is nothing or nothing was permitted",
    host_errors: "errors the service reported beside its records; what they stand for is not here",
    by_date: "left out, because you chose a range of time",
    not_mine: "left out, because you chose only your own",
    includes: "accompanying objects that the service did not deliver",
    instead: "was read instead of",
    cut: "ended early: the service repeated itself, or gave too many pages",
    records: "Records stand as the service delivered them, but for what its catalog removes or renames.",
    check: "TO CHECK IT\n\nThe archive is a bag (RFC 8493): manifest-sha256.txt lists the SHA-256 of every file below data/.\n\
            On Linux or macOS: sha256sum -c manifest-sha256.txt (or shasum -a 256 -c). Any bagit tool works too.",
    keep: "TO KEEP IT SAFE\n\nThis archive is not encrypted and holds personal data, also of people you dealt with.\n\
           Keep it where only you can read it, and delete copies you no longer need.",
    receipt: "receipt.json is the export counter's signed statement that this payload existed at that time, unchanged since.\n\
              It does not prove that the service's answers were true.",
    formal: "For a formal request about your data:",
};

const GERMAN: Words = Words {
    whole: "Ihre Daten von",
    partial: "DIESER EXPORT IST UNVOLLSTÄNDIG: etwas Angefordertes konnte nicht gelesen werden. Ihre Daten von",
    about: "Ihr Browser hat dies aus Ihrem Konto gelesen und auf Ihrem eigenen Gerät verpackt. Kein Server hat eine Kopie.\n\
            export.json sagt zu jedem Teil, was angefordert, was empfangen und was ausgelassen wurde.",
    files: "Jede Datei unter data/ ist eine Liste von Datensätzen in JSON.",
    document: "data/account-export.json ist ein JSON-Dokument; jeder Schlüssel unter \"data\" ist eine Liste von Datensätzen.",
    contents: "INHALT (Datensätze je Teil)",
    incomplete: "unvollständig",
    missing: "WAS FEHLT",
    claimed: "vom Dienst gezählt und nicht herausgegeben",
    vanished: "vom Dienst zunächst gezählt und dann nicht mehr (während des Exports gelöscht)",
    refused: "einzeln angefragt und vom Dienst nicht herausgegeben",
    unreadable: "ausgelassen, weil dort nicht nach Geheimnissen gesucht werden konnte",
    failed: "konnte nicht bis zum Ende gelesen werden",
    removed: "Ausgelassene Felder (Passwörter, Schlüssel und Ähnliches, und was die App auslässt):",
    left_out: "ausgelassen:",
    truncated: "Listen erreichten das Höchste, was der Dienst herausgibt; es kann mehr geben",
    uncertain: "Listen kamen leer; der Dienst sagt nicht, ob es nichts gibt oder nichts erlaubt war",
    host_errors: "Fehler, die der Dienst neben seinen Datensätzen meldete; was dahinter steht, fehlt hier",
    by_date: "ausgelassen, weil Sie einen Zeitraum gewählt haben",
    not_mine: "ausgelassen, weil Sie nur Ihre eigenen gewählt haben",
    includes: "Begleitobjekte, die der Dienst nicht mitgeliefert hat",
    instead: "wurde gelesen anstelle von",
    cut: "endete vorzeitig: der Dienst wiederholte sich oder gab zu viele Seiten",
    records: "Datensätze stehen da, wie der Dienst sie geliefert hat, bis auf das, was sein Katalog entfernt oder umbenennt.",
    check: "SO PRÜFEN SIE ES\n\nDas Archiv ist ein Bag (RFC 8493): manifest-sha256.txt nennt den SHA-256-Wert jeder Datei unter data/.\n\
            Unter Linux oder macOS: sha256sum -c manifest-sha256.txt (oder shasum -a 256 -c). Jedes BagIt-Werkzeug geht auch.",
    keep: "SO BEWAHREN SIE ES SICHER AUF\n\nDieses Archiv ist nicht verschlüsselt und enthält persönliche Daten, auch von Menschen, mit denen Sie zu tun hatten.\n\
           Bewahren Sie es dort auf, wo nur Sie es lesen können, und löschen Sie Kopien, die Sie nicht mehr brauchen.",
    receipt: "receipt.json ist die signierte Aussage des Exportzählers, dass dieser Inhalt zu jener Zeit vorlag und seitdem unverändert ist.\n\
              Sie beweist nicht, dass die Antworten des Dienstes richtig waren.",
    formal: "Für eine förmliche Anfrage zu Ihren Daten:",
};

/// The text of `README.txt`.
#[must_use]
pub fn text(plan: &Plan, report: &ExportReport) -> String {
    let words = if plan.locale.to_ascii_lowercase().starts_with("de") { &GERMAN } else { &ENGLISH };
    let first = if report.complete { words.whole } else { words.partial };
    let mut out = format!("{first} {}, {}\n\n{}\n", report.host, report.started_at.date(), words.about);
    let layout = if report.layout == LayoutChoice::Files { words.files } else { words.document };
    let _ = write!(out, "{layout}\n{}\n\n{}\n\n", words.records, words.contents);
    for stream in report.streams.iter().filter(|stream| !stream.read_for_keys_only && !stream.not_needed) {
        let mark = if stream.status == StreamStatus::Complete { String::new() } else { format!(" ({})", words.incomplete) };
        let _ = writeln!(out, "  {}: {}{mark}", stream.stream, stream.written);
    }
    push_missing(&mut out, words, report);
    let _ = write!(out, "\n{}\n\n{}\n\n{}\n", words.check, words.receipt, words.keep);
    if let Some(contact) = &plan.catalog.links.formal_request {
        let _ = write!(out, "\n{} {contact}\n", words.formal);
    }
    out
}

fn push_missing(out: &mut String, words: &Words, report: &ExportReport) {
    let mut lines: Vec<String> = report.streams.iter().flat_map(|stream| missing_lines(words, stream)).collect();
    lines.extend(report.unavailable.iter().map(|entry| format!("{}: {}", entry.title, entry.reason)));
    let mut removed: BTreeSet<String> = BTreeSet::new();
    for stream in &report.streams {
        removed.extend(stream.removed_fields.keys().cloned());
    }
    if !removed.is_empty() {
        lines.push(format!("{} {}", words.removed, Vec::from_iter(removed).join(", ")));
    }
    if !lines.is_empty() {
        let _ = write!(out, "\n{}\n\n", words.missing);
        for line in lines {
            let _ = writeln!(out, "  {line}");
        }
    }
}

fn missing_lines(words: &Words, stream: &StreamReport) -> Vec<String> {
    let id = &stream.stream;
    let refused = stream.partitions.as_ref().map_or(0, |partitions| partitions.refused.sum());
    let counted = [
        (stream.missing, words.claimed),
        (stream.vanished, words.vanished),
        (refused, words.refused),
        (stream.unreadable, words.unreadable),
        (stream.possibly_truncated, words.truncated),
        (stream.empty_or_refused, words.uncertain),
        (stream.partial_results, words.host_errors),
        (stream.includes_missing, words.includes),
        (stream.filtered.by_date, words.by_date),
        (stream.filtered.not_mine, words.not_mine),
    ];
    let mut lines: Vec<String> =
        counted.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{id}: {count} {what}")).collect();
    let excluded = stream.excluded.iter().filter(|excluded| excluded.records > 0);
    lines.extend(excluded.map(|excluded| format!("{id}: {} {} {}", excluded.records, words.left_out, excluded.reason)));
    if let Some(original) = stream.instead_of.as_ref().filter(|_| !stream.not_needed) {
        lines.push(format!("{id}: {} {original}", words.instead));
    }
    if stream.is_cut() {
        lines.push(format!("{id}: {}", words.cut));
    }
    if !stream.errors.is_empty() {
        let codes: Vec<&str> = stream.errors.keys().map(String::as_str).collect();
        lines.push(format!("{id}: {} ({})", words.failed, codes.join(", ")));
    }
    lines
}
