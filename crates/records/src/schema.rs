//! The JSON Schema (draft 2020-12) of a stream's records, inferred while they pass by.
//!
//! **It never holds a value**: names of members, and which types stand where. Names that look like ids are values too: such an
//! object, and one with very many names, is described as a map. The first thousand records are looked at one by one, of the
//! others a sample; which is said in the schema, and no member is called required unless every record was looked at.

mod place;
mod text;

use crate::json::Scanner;
use crate::limits::{SCHEMA_PLACES, SCHEMA_RECORDS, SCHEMA_SAMPLE};
use place::Place;

/// What was seen of one stream's records.
#[derive(Debug)]
pub(crate) struct Inference {
    seen: u64,
    looked_at: u64,
    top: Place,
    /// Places that may still be described.
    room: usize,
}

impl Default for Inference {
    fn default() -> Self {
        Self { seen: 0, looked_at: 0, top: Place::default(), room: SCHEMA_PLACES }
    }
}

impl Inference {
    /// Sees a record pass by.
    pub(crate) fn see(&mut self, record: &str) {
        self.seen += 1;
        if self.seen <= SCHEMA_RECORDS || self.seen.is_multiple_of(SCHEMA_SAMPLE) {
            self.looked_at += 1;
            // A record is JSON: it was scanned before it came here.
            let _ = self.top.see(&mut Scanner::new(record), 0, &mut self.room);
        }
    }

    /// The schema.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{{\"$comment\":\"inferred from {} of {} records\"", self.looked_at, self.seen);
        self.top.write(self.looked_at == self.seen, &mut text);
        text.push('}');
        text
    }
}

#[cfg(test)]
mod tests;
