//! What the files of an archive and the archive itself are called.

use carryall_protocol::job::LayoutChoice;
use carryall_records::part::{Kind, Part};

use crate::entry_name::EntryName;
use crate::plan::Plan;
use crate::report::ExportReport;

/// `data/<file>.json`, then `data/<file>-2.json` and so on; in the `x` layout `data/<file>-part1.json`. An index is called
/// `data/media/<file>.json`.
pub(super) fn part_name(layout: LayoutChoice, file: &str, part: &Part) -> EntryName {
    let number = match (layout, part.number) {
        (_, 1) => String::new(),
        (LayoutChoice::X, number) if part.kind != Kind::Index => format!("-part{}", number - 1),
        (_, number) => format!("-{number}"),
    };
    let extension = match part.kind {
        Kind::Array | Kind::Piece | Kind::Index => "json",
        Kind::Lines => "ndjson",
        Kind::Table => "csv",
        Kind::Script => "js",
    };
    let name = format!("{file}{number}.{extension}");
    if part.kind == Kind::Index { EntryName::new(["data", "media", &name]) } else { EntryName::new(["data", &name]) }
}

/// `carryall-<account>-<date>.zip`; a partial export says so in its name.
pub(super) fn file_name(plan: &Plan, report: &ExportReport) -> String {
    let partial = if report.complete { "" } else { "-partial" };
    let date = plan.run.started_at.date();
    let account: String = plan.run.account.as_str().chars().take(60).collect();
    EntryName::new([format!("carryall-{account}-{date}{partial}.zip").as_str()]).to_string()
}
