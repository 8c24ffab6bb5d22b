//! What a list is asked for: `limit`, `before`, `after`.
//!
//! **Anything else is refused**: a bound that is spelt otherwise would be one that does not bind.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use carryall_protocol::Timestamp;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use super::refusal::Refusal;
use crate::fluxer::snowflake::Snowflake;

/// The query as it came.
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(pairs)| Self(pairs)).map_err(|_| Refusal::InvalidForm("query"))
    }
}

/// The page of a list of messages that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    /// Messages wished for.
    pub(super) limit: u64,
    /// Only older ones.
    pub(super) before: Option<Snowflake>,
    /// Only newer ones; of these the newest.
    pub(super) after: Option<Snowflake>,
}

impl Parameters {
    /// The query of a list of messages, at most 100 on a page.
    pub(super) fn of_messages(&self) -> Result<Asked, Refusal> {
        let mut asked = Asked { limit: 50, before: None, after: None };
        for (name, value) in &self.0 {
            match name.as_str() {
                "limit" => asked.limit = limit(value, 100)?,
                "before" => asked.before = Some(Snowflake::parse(value).ok_or(Refusal::InvalidForm("before"))?),
                "after" => asked.after = Some(Snowflake::parse(value).ok_or(Refusal::InvalidForm("after"))?),
                _ => return Err(Refusal::InvalidForm("query")),
            }
        }
        Ok(asked)
    }

    /// The query of a list of pins: how many, 50 at most, and before which moment they were pinned.
    pub(super) fn of_pins(&self) -> Result<(u64, Option<Timestamp>), Refusal> {
        let (mut count, mut before) = (50, None);
        for (name, value) in &self.0 {
            match name.as_str() {
                "limit" => count = limit(value, 50)?,
                "before" => before = Some(moment(value)?),
                _ => return Err(Refusal::InvalidForm("query")),
            }
        }
        Ok((count, before))
    }

    /// The query of a list that has one page: how many, 100 at most.
    pub(super) fn of_one_page(&self) -> Result<u64, Refusal> {
        match self.0.as_slice() {
            [] => Ok(25),
            [(name, value)] if name == "limit" => limit(value, 100),
            _ => Err(Refusal::InvalidForm("query")),
        }
    }
}

fn limit(text: &str, most: u64) -> Result<u64, Refusal> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|limit| digits && (1..=most).contains(limit)).ok_or(Refusal::InvalidForm("limit"))
}

fn moment(text: &str) -> Result<Timestamp, Refusal> {
    let deserializer: StrDeserializer<'_, Error> = text.into_deserializer();
    Timestamp::deserialize(deserializer).map_err(|_| Refusal::InvalidForm("before"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Parameters {
        Parameters(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_page_is_asked_for_by_size_and_bound() {
        let asked = parameters(&[("limit", "100"), ("before", "175928847299117063")]).of_messages().unwrap();
        assert_eq!((asked.limit, asked.before.map(|id| id.to_string())), (100, Some("175928847299117063".to_owned())));
        let (count, before) = parameters(&[("before", "2026-01-31T18:00:00.123Z")]).of_pins().unwrap();
        assert_eq!((count, before.unwrap().to_string().as_str()), (50, "2026-01-31T18:00:00.123Z"));
    }

    #[test]
    fn what_is_unknown_or_malformed_is_refused() {
        for pair in [("limit", "0"), ("limit", "101"), ("limit", "+1"), ("before", "now"), ("before", "-1"), ("around", "1")] {
            assert!(parameters(&[pair]).of_messages().is_err(), "{pair:?}");
        }
        for pair in [("limit", "51"), ("before", "175928847299117063"), ("after", "2026-01-31T18:00:00Z")] {
            assert!(parameters(&[pair]).of_pins().is_err(), "{pair:?}");
        }
        assert!(parameters(&[("limit", "100"), ("before", "1")]).of_one_page().is_err());
    }
}
