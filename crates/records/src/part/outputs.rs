//! All that is written of one stream: its records, gathered where the catalog says so, in one kind of part or two.

use carryall_protocol::StreamId;
use carryall_protocol::catalog::Stream;
use carryall_protocol::counts::Counts;
use carryall_protocol::job::{FormatChoice, LayoutChoice};

use super::writer::Writer;
use super::{Kind, Part};
use crate::gathering::Gathering;
use crate::limits::CHUNK_BYTES;
use crate::redact::Redacted;
use crate::schema::Inference;
use crate::table::Table;

/// Fills the parts of one stream, one after the other.
#[derive(Debug)]
pub struct Outputs {
    stream: StreamId,
    writer: Writer,
    table: Option<Table>,
    gathering: Option<Gathering>,
    schema: Option<Inference>,
    number: u32,
    records: u64,
    elements: u64,
    /// Elements of all parts.
    written: u64,
    parts: Vec<Part>,
}

impl Outputs {
    /// Nothing written yet. The layouts `document` and `x` have their own way to write, whatever the format.
    #[must_use]
    pub fn of(stream: &Stream, layout: LayoutChoice, format: FormatChoice) -> Self {
        let writer = match (layout, format) {
            (LayoutChoice::Document, _) => Writer::new(Kind::Piece),
            (LayoutChoice::X, _) => Writer::with_script(stream.file()),
            (LayoutChoice::Files, FormatChoice::Ndjson) => Writer::new(Kind::Lines),
            (LayoutChoice::Files, FormatChoice::Json | FormatChoice::Csv) => Writer::new(Kind::Array),
        };
        let has_table = layout == LayoutChoice::Files && format == FormatChoice::Csv;
        Self {
            table: has_table.then(Table::default),
            gathering: stream.group.as_ref().map(|group| Gathering::of(group, stream.numbers_as_strings)),
            schema: stream.schema.is_none().then(Inference::default),
            ..Self::new(stream.id.clone(), writer)
        }
    }

    /// What is told of a stream beside its records: nothing yet.
    #[must_use]
    pub fn index(stream: StreamId) -> Self {
        Self::new(stream, Writer::new(Kind::Index))
    }

    const fn new(stream: StreamId, writer: Writer) -> Self {
        let (table, gathering, schema) = (None, None, None);
        Self { stream, writer, table, gathering, schema, number: 1, records: 0, elements: 0, written: 0, parts: Vec::new() }
    }

    /// Adds an element of carryall's own, made of what was redacted before.
    pub fn push_own(&mut self, element: &str) -> Vec<Part> {
        self.write(element, 1);
        std::mem::take(&mut self.parts)
    }

    /// Adds a record, with the value of the key it is gathered by; answers with the parts that it finished.
    pub fn push(&mut self, record: &Redacted<'_>, key: Option<&str>) -> Vec<Part> {
        let record = record.as_str();
        if let Some(schema) = &mut self.schema {
            schema.see(record);
        }
        match &mut self.gathering {
            None => self.write(record, 1),
            Some(gathering) => {
                gathering.add(key, record);
                if gathering.is_full() {
                    self.write_gathered();
                }
            }
        }
        std::mem::take(&mut self.parts)
    }

    /// How many places its open parts take among those that are deflated at the same time.
    #[must_use]
    pub const fn places(&self) -> usize {
        1 + self.table.is_some() as usize + self.gathering.is_some() as usize
    }

    /// Whether a page of so many bytes can be added before anything has to be deflated: until then all its texts are a chunk at
    /// most.
    #[must_use]
    pub fn stays_light(&self, page: usize) -> bool {
        let table = self.table.as_ref().map_or(Some(0), Table::light_bytes);
        let (true, Some(text), Some(table)) = (self.number == 1, self.writer.light_bytes(), table) else { return false };
        let gathered = self.gathering.as_ref().map_or(0, Gathering::bytes);
        // Shaping may make a record longer.
        text + table + gathered + (2 * self.places() * page) as u64 <= CHUNK_BYTES as u64
    }

    /// Ends the stream: the last parts, if there are any. A stream without records is still a file.
    pub fn finish(&mut self) -> Vec<Part> {
        self.write_gathered();
        let owes_a_file = self.writer.kind != Kind::Piece && self.number == 1;
        if owes_a_file || !self.writer.is_empty() {
            self.end_part();
        }
        self.writer.close();
        if let Some(table) = &mut self.table {
            table.close();
        }
        std::mem::take(&mut self.parts)
    }

    /// Cells of the table that were kept from being taken for formulas, by column.
    pub fn take_guarded(&mut self) -> Counts<String> {
        self.table.as_mut().map(Table::take_guarded).unwrap_or_default()
    }

    /// The JSON Schema that fits every record that was looked at; nothing where the catalog gives one.
    pub fn take_schema(&mut self) -> Option<String> {
        self.schema.take().map(|schema| schema.text())
    }

    /// Elements written so far, where records are gathered.
    #[must_use]
    pub fn gathered(&self) -> Option<u64> {
        self.gathering.as_ref().map(|_| self.written)
    }

    fn write_gathered(&mut self) {
        let gathered = self.gathering.as_mut().map(Gathering::take).unwrap_or_default();
        for (element, records) in gathered {
            self.write(&element, records);
        }
    }

    fn write(&mut self, element: &str, records: u64) {
        self.writer.push(self.number, element);
        if let Some(table) = &mut self.table {
            table.push(element);
        }
        self.records += records;
        self.elements += 1;
        self.written += 1;
        if self.writer.is_full() || self.table.as_ref().is_some_and(Table::is_full) {
            self.end_part();
        }
    }

    fn end_part(&mut self) {
        let (segment, script) = self.writer.end(self.number);
        let table = self.table.as_mut().map(Table::end);
        let segments = [(self.writer.kind, Some(segment)), (Kind::Script, script), (Kind::Table, table)];
        for (kind, segment) in segments {
            let Some(segment) = segment else { continue };
            let (stream, number, records, elements) = (self.stream.clone(), self.number, self.records, self.elements);
            self.parts.push(Part { stream, kind, number, records, elements, segment });
        }
        self.number += 1;
        self.records = 0;
        self.elements = 0;
    }
}

#[cfg(test)]
mod tests;
