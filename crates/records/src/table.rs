//! Records as a table for spreadsheets: comma-separated values (RFC 4180).
//!
//! It is a view, never the only copy: the JSON beside it says everything exactly. The columns are the leaves of the first records
//! (`user/name` is a member of a member), so records are held back until as many are there as tell the columns; what later ones
//! have beyond stands in the last column, `_more`, as a JSON object. **Nothing is lost, and no cell is a formula** (`cell`).

mod cell;
mod columns;

use carryall_protocol::counts::Counts;

use crate::draft::give_back;
use crate::json::quoted;
use crate::limits::{TABLE_BYTES, TABLE_RECORDS};
use crate::part::{Kind, Segment, Writer};
use crate::redact::count;
use columns::{Columns, leaves};

/// Without this mark Excel takes UTF-8 for another encoding.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A stream's table.
#[derive(Debug)]
pub(crate) struct Table {
    writer: Writer,
    columns: Columns,
    /// Records that wait for the columns to be known; nothing once they are.
    held: Option<Held>,
    guarded: Counts<String>,
    row: String,
}

#[derive(Debug, Default)]
struct Held {
    text: String,
    ends: Vec<usize>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            writer: Writer::new(Kind::Table),
            columns: Columns::default(),
            held: Some(Held::default()),
            guarded: Counts::new(),
            row: String::new(),
        }
    }
}

impl Table {
    /// Adds a record.
    pub(crate) fn push(&mut self, record: &str) {
        let Some(held) = &mut self.held else { return self.write(record) };
        held.text.push_str(record);
        held.ends.push(held.text.len());
        self.columns.learn(record);
        if held.text.len() >= TABLE_BYTES || held.ends.len() >= TABLE_RECORDS {
            self.settle();
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.writer.is_full()
    }

    /// Bytes of text in the part and before it; nothing where they cost more than a chunk already.
    pub(crate) fn light_bytes(&self) -> Option<u64> {
        let held = self.held.as_ref().map_or(0, |held| held.text.len());
        self.writer.light_bytes().map(|bytes| bytes + held as u64)
    }

    /// Ends the part.
    pub(crate) fn end(&mut self) -> Segment {
        self.settle();
        self.writer.end(0).0
    }

    /// Nothing more will come: gives its memory back.
    pub(crate) fn close(&mut self) {
        self.writer.close();
        self.columns = Columns::default();
    }

    pub(crate) fn take_guarded(&mut self) -> Counts<String> {
        std::mem::take(&mut self.guarded)
    }

    /// The columns are known: writes what waited for that.
    fn settle(&mut self) {
        let Some(Held { text, ends }) = self.held.take() else { return };
        let mut start = 0;
        for end in ends {
            self.write(text.get(start..end).unwrap_or_default());
            start = end;
        }
    }

    fn write(&mut self, record: &str) {
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        if self.writer.is_empty() {
            row.push_str(BYTE_ORDER_MARK);
            self.write_header(&mut row);
        }
        self.write_row(record, &mut row);
        self.writer.push(0, &row);
        give_back(&mut row);
        self.row = row;
    }

    fn write_header(&mut self, row: &mut String) {
        for at in 0..=self.columns.len() {
            let name = self.columns.name(at);
            let is_guarded = cell::text(name, row);
            self.end_cell(at, is_guarded, row);
        }
    }

    fn write_row(&mut self, record: &str, row: &mut String) {
        let mut cells = vec![""; self.columns.len()];
        let mut more = String::new();
        let mut next = 0;
        leaves(record, &mut |path, value| {
            let place = self.columns.place(path, next);
            match place.and_then(|at| cells.get_mut(at)).filter(|cell| cell.is_empty()) {
                Some(cell) => {
                    *cell = value;
                    next = place.unwrap_or(next) + 1;
                }
                None => {
                    more.push(if more.is_empty() { '{' } else { ',' });
                    more.push_str(&quoted(path));
                    more.push(':');
                    more.push_str(value);
                }
            }
        });
        if !more.is_empty() {
            more.push('}');
        }
        cells.push(&more);
        for (at, value) in cells.into_iter().enumerate() {
            let is_guarded = cell::value(value, row);
            self.end_cell(at, is_guarded, row);
        }
    }

    fn end_cell(&mut self, at: usize, is_guarded: bool, row: &mut String) {
        if is_guarded {
            count(&mut self.guarded, self.columns.name(at));
        }
        row.push_str(if at == self.columns.len() { "\r\n" } else { "," });
    }
}

#[cfg(test)]
mod tests;
