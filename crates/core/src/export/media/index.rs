//! One line of `data/media/<file>.json`: a file that a record tells of, and what became of it.

use super::gallery::Item;
use crate::json::quoted;

/// The line, a JSON object. `content` is the length and the SHA-256 of a file that is in the archive.
pub(super) fn line(item: &Item, status: &str, reason: &str, content: Option<(u64, String)>, media_type: Option<&str>) -> String {
    let wanted = &item.wanted;
    let mut line = Line(String::from("{"));
    line.text("record", Some(&item.record));
    line.text("id", wanted.id.as_deref());
    line.text("name", wanted.name.as_deref());
    line.text("url", wanted.url.as_deref());
    line.text("type", wanted.media_type.as_deref().or(media_type));
    line.text("expires_at", wanted.expires.map(|end| end.to_string()).as_deref());
    line.text("status", Some(status));
    line.text("reason", Some(reason).filter(|reason| !reason.is_empty()));
    if let Some((bytes, sha256)) = content {
        line.text("file", Some(item.name.as_str()));
        line.member("bytes", &bytes.to_string());
        line.text("sha256", Some(&sha256));
    }
    line.0.push('}');
    line.0
}

struct Line(String);

impl Line {
    fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.member(name, &quoted(value));
        }
    }

    fn member(&mut self, name: &str, json: &str) {
        let lead = if self.0.len() > 1 { ",\"" } else { "\"" };
        for piece in [lead, name, "\":", json] {
            self.0.push_str(piece);
        }
    }
}
