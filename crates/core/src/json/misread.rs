//! What is wrong with a JSON text, and where.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// A text that is no JSON, or not what its type wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Misread {
    /// The place, as a JSON Pointer.
    pub pointer: String,
    /// What is there, and what was expected.
    pub problem: String,
}

impl Misread {
    /// The same, one level further out.
    pub(crate) fn inside(mut self, token: &str) -> Self {
        self.pointer = format!("/{}{}", token.replace('~', "~0").replace('/', "~1"), self.pointer);
        self
    }
}

impl Error for Misread {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self { pointer: String::new(), problem: problem.to_string() }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid type: {}, expected {expected}", words(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid value: {}, expected {expected}", words(found)))
    }
}

/// As serde says it, without the floating-point numbers that are never read.
fn words(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(found) => format!("boolean `{found}`"),
        Unexpected::Unsigned(found) => format!("integer `{found}`"),
        Unexpected::Signed(found) => format!("integer `{found}`"),
        Unexpected::Str(found) => format!("string {found:?}"),
        Unexpected::Map => "map".to_owned(),
        Unexpected::Seq => "sequence".to_owned(),
        Unexpected::Other(found) => format!("`{found}`"),
        _ => "another type".to_owned(),
    }
}

impl std::error::Error for Misread {}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the top" } else { &self.pointer };
        write!(f, "at {place}: {}", self.problem)
    }
}
