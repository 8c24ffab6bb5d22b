//! What a list is asked for: `limit`, `offset` and, where the list has dates, two bounds, both inclusive.
//!
//! **Anything else is refused**: `end_date` where `endDate` is meant would otherwise be a bound that does not bind.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use carryall_protocol::Timestamp;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use crate::problem::Problem;

/// How calls spell their bounds.
pub(super) const CALL_DATES: [&str; 2] = ["startDate", "endDate"];
/// How charges spell theirs.
pub(super) const CHARGE_DATES: [&str; 2] = ["start_date", "end_date"];

const DEFAULT_LIMIT: u64 = 20;

/// The query as it came.
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(pairs)| Self(pairs)).map_err(|_| Problem::BadParameter)
    }
}

/// The query understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    /// Records wished for; the list may give fewer.
    pub(super) limit: u64,
    /// Records to pass over.
    pub(super) offset: u64,
    /// Nothing older.
    pub(super) from: Option<Timestamp>,
    /// Nothing newer.
    pub(super) to: Option<Timestamp>,
}

impl Asked {
    /// Reads the query of a list whose bounds are spelt as in `dates`.
    ///
    /// # Errors
    /// [`Problem::BadParameter`] for a parameter the list does not know, or a value that is none.
    pub(super) fn parse(Parameters(pairs): &Parameters, dates: Option<[&str; 2]>) -> Result<Self, Problem> {
        let [start, end] = dates.map_or([None, None], |names| names.map(Some));
        let mut asked = Self { limit: DEFAULT_LIMIT, offset: 0, from: None, to: None };
        for (name, value) in pairs {
            match name.as_str() {
                "limit" => asked.limit = number(value).filter(|limit| *limit > 0).ok_or(Problem::BadParameter)?,
                "offset" => asked.offset = number(value).ok_or(Problem::BadParameter)?,
                name if Some(name) == start => asked.from = Some(date(value, "T00:00:00Z")?),
                name if Some(name) == end => asked.to = Some(date(value, "T23:59:59.999Z")?),
                _ => return Err(Problem::BadParameter),
            }
        }
        Ok(asked)
    }
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A moment, or a date alone that stands for its first or last moment.
fn date(text: &str, time_of_day: &str) -> Result<Timestamp, Problem> {
    let moment = if text.len() == "2026-02-28".len() { format!("{text}{time_of_day}") } else { text.to_owned() };
    let deserializer: StrDeserializer<'_, Error> = moment.as_str().into_deserializer();
    Timestamp::deserialize(deserializer).map_err(|_| Problem::BadParameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Result<Asked, Problem> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Asked::parse(&Parameters(pairs), Some(CALL_DATES))
    }

    #[test]
    fn a_date_alone_stands_for_the_whole_day() {
        let both = asked(&[("startDate", "2025-03-01"), ("endDate", "2025-03-01")]).unwrap();
        assert_eq!(both.from.unwrap().to_string(), "2025-03-01T00:00:00Z");
        assert_eq!(both.to.unwrap().to_string(), "2025-03-01T23:59:59.999Z");
    }

    #[test]
    fn a_moment_is_taken_to_the_millisecond() {
        let to = asked(&[("endDate", "2026-02-28T12:00:00.250Z")]).unwrap().to;
        assert_eq!(to.unwrap().to_string(), "2026-02-28T12:00:00.250Z");
    }

    #[test]
    fn what_is_unknown_or_malformed_is_refused() {
        let wrong = [
            ("end_date", "2025-03-01"),
            ("endDate", "yesterday"),
            ("endDate", "2025-13-01"),
            ("endDate", ""),
            ("startDate", "1772280000"),
            ("limit", "0"),
            ("limit", "ten"),
            ("limit", "+10"),
            ("offset", "-1"),
            ("page", "2"),
        ];
        for pair in wrong {
            assert_eq!(asked(&[pair]), Err(Problem::BadParameter), "{pair:?}");
        }
    }
}
