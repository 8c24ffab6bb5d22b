//! What a value must be like. **Texts of the catalog say themselves here**; who knows what a `{name}` stands for compares that first.

use carryall_protocol::catalog::{Condition, Scalar};

use crate::json::{lookup, scalar_text};

/// Whether an object meets a condition, where `equals` tells whether a value is a scalar of the catalog's.
#[must_use]
pub fn meets(condition: &Condition, object: &str, equals: impl Fn(&str, &Scalar) -> bool) -> bool {
    let value = lookup(object, condition.pointer.tokens());
    let is = |expected: &Scalar| value.is_some_and(|value| equals(value, expected));
    condition.equals.as_ref().is_none_or(is) && !condition.not_equals.as_ref().is_some_and(is)
}

/// Whether a value's exact text is this scalar.
#[must_use]
pub fn equals(value: &str, expected: &Scalar) -> bool {
    match expected {
        Scalar::Bool(expected) => value == if *expected { "true" } else { "false" },
        Scalar::Integer(expected) => value.parse() == Ok(*expected),
        Scalar::Text(expected) => value.starts_with('"') && scalar_text(value).is_some_and(|said| said == *expected),
    }
}
