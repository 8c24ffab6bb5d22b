//! What a record or an answer must be like.

use carryall_protocol::catalog::{Condition, Exclusion, Scalar};
use carryall_records::condition::{self, equals};
use carryall_records::json::{lookup, scalar_text};

use crate::values::Values;

/// Whether a rule leaves a record out.
pub(super) fn excludes(rule: &Exclusion, record: &str, values: Values<'_>) -> bool {
    let value = lookup(record, rule.pointer.tokens());
    match (&rule.equals, &rule.not_equals) {
        (Some(equals), _) => value.is_some_and(|value| equal(value, equals, values)),
        (None, Some(other)) => value.is_some_and(|value| !equal(value, other, values)),
        (None, None) => false,
    }
}

/// Whether a record meets a condition.
pub(super) fn meets(condition: &Condition, record: &str, values: Values<'_>) -> bool {
    condition::meets(condition, record, |value, expected| equal(value, expected, values))
}

/// Whether a value's exact text is this scalar.
pub(super) fn equal(value: &str, expected: &Scalar, values: Values<'_>) -> bool {
    let filled = match expected {
        Scalar::Text(text) => Some(values.fill(text)).filter(|filled| filled != text),
        _ => None,
    };
    // An account's id may be a number in the API and is a text everywhere else.
    filled.map_or_else(|| equals(value, expected), |filled| scalar_text(value).is_some_and(|value| value == filled))
}
