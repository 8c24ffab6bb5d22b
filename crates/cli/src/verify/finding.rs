//! What was found, said in plain words.
//!
//! **What an archive says of itself is shown without power over the terminal**: control characters and those that turn the
//! direction of text are written as their numbers.

use std::fmt;

use serde::Serialize;

/// Wrong things told of one check; the rest is counted.
const TOLD: usize = 20;

/// One thing that is looked at, in the order of looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Check {
    /// The zip's records, and the names in it.
    Structure,
    /// Every byte of every entry.
    Contents,
    /// The manifests (RFC 8493).
    Bag,
    /// Records, against what `export.json` counts.
    Counts,
    /// What `export.json` says is missing.
    Completeness,
    /// Files that records name.
    Media,
    /// The counter's signed statement.
    Receipt,
}

impl Check {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Contents => "contents",
            Self::Bag => "bag",
            Self::Counts => "counts",
            Self::Completeness => "completeness",
            Self::Media => "media",
            Self::Receipt => "receipt",
        }
    }
}

/// What a finding means for the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It is as it should be.
    Right,
    /// It is not.
    Wrong,
    /// It was not looked at.
    Unchecked,
    /// Good to know.
    Note,
}

impl Verdict {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "WRONG",
            Self::Unchecked => "unchecked",
            Self::Note => "note",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    check: Check,
    verdict: Verdict,
    says: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {:<9}  {}: {}", self.verdict.as_str(), self.check.as_str(), self.says)
    }
}

/// All findings about one archive, in order.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    /// Wrong things of the present check.
    wrong: usize,
    all_wrong: usize,
}

impl Findings {
    /// Something that is not right.
    pub(crate) fn wrong(&mut self, check: Check, says: impl Into<String>) {
        self.wrong += 1;
        self.all_wrong += 1;
        if self.wrong <= TOLD {
            self.add(check, Verdict::Wrong, says.into());
        }
    }

    /// Something that was not looked at.
    pub(crate) fn unchecked(&mut self, check: Check, says: impl Into<String>) {
        self.add(check, Verdict::Unchecked, says.into());
    }

    /// Something good to know.
    pub(crate) fn note(&mut self, check: Check, says: impl Into<String>) {
        self.add(check, Verdict::Note, says.into());
    }

    /// Ends a check: says this where nothing was wrong, and how much more was.
    pub(crate) fn conclude(&mut self, check: Check, right: impl Into<String>) {
        match self.wrong {
            0 => self.add(check, Verdict::Right, right.into()),
            wrong if wrong > TOLD => self.add(check, Verdict::Wrong, format!("and {} more like these", wrong - TOLD)),
            _ => {}
        }
        self.wrong = 0;
    }

    /// Whether nothing is wrong.
    pub(crate) const fn is_right(&self) -> bool {
        self.all_wrong == 0
    }

    /// How many things are wrong.
    pub(crate) const fn count_wrong(&self) -> usize {
        self.all_wrong
    }

    /// All of them, in order.
    pub(crate) fn list(&self) -> &[Finding] {
        &self.list
    }

    fn add(&mut self, check: Check, verdict: Verdict, says: String) {
        self.list.push(Finding { check, verdict, says: harmless(&says) });
    }
}

/// A text without power over a terminal.
fn harmless(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        if c.is_control() || turns(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
        shown
    })
}

/// "1 entry", "2 entries".
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_power_over_the_terminal() {
        let mut findings = Findings::default();
        findings.wrong(Check::Structure, "\u{1b}[2Jphoto\u{202e}gpj.exe");
        assert_eq!(findings.list()[0].to_string(), r"  WRONG      structure: \u{1b}[2Jphoto\u{202e}gpj.exe");
    }

    #[test]
    fn what_is_wrong_a_hundred_times_is_told_twenty_times_and_counted() {
        let mut findings = Findings::default();
        (0..100).for_each(|at| findings.wrong(Check::Bag, format!("{at}")));
        findings.conclude(Check::Bag, "good");
        assert_eq!(findings.list().len(), TOLD + 1);
        assert!(findings.list()[TOLD].to_string().contains("80 more"), "{:?}", findings.list()[TOLD]);
        assert_eq!((findings.is_right(), findings.count_wrong()), (false, 100));
        findings.conclude(Check::Counts, "good");
        assert!(findings.list()[TOLD + 1].to_string().contains("right"));
    }
}
