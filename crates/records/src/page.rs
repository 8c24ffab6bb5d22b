//! One response, cut into raw slices of records.
//!
//! The body is read once: the record array is found by its pointer, its elements are borrowed slices of the body, and a
//! claimed total is picked up on the way. **No value is built.**

use carryall_protocol::catalog::Records;
use carryall_protocol::pointer::Pointer;
use thiserror::Error;

use crate::json::{NotJson, Scanner};
use crate::limits::{PAGE_RECORDS, RECORD_DEPTH};
use crate::redact::may_be_secret;

/// Why a body is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PageError {
    /// The body is not UTF-8.
    #[error("the answer is not UTF-8")]
    NotUtf8,
    /// The body is not JSON, or ends early.
    #[error("the answer is not JSON")]
    NotJson,
    /// There is nothing at the records' place.
    #[error("the answer has no records where the catalog says")]
    RecordsMissing,
    /// What is there is no array.
    #[error("what the catalog calls records is not an array")]
    RecordsNotArray,
    /// There are more records than one page may have.
    #[error("the answer has more than {PAGE_RECORDS} records")]
    TooManyRecords,
}

impl PageError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotUtf8 => "page_not_utf8",
            Self::NotJson => "page_not_json",
            Self::RecordsMissing => "records_missing",
            Self::RecordsNotArray => "records_not_array",
            Self::TooManyRecords => "too_many_records",
        }
    }
}

/// A record as it stands on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    text: &'a str,
    is_plain: bool,
}

impl<'a> Record<'a> {
    /// Its exact text.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// Whether no name in it can be a secret's, and it is not too deep to be searched: noticed while the page was read.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.is_plain
    }
}

/// A page's records and what it claims.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Slices<'a> {
    /// The records, in order.
    pub records: Vec<Record<'a>>,
    /// The total the answer claims.
    pub total: Option<u64>,
}

/// Cuts a body into records.
///
/// # Errors
///
/// [`PageError`] where the body is no UTF-8, no JSON, or has no records at their place.
pub fn slice<'a>(body: &'a [u8], records: &Records, total: Option<&Pointer>) -> Result<Slices<'a>, PageError> {
    let text = std::str::from_utf8(body).map_err(|_| PageError::NotUtf8)?;
    let (pointer, single) = match records {
        Records::Pointer(pointer) => (pointer, false),
        Records::Single(pointer) => (pointer, true),
    };
    let mut cut = Cut { scanner: Scanner::looking_for(text, may_be_secret), single, records: None, total: None };
    cut.value(Wanted { records: Some(pointer.tokens()), total: total.map(Pointer::tokens) })?;
    if !cut.scanner.is_at_end() {
        return Err(PageError::NotJson);
    }
    Ok(Slices { records: cut.records.ok_or(PageError::RecordsMissing)??, total: cut.total })
}

impl From<NotJson> for PageError {
    fn from(_: NotJson) -> Self {
        Self::NotJson
    }
}

/// What is looked for below a value: the rest of each pointer.
#[derive(Clone, Copy)]
struct Wanted<'p> {
    records: Option<&'p [String]>,
    total: Option<&'p [String]>,
}

impl<'p> Wanted<'p> {
    /// What is looked for below a member or an element.
    fn below(self, is: impl Fn(&str) -> bool) -> Self {
        let rest = |tokens: Option<&'p [String]>| tokens?.split_first().filter(|(first, _)| is(first)).map(|(_, rest)| rest);
        Self { records: rest(self.records), total: rest(self.total) }
    }
}

/// One reading of a body, and what it has found. That what stands at the records' place is no list of records is only told
/// where the whole body is JSON.
struct Cut<'a> {
    scanner: Scanner<'a>,
    single: bool,
    records: Option<Result<Vec<Record<'a>>, PageError>>,
    total: Option<u64>,
}

impl<'a> Cut<'a> {
    /// Reads a value. A name that stands twice counts the last time, as everywhere in JSON.
    fn value(&mut self, wanted: Wanted<'_>) -> Result<(), NotJson> {
        match wanted {
            Wanted { records: Some([]), .. } => self.records = Some(self.list()?),
            Wanted { records: None, total: Some([]) } => self.total = self.scanner.value()?.parse().ok(),
            Wanted { records: None, total: None } => drop(self.scanner.value()?),
            _ if self.scanner.eat(b'{') => self.object(wanted)?,
            _ if self.scanner.eat(b'[') => self.array(wanted)?,
            _ => drop(self.scanner.value()?),
        }
        Ok(())
    }

    fn object(&mut self, wanted: Wanted<'_>) -> Result<(), NotJson> {
        let mut member = self.scanner.first_member()?;
        while let Some(name) = member {
            self.value(wanted.below(|token| name.is(token)))?;
            member = self.scanner.next_member()?;
        }
        Ok(())
    }

    fn array(&mut self, wanted: Wanted<'_>) -> Result<(), NotJson> {
        let mut at = 0_usize;
        let mut is_there = self.scanner.first_element();
        while is_there {
            self.value(wanted.below(|token| token.parse() == Ok(at)))?;
            is_there = self.scanner.next_element()?;
            at += 1;
        }
        Ok(())
    }

    /// Reads what stands at the records' place.
    fn list(&mut self) -> Result<Result<Vec<Record<'a>>, PageError>, NotJson> {
        if self.single {
            return Ok(Ok(vec![self.record()?]));
        }
        if !self.scanner.eat(b'[') {
            self.scanner.value()?;
            return Ok(Err(PageError::RecordsNotArray));
        }
        let mut records = Vec::new();
        let mut are_too_many = false;
        let mut is_there = self.scanner.first_element();
        while is_there {
            let record = self.record()?;
            are_too_many |= records.len() == PAGE_RECORDS;
            if !are_too_many {
                records.push(record);
            }
            is_there = self.scanner.next_element()?;
        }
        Ok(if are_too_many { Err(PageError::TooManyRecords) } else { Ok(records) })
    }

    fn record(&mut self) -> Result<Record<'a>, NotJson> {
        self.scanner.take_noticed();
        let text = self.scanner.value()?;
        let (may_have_secrets, levels) = self.scanner.take_noticed();
        Ok(Record { text, is_plain: !may_have_secrets && levels <= RECORD_DEPTH })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(pointer: &str) -> Records {
        Records::Pointer(Pointer::new(pointer).unwrap())
    }

    fn texts(body: &str, records: &Records) -> Result<Vec<String>, PageError> {
        let total = Pointer::new("/meta/total").unwrap();
        slice(body.as_bytes(), records, Some(&total)).map(|s| s.records.iter().map(|record| record.text().to_owned()).collect())
    }

    #[test]
    fn records_keep_their_exact_text() {
        let body = r#"{"meta":{"limit":2,"total":7},"calls":[{"id":9223372036854775809,"cost":12.50}, "x"]}"#;
        let total = Pointer::new("/meta/total").unwrap();
        let records = at("/calls");
        let page = slice(body.as_bytes(), &records, Some(&total)).unwrap();
        assert_eq!(page.total, Some(7));
        assert_eq!(page.records[0].text(), r#"{"id":9223372036854775809,"cost":12.50}"#);
        assert_eq!(page.records[1].text(), r#""x""#);
    }

    #[test]
    fn records_and_total_may_share_their_way() {
        let body = r#"{"data":{"items":[1],"total":3}}"#;
        let total = Pointer::new("/data/total").unwrap();
        let page = slice(body.as_bytes(), &at("/data/items"), Some(&total)).map(|p| (p.records.len(), p.total));
        assert_eq!(page, Ok((1, Some(3))));
    }

    #[test]
    fn a_way_may_lead_through_an_array() {
        assert_eq!(texts(r#"[{"x":[1]},{"calls":[2]}]"#, &at("/1/calls")).unwrap(), ["2"]);
        assert_eq!(texts(r#"[{"calls":[2]}]"#, &at("/1/calls")), Err(PageError::RecordsMissing));
    }

    #[test]
    fn a_whole_answer_may_be_the_array_or_the_record() {
        assert_eq!(texts("[1,2]", &at("")).unwrap(), ["1", "2"]);
        let single = Records::Single(Pointer::new("/user").unwrap());
        assert_eq!(texts(r#"{"user":{"id":1}}"#, &single).unwrap(), [r#"{"id":1}"#]);
    }

    #[test]
    fn what_is_no_page_is_named() {
        let calls = at("/calls");
        assert_eq!(texts("<!doctype html>", &calls), Err(PageError::NotJson));
        assert_eq!(texts(r#"{"calls":[{"a":1}"#, &calls), Err(PageError::NotJson));
        assert_eq!(texts(r#"{"calls":[1]} x"#, &calls), Err(PageError::NotJson));
        assert_eq!(texts(r#"{"meta":{}}"#, &calls), Err(PageError::RecordsMissing));
        assert_eq!(texts(r#"{"calls":{"a":1}}"#, &calls), Err(PageError::RecordsNotArray));
        assert_eq!(texts(r#"{"calls":null}"#, &calls), Err(PageError::RecordsNotArray));
        assert_eq!(texts("7", &calls), Err(PageError::RecordsMissing));
        assert_eq!(slice(b"{\"calls\":[\"\xff\"]}", &calls, None).map(|_| ()), Err(PageError::NotUtf8));
    }

    #[test]
    fn a_page_of_too_many_records_is_refused() {
        let many = format!("{{\"calls\":[1{}]}}", ",1".repeat(PAGE_RECORDS));
        assert_eq!(texts(&many, &at("/calls")), Err(PageError::TooManyRecords));
    }

    #[test]
    fn nesting_without_end_is_an_error_and_no_crash() {
        let deep = format!("{{\"calls\":[{}", "[".repeat(200_000));
        assert_eq!(texts(&deep, &at("/calls")), Err(PageError::NotJson));
    }
}
