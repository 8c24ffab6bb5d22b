//! Which columns a table has, and where a record's values go.

use crate::json::{NotJson, Scanner};
use crate::limits::{TABLE_COLUMNS, TABLE_DEPTH};

/// The last column: what has no column of its own.
pub(super) const MORE: &str = "_more";

/// What a record is called that has no members.
const WHOLE: &str = "value";

/// The columns of a table but the last one, in the order in which records brought them.
#[derive(Debug, Default)]
pub(super) struct Columns {
    names: Vec<String>,
    /// Their places in the order of their names.
    by_name: Vec<usize>,
}

impl Columns {
    /// Takes what a record has for columns, while there is room.
    pub(super) fn learn(&mut self, record: &str) {
        let mut next = 0;
        leaves(record, &mut |path, _| {
            let (place, at) = match self.names.get(next) {
                Some(name) if name == path => (0, Some(next)),
                _ => self.find(path),
            };
            next = at.unwrap_or(self.names.len()) + 1;
            if at.is_none() && self.names.len() < TABLE_COLUMNS && path != MORE {
                self.by_name.insert(place, self.names.len());
                self.names.push(path.to_owned());
            }
        });
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// A column's name; beyond them the last one's.
    pub(super) fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or(MORE, String::as_str)
    }

    /// The column of a path, which is most often the next one.
    pub(super) fn place(&self, path: &str, next: usize) -> Option<usize> {
        match self.names.get(next) {
            Some(name) if name == path => Some(next),
            _ => self.find(path).1,
        }
    }

    /// Where a path stands, or would stand, in the order of names, and its column.
    fn find(&self, path: &str) -> (usize, Option<usize>) {
        let name = |at: &usize| self.names.get(*at).map_or("", String::as_str);
        let place = self.by_name.partition_point(|at| name(at) < path);
        (place, self.by_name.get(place).copied().filter(|at| name(at) == path))
    }
}

/// Goes through the values that are cells: those of members, and of members of members, as JSON. Paths are JSON Pointers without the
/// first slash.
pub(super) fn leaves<'r>(record: &'r str, leaf: &mut dyn FnMut(&str, &'r str)) {
    // A record is JSON: it was scanned before it came here.
    let _ = walk(&mut Scanner::new(record), &mut String::new(), 0, leaf);
}

fn walk<'r>(
    scanner: &mut Scanner<'r>,
    path: &mut String,
    depth: usize,
    leaf: &mut dyn FnMut(&str, &'r str),
) -> Result<(), NotJson> {
    if depth == TABLE_DEPTH || scanner.peek() != Some(b'{') {
        let value = scanner.value()?;
        leaf(if depth == 0 { WHOLE } else { path }, value);
        return Ok(());
    }
    scanner.eat(b'{');
    let before = path.len();
    let mut member = scanner.first_member()?;
    if member.is_none() {
        leaf(if depth == 0 { WHOLE } else { path }, "{}");
    }
    while let Some(name) = member {
        if depth > 0 {
            path.push('/');
        }
        for character in name.said().chars() {
            match character {
                '~' => path.push_str("~0"),
                '/' => path.push_str("~1"),
                _ => path.push(character),
            }
        }
        walk(scanner, path, depth + 1, leaf)?;
        path.truncate(before);
        member = scanner.next_member()?;
    }
    Ok(())
}
