//! What stands at the places that rules name. **An array is no spot; its elements are**, however deep arrays lie in arrays.

use std::ops::Range;

use crate::json::Scanner;
use crate::limits::{PAGE_RECORDS, RECORD_DEPTH};
use crate::places::Places;
use crate::redact::Unsearchable;

/// A value at a place that rules name.
#[derive(Debug)]
pub(super) struct Spot<'p, 'a> {
    /// The rules.
    pub(super) rules: &'p [usize],
    /// The value's text.
    pub(super) value: &'a str,
    /// Where it is in the text that is looked through.
    pub(super) range: Range<usize>,
    /// Whether the way to it leads through an array.
    pub(super) is_one_of_many: bool,
}

/// The spots of a text, in its order; what lies inside of a spot comes before it.
///
/// # Errors
///
/// [`Unsearchable`] where a way leads too deep, or to too many values.
pub(super) fn spots<'p, 'a>(text: &'a str, places: &'p Places) -> Result<Vec<Spot<'p, 'a>>, Unsearchable> {
    let mut search = Search { text, scanner: Scanner::new(text), depth: 0, arrays: 0, spots: Vec::new() };
    search.value(places)?;
    Ok(search.spots)
}

struct Search<'p, 'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    depth: usize,
    /// How many of the open levels are arrays.
    arrays: usize,
    spots: Vec<Spot<'p, 'a>>,
}

impl<'p> Search<'p, '_> {
    fn value(&mut self, place: &'p Places) -> Result<(), Unsearchable> {
        let next = self.scanner.peek();
        let start = self.scanner.at();
        if self.depth == RECORD_DEPTH {
            return Err(Unsearchable);
        }
        self.depth += 1;
        match next {
            Some(b'[') => self.array(place)?,
            Some(b'{') if place.leads_on() => self.object(place)?,
            _ => drop(self.scanner.value()?),
        }
        self.depth -= 1;
        if next != Some(b'[') && place.is_named() {
            if self.spots.len() == PAGE_RECORDS {
                return Err(Unsearchable);
            }
            let range = start..self.scanner.at();
            let value = self.text.get(range.clone()).unwrap_or_default();
            self.spots.push(Spot { rules: place.rules(), value, range, is_one_of_many: self.arrays > 0 });
        }
        Ok(())
    }

    fn object(&mut self, place: &'p Places) -> Result<(), Unsearchable> {
        self.scanner.eat(b'{');
        let mut member = self.scanner.first_member()?;
        while let Some(name) = member {
            match place.below(&name.said()) {
                Some(below) => self.value(below)?,
                None => drop(self.scanner.value()?),
            }
            member = self.scanner.next_member()?;
        }
        Ok(())
    }

    fn array(&mut self, place: &'p Places) -> Result<(), Unsearchable> {
        self.scanner.eat(b'[');
        self.arrays += 1;
        let mut is_there = self.scanner.first_element();
        while is_there {
            self.value(place)?;
            is_there = self.scanner.next_element()?;
        }
        self.arrays -= 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use carryall_protocol::pointer::Pointer;

    #[test]
    fn a_way_leads_through_arrays_and_an_array_is_no_spot() {
        let pointers = ["/a/b", "/c", "/c/d"].map(|pointer| Pointer::new(pointer).unwrap());
        let mut places = Places::default();
        pointers.iter().enumerate().for_each(|(rule, pointer)| places.add(pointer, rule));
        let text = r#"{"a":[{"b":1},[{"b":[2,[ "3" ]]}],{"x":4}],"c":{"d":null},"b":5}"#;
        let found: Vec<_> = spots(text, &places).unwrap().into_iter().map(|s| (s.rules[0], s.value, s.is_one_of_many)).collect();
        let expected = [(0, "1", true), (0, "2", true), (0, "\"3\"", true), (2, "null", false), (1, r#"{"d":null}"#, false)];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_way_without_end_is_refused() {
        let mut places = Places::default();
        places.add(&Pointer::new("/a").unwrap(), 0);
        let deep = |levels: usize| format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(spots(&deep(RECORD_DEPTH - 2), &places).is_ok());
        assert!(spots(&deep(1_000_000), &places).is_err());
        let many = |values| format!("{{\"a\":{:?}}}", vec![1; values]);
        assert!(spots(&many(PAGE_RECORDS), &places).is_ok() && spots(&many(PAGE_RECORDS + 1), &places).is_err());
    }
}
