//! `POST /search/messages`: the one way to what somebody has written anywhere.
//!
//! **A page may be short, or empty, while more remains**: hits whose message is gone are dropped after the page was cut, and
//! `total` counts them still.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::answer;
use super::live::{Account, Arrivals, Live};
use super::refusal::Refusal;
use crate::fluxer::dataset::{AUTHORS, Dataset};
use crate::fluxer::message::{Hit, Message};
use crate::fluxer::places::Found;
use crate::fluxer::snowflake::Snowflake;
use crate::host::Search;

/// Hits that a page holds at most, and where nobody says otherwise.
const HITS_PER_PAGE: u64 = 25;

/// The body as it comes. Content is not looked for here: the sample's searches are for authors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    scope: Option<Scope>,
    context_channel_id: Option<String>,
    context_guild_id: Option<String>,
    #[serde(default)]
    author_id: Vec<String>,
    hits_per_page: Option<u64>,
    page: Option<u64>,
    max_id: Option<String>,
    #[serde(default)]
    include_nsfw: bool,
    #[serde(default)]
    sort_by: SortBy,
    #[serde(default)]
    sort_order: SortOrder,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Scope {
    Current,
    All,
    AllGuilds,
    AllDms,
}

/// Without words to look for, all hits are as relevant as each other: the newest first.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SortBy {
    #[default]
    Timestamp,
    Relevance,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SortOrder {
    #[default]
    Desc,
    Asc,
}

/// The channels meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Everywhere,
    Guilds,
    Dms,
    Guild(u64),
    Channel(u64),
}

/// The body understood.
struct Asked {
    place: Where,
    /// Nobody in particular where empty; the account itself is `None`.
    authors: Vec<Option<u64>>,
    hits_per_page: u64,
    page: u64,
    below: Option<Snowflake>,
    include_nsfw: bool,
    is_newest_first: bool,
}

pub(super) async fn messages(account: Account, State(live): State<Arc<Live>>, body: Bytes) -> Result<Response, Refusal> {
    if live.search == Search::Off {
        return Err(Refusal::SearchOff);
    }
    let body = serde_json::from_slice(&body).map_err(|_| Refusal::InvalidForm("body"))?;
    let asked = Asked::parse(&account.data, &body)?;
    if !account.is_indexed() {
        return Err(Refusal::Indexing);
    }
    let answered = page(&account, &asked);
    account.message_arrives();
    Ok(answered)
}

fn page(account: &Account, asked: &Asked) -> Response {
    let data = &account.data;
    let own = asked.includes(data, Hit { channel: 0, author: None });
    let thread = account.thread(data.hits(|hit| asked.includes(data, hit)), if own { Arrivals::Own } else { Arrivals::None });
    let newest = asked.below.map_or(0, |below| thread.first_below(below));
    let total = thread.len() - newest;
    let first = (asked.page - 1).saturating_mul(asked.hits_per_page).min(total);
    let hits = first..total.min(first + asked.hits_per_page);
    let place = |hit| if asked.is_newest_first { newest + hit } else { thread.len() - 1 - hit };
    let found = hits.filter_map(|hit| thread.at(place(hit))).filter(|message: &Message| !message.is_gone());
    answer(|json| {
        json.item(|json| {
            json.list("messages", |json| found.for_each(|message| data.write_message(&message, json)));
            json.number("total", total);
            json.number("hits_per_page", asked.hits_per_page);
            json.number("page", asked.page);
        });
    })
}

impl Asked {
    fn parse(data: &Dataset, body: &Body) -> Result<Self, Refusal> {
        let number = |wished: Option<u64>, usual| wished.unwrap_or(usual);
        let hits_per_page = number(body.hits_per_page, HITS_PER_PAGE);
        let page = number(body.page, 1);
        if !(1..=HITS_PER_PAGE).contains(&hits_per_page) {
            return Err(Refusal::InvalidForm("hits_per_page"));
        }
        if page == 0 {
            return Err(Refusal::InvalidForm("page"));
        }
        let id = |text: &String| Snowflake::parse(text).ok_or(Refusal::InvalidForm("max_id"));
        Ok(Self {
            place: place(data, body)?,
            authors: authors(data, &body.author_id)?,
            hits_per_page,
            page,
            below: body.max_id.as_ref().map(id).transpose()?,
            include_nsfw: body.include_nsfw,
            is_newest_first: body.sort_by == SortBy::Relevance || body.sort_order == SortOrder::Desc,
        })
    }

    fn includes(&self, data: &Dataset, hit: Hit) -> bool {
        let in_place = match self.place {
            Where::Everywhere => true,
            Where::Guilds => data.guild_channel(hit.channel).is_some(),
            Where::Dms => data.guild_channel(hit.channel).is_none(),
            Where::Guild(guild) => data.guild_channel(hit.channel).is_some_and(|of| of.guild == guild),
            Where::Channel(channel) => hit.channel == channel,
        };
        let by_author = self.authors.is_empty() || self.authors.contains(&hit.author);
        in_place && by_author && (self.include_nsfw || !data.is_nsfw(hit.channel))
    }
}

/// Where to look must be said: by a scope, or by the channel or guild somebody has open.
fn place(data: &Dataset, body: &Body) -> Result<Where, Refusal> {
    match body.scope {
        Some(Scope::All) => return Ok(Where::Everywhere),
        Some(Scope::AllGuilds) => return Ok(Where::Guilds),
        Some(Scope::AllDms) => return Ok(Where::Dms),
        Some(Scope::Current) | None => {}
    }
    let channel = body.context_channel_id.as_deref().and_then(Snowflake::parse).and_then(|id| data.channel_by_id(id));
    if let Some(Found::Talkative(channel)) = channel {
        return Ok(Where::Channel(channel));
    }
    let guild = body.context_guild_id.as_deref().and_then(Snowflake::parse).and_then(|id| data.guild_by_id(id));
    guild.map(Where::Guild).ok_or(Refusal::InvalidForm("scope"))
}

/// An author who is not among those who write finds nothing.
fn authors(data: &Dataset, ids: &[String]) -> Result<Vec<Option<u64>>, Refusal> {
    let author = |id: &String| {
        let id = Snowflake::parse(id).ok_or(Refusal::InvalidForm("author_id"))?;
        let is_self = id.to_string() == data.account.id;
        let known = (0..AUTHORS).find(|user| data.user_id(*user) == id);
        Ok(if is_self { None } else { Some(known.unwrap_or(u64::MAX)) })
    };
    ids.iter().map(author).collect()
}
