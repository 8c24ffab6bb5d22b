//! One list as a host keeps it, and how it hands out its pages: by place, by what came before, by key, by time.

use serde_json::{Value, json};

use crate::mood::Mood;
use crate::rows::{Row, row, rows};

/// Records on a page at most, where a host gives fewer than asked.
const CLAMP: usize = 7;
/// Empty pages in a row, where there are very many.
const LONG: u64 = 120;

/// One list.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    /// The newest first.
    pub(crate) rows: Vec<Row>,
    pub(crate) mood: Mood,
    /// Records that were there when the list was first asked for, and still are.
    pub(crate) steady: Vec<Row>,
    /// What leads to the second page, once it was named.
    second: Option<(u64, u64)>,
    /// Pages handed out.
    pub(crate) served: u64,
    /// The last page asked for lies after the end.
    pub(crate) is_beyond: bool,
    /// Records that were deleted.
    pub(crate) gone: Vec<Row>,
    born: u64,
}

/// What a page holds, before it is dressed in the manner of an API.
#[derive(Debug, Clone, Default)]
pub(crate) struct Leaf {
    pub(crate) rows: Vec<Row>,
    /// What leads to the next page.
    pub(crate) next: Option<String>,
    pub(crate) has_more: bool,
    pub(crate) total: Value,
    /// The records' place itself is absent.
    pub(crate) is_bare: bool,
    pub(crate) errors: u64,
}

impl Shelf {
    pub(crate) fn new(count: u64, mood: Mood) -> Self {
        let mut rows = rows(count);
        if mood == Mood::Ghosts {
            rows.iter_mut().skip(3).step_by(10).for_each(|row| row.is_gone = true);
        }
        if mood == Mood::Hollow {
            let middle = rows.len() / 4;
            rows.iter_mut().skip(middle).take(middle).for_each(|row| row.is_gone = true);
        }
        let steady = rows.clone();
        Self { rows, mood, steady, second: None, served: 0, is_beyond: false, gone: Vec::new(), born: 0 }
    }

    /// Makes every record longer by so many bytes that do not compress well.
    pub(crate) fn lengthen(&mut self, bytes: usize) {
        for row in self.rows.iter_mut().chain(&mut self.steady) {
            let words = (0..bytes as u64 / 16).map(|word| format!("{:016x}", hash(row.seq ^ word)));
            let text = format!("\"long\":\"{}\",", words.collect::<String>());
            row.served.insert_str(1, &text);
            row.kept.insert_str(1, &text);
        }
    }

    /// Records that are handed out to whoever asks long enough.
    pub(crate) fn truth(&self) -> impl Iterator<Item = &Row> {
        self.steady.iter().filter(|row| !row.is_gone)
    }

    /// A page by its place in the list.
    pub(crate) fn placed(&mut self, start: usize, size: usize, is_numbered: bool) -> Leaf {
        let size = self.size(size);
        let mut start = if is_numbered { start.saturating_mul(size) } else { start };
        if self.repeats() && start >= self.rows.len() {
            let last = self.rows.len().saturating_sub(1);
            start = if is_numbered { last / size * size } else { self.rows.len().saturating_sub(size) };
        }
        self.is_beyond = start > 0 && start >= self.rows.len();
        let count = if is_numbered { size } else { self.count(start as u64, size) };
        let has_more = start + count < self.rows.len() || self.repeats();
        let rows = self.cut(start, count);
        let leaf = Leaf { rows, has_more, ..self.leaf(start as u64) };
        self.stir();
        leaf
    }

    /// The page that a token leads to; the first one without. Tokens name the record after which they go on.
    pub(crate) fn followed(&mut self, token: Option<&str>, size: usize) -> Leaf {
        let (after, turn) = token.map_or((u64::MAX, 0), parse);
        let start = self.rows.iter().position(|row| row.seq < after).unwrap_or(self.rows.len());
        let mut leaf = self.leaf(after);
        let is_empty = match self.mood {
            Mood::Empty | Mood::NoData => turn < hash(after) % 3,
            Mood::LongEmpty => self.is_middle(start) && turn < LONG,
            Mood::OldTokenOnEmpty => self.is_middle(start),
            _ => false,
        };
        if is_empty {
            leaf.next = Some(named(self.second.filter(|_| self.mood == Mood::OldTokenOnEmpty).unwrap_or((after, turn + 1))));
            leaf.is_bare = self.mood == Mood::NoData;
        } else {
            leaf.rows = self.cut(start, self.count(after, self.size(size)));
            let next = self.next(start + leaf.rows.len(), after, turn, &leaf);
            self.second = self.second.or(next);
            leaf.next = next.map(named);
        }
        leaf.has_more = leaf.next.is_some();
        self.stir();
        leaf
    }

    /// What a page that ends before this place leads to.
    fn next(&self, end: usize, after: u64, turn: u64, leaf: &Leaf) -> Option<(u64, u64)> {
        let last = leaf.rows.last().map_or(after, |row| row.seq);
        match self.mood {
            Mood::SameToken if self.is_middle(end) => Some((after, turn)),
            Mood::OldToken if self.is_middle(end) => self.second,
            _ if self.repeats() && end >= self.rows.len() => Some((after, turn + 1)),
            Mood::Endless if end >= self.rows.len() => Some((last, turn + 1)),
            _ => (end < self.rows.len()).then_some((last, 0)),
        }
    }

    /// The page beyond a key, in the order of the list or against it.
    pub(crate) fn beyond(&mut self, is_beyond: impl Fn(&Row) -> bool, is_oldest_first: bool, size: usize) -> Leaf {
        let mut rows: Vec<Row> = self.rows.iter().filter(|row| is_beyond(row)).cloned().collect();
        if is_oldest_first {
            rows.reverse();
        }
        if self.repeats() && rows.is_empty() {
            rows = self.rows.iter().rev().take(size).rev().cloned().collect();
            rows.sort_by_key(|row| if is_oldest_first { row.seq } else { u64::MAX - row.seq });
        }
        let count = self.count(rows.first().map_or(0, |row| row.seq), self.size(size));
        let has_more = rows.len() > count;
        rows.truncate(count);
        let leaf = Leaf { rows, has_more, ..self.leaf(count as u64) };
        self.stir();
        leaf
    }

    fn leaf(&self, at: u64) -> Leaf {
        let total = self.rows.len() as u64;
        let total = match self.mood {
            Mood::TotalHigh | Mood::TotalHighRepeats => json!(total + 37),
            Mood::TotalLow => json!(total * 5 / 8 + 3),
            Mood::TotalNull => Value::Null,
            Mood::TotalWavers => json!(total + hash(at) % 40),
            _ => json!(total),
        };
        let errors = u64::from(self.mood == Mood::Errors);
        Leaf { total, errors, ..Leaf::default() }
    }

    fn cut(&self, start: usize, count: usize) -> Vec<Row> {
        self.rows.iter().skip(start).take(count).filter(|row| !row.is_gone).cloned().collect()
    }

    fn size(&self, asked: usize) -> usize {
        if self.mood == Mood::Clamped { asked.min(CLAMP) } else { asked }.max(1)
    }

    /// Records on a page that may be short.
    fn count(&self, at: u64, size: usize) -> usize {
        if self.mood == Mood::Short { 1 + hash(at) as usize % size.min(5) } else { size }
    }

    fn repeats(&self) -> bool {
        matches!(self.mood, Mood::Repeats | Mood::TotalHighRepeats)
    }

    fn is_middle(&self, end: usize) -> bool {
        (self.rows.len() / 2..self.rows.len()).contains(&end)
    }

    /// Lets records come and go, once a page was handed out.
    fn stir(&mut self) {
        self.served += 1;
        match self.mood {
            Mood::Inserts if self.served % 3 == 1 => {
                self.born += 1;
                let count = self.steady.len() as u64;
                self.rows.insert(0, row(count + self.born, count));
            }
            // Several at once, among those that were read already as a rule.
            Mood::Deletes if self.served % 3 == 1 && self.gone.len() < 24 => {
                for turn in 0..3 {
                    let at = hash(self.served * 3 + turn) as usize % self.rows.len().div_ceil(2);
                    let gone = self.rows.remove(at);
                    self.steady.retain(|row| row.seq != gone.seq);
                    self.gone.push(gone);
                }
            }
            _ => {}
        }
    }
}

fn named((after, turn): (u64, u64)) -> String {
    format!("t/{after}.{turn}+=&?")
}

fn parse(token: &str) -> (u64, u64) {
    let inner = token.strip_prefix("t/").and_then(|rest| rest.strip_suffix("+=&?"));
    let (after, turn) =
        inner.and_then(|inner| inner.split_once('.')).unwrap_or_else(|| panic!("{token:?} is no token of this host"));
    (after.parse().unwrap(), turn.parse().unwrap())
}

/// A number that follows from another and looks like any.
pub(crate) const fn hash(number: u64) -> u64 {
    let mixed = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
