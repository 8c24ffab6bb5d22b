//! What a request asks for: which page, how large, between which moments, which fields and which objects beside.
//!
//! **Anything else is refused**, with the name of the parameter.

use std::ops::RangeInclusive;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use carryall_protocol::Timestamp;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use super::refusal::Refusal;
use super::resources::{Pages, Resource};
use super::token::Token;
use crate::x::dataset::Stream;
use crate::x::message::Events;
use crate::x::style::Wanted;

/// The query as it came.
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(pairs)| Self(pairs)).map_err(|_| Refusal::invalid("query", "", "The query is no query".to_owned()))
    }
}

/// The query understood.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Records on a page.
    pub(super) size: u64,
    /// Where the page begins.
    pub(super) token: Token,
    /// Nothing older.
    pub(super) from: Option<Timestamp>,
    /// Nothing as new or newer.
    pub(super) until: Option<Timestamp>,
    pub(super) events: Events,
    pub(super) wanted: Wanted,
}

impl Asked {
    /// Reads the query of a resource whose largest page of posts is `page_limit`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a parameter that the resource does not know, or a value that is none.
    pub(super) fn parse(Parameters(pairs): &Parameters, resource: &Resource, page_limit: u64) -> Result<Self, Refusal> {
        let (sizes, size) = resource.pages.sizes(page_limit);
        let first = Token::default();
        let mut asked = Self { size, token: first, from: None, until: None, events: Events::All, wanted: Wanted::default() };
        let is_list = resource.pages != Pages::Single;
        let has_moments = resource.stream == Stream::Tweets;
        let has_events = resource.stream == Stream::DirectMessages;
        for (name, value) in pairs {
            match name.as_str() {
                "max_results" if is_list => asked.size = page_size(value, &sizes)?,
                "pagination_token" if is_list => asked.token = Token::read(value, resource.route)?,
                "start_time" if has_moments => asked.from = Some(moment("start_time", value)?),
                "end_time" if has_moments => asked.until = Some(moment("end_time", value)?),
                "event_types" if has_events => asked.events = events(value)?,
                name => match asked.wanted.take(name, value) {
                    Some(true) => {}
                    Some(false) => return Err(Refusal::unknown(name, value)),
                    None => {
                        return Err(Refusal::invalid(
                            name,
                            value,
                            format!("The `{name}` query parameter value [{value}] is not one"),
                        ));
                    }
                },
            }
        }
        Ok(asked)
    }

    /// The moments asked for, both possible.
    pub(super) fn moments(&self) -> RangeInclusive<Option<Timestamp>> {
        let until = self.until.map(|until| Timestamp::from_millis(until.as_millis().saturating_sub(1)));
        self.from..=until
    }
}

/// X does not clamp, it refuses.
fn page_size(text: &str, sizes: &RangeInclusive<u64>) -> Result<u64, Refusal> {
    let number = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let (smallest, largest) = (sizes.start(), sizes.end());
    number.filter(|number| sizes.contains(number)).ok_or_else(|| {
        let message = format!("The `max_results` query parameter value [{text}] is not between {smallest} and {largest}");
        Refusal::invalid("max_results", text, message)
    })
}

fn moment(name: &str, text: &str) -> Result<Timestamp, Refusal> {
    let deserializer: StrDeserializer<'_, Error> = text.into_deserializer();
    Timestamp::deserialize(deserializer).map_err(|_| {
        Refusal::invalid(name, text, format!("The `{name}` query parameter value [{text}] is not a valid RFC3339 date-time"))
    })
}

fn events(list: &str) -> Result<Events, Refusal> {
    match list {
        "MessageCreate" => Ok(Events::Messages),
        "ParticipantsJoin,ParticipantsLeave" | "ParticipantsLeave,ParticipantsJoin" => Ok(Events::Changes),
        "MessageCreate,ParticipantsJoin,ParticipantsLeave" => Ok(Events::All),
        _ => Err(Refusal::invalid("event_types", list, format!("The `event_types` query parameter value [{list}] is not one"))),
    }
}
