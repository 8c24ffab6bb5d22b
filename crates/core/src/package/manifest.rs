//! `data/manifest.js` of the `x` layout: whose archive it is, and which script gives which name to how many elements.
//!
//! It is what the pages inside X's own archives, and tools made for them, read first: `window.__THAR_CONFIG`, numbers as texts.

use carryall_protocol::Timestamp;

use crate::json::quoted;
use crate::limits::PART_JSON_BYTES;
use crate::plan::{Plan, PlannedStream};
use crate::report::ExportReport;

/// One script of the payload.
#[derive(Debug)]
pub(super) struct Script {
    /// Its stream, by its place in the plan.
    pub(super) stream: usize,
    /// Its name in the archive.
    pub(super) file: String,
    /// Its number among the stream's scripts, from 0.
    pub(super) part: u32,
    /// Elements in it.
    pub(super) count: u64,
}

/// The manifest's text, where the files before it have so many bytes.
pub(super) fn text(plan: &Plan, report: &ExportReport, scripts: &[Script], bytes: u64) -> String {
    let owner = report.streams.iter().find_map(|stream| stream.aside.owner.as_ref());
    let [handle, name] = owner.map_or(["", ""], |[handle, name]| [handle, name]);
    let at = Timestamp::from_secs(plan.run.started_at.as_secs()).to_string();
    let mut text = format!(
        "window.__THAR_CONFIG = {{\n  \"userInfo\" : {{\"accountId\" : {}, \"userName\" : {}, \"displayName\" : {}}},\n  \"archiveInfo\" : \
         {{\"sizeBytes\" : \"{bytes}\", \"generationDate\" : \"{}.000Z\", \"isPartialArchive\" : {}, \"maxPartSizeBytes\" : \
         \"{PART_JSON_BYTES}\"}},\n  \"dataTypes\" : {{",
        quoted(report.account.as_str()),
        quoted(handle),
        quoted(name),
        at.trim_end_matches('Z'),
        !report.complete,
    );
    let mut lead = "\n    ";
    for (at, planned) in plan.streams.iter().enumerate().filter(|(_, planned)| !planned.keys_only) {
        text.push_str(lead);
        lead = ",\n    ";
        write_type(planned, scripts.iter().filter(|script| script.stream == at), &mut text);
    }
    text.push_str("\n  }\n}\n");
    text
}

fn write_type<'s>(planned: &PlannedStream, scripts: impl Iterator<Item = &'s Script>, text: &mut String) {
    let file = planned.stream.file();
    text.push_str(&quoted(&camel_case(file)));
    text.push_str(" : {");
    if let Some(media) = planned.stream.attachments.first() {
        let directory =
            media.directory.as_ref().map_or_else(|| format!("media/{file}"), |directory| directory.as_str().to_owned());
        text.push_str(&format!("\"mediaDirectory\" : \"data/{directory}\", "));
    }
    let mut lead = "\"files\" : [";
    for Script { file: script, part, count, .. } in scripts {
        let name = file.replace('-', "_");
        text.push_str(lead);
        text.push_str(&format!(
            "{{\"fileName\" : {}, \"globalName\" : \"YTD.{name}.part{part}\", \"count\" : \"{count}\"}}",
            quoted(script)
        ));
        lead = ", ";
    }
    text.push_str(if lead == ", " { "]}" } else { "\"files\" : []}" });
}

/// `direct-messages` as `directMessages`.
fn camel_case(file: &str) -> String {
    let mut name = String::new();
    let mut is_first = false;
    for character in file.chars() {
        if character == '-' {
            is_first = true;
            continue;
        }
        name.push(if is_first { character.to_ascii_uppercase() } else { character });
        is_first = false;
    }
    name
}
