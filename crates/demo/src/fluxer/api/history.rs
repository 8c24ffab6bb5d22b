//! Lists of messages that are read from the newest on: a channel's history and pins, mentions, saved messages.

use axum::extract::Path;
use axum::response::Response;

use super::answer;
use super::asked::{Asked, Parameters};
use super::live::{Account, Arrivals, Thread};
use super::refusal::Refusal;
use crate::fluxer::dataset::Dataset;
use crate::fluxer::message::Pin;
use crate::fluxer::places::Found;
use crate::fluxer::snowflake::Snowflake;
use crate::newest_first::first_not;

/// Where new messages arrive.
const BUSY_CHANNEL: u64 = 0;

/// A channel's messages. Where the history may not be read there are none, and the status is 200 all the same.
pub(super) async fn messages(account: Account, Path(id): Path<String>, parameters: Parameters) -> Result<Response, Refusal> {
    let asked = parameters.of_messages()?;
    let channel = channel_named(&account.data, &id)?;
    if !account.data.is_readable(channel) {
        return Ok(answer(|json| json.array(|_| ())));
    }
    let arrivals = if channel == BUSY_CHANNEL { Arrivals::All } else { Arrivals::None };
    Ok(page(&account, &account.thread(account.data.history(channel), arrivals), asked))
}

/// Messages that mention the account.
pub(super) async fn mentions(account: Account, parameters: Parameters) -> Result<Response, Refusal> {
    let asked = parameters.of_messages()?;
    Ok(page(&account, &account.thread(account.data.mentions(), Arrivals::Mentions), asked))
}

/// A page of messages; while it is read, another one arrives. **`after` does not lead on**: it gives the newest of all that
/// are newer.
fn page(account: &Account, thread: &Thread<'_>, asked: Asked) -> Response {
    let first = asked.before.map_or(0, |before| thread.first_below(before));
    let end = asked.after.map_or(thread.len(), |after| thread.above(after));
    let found = (first..end.min(first + asked.limit)).filter_map(|position| thread.at(position));
    let answered = answer(|json| json.array(|json| found.for_each(|message| account.data.write_message(&message, json))));
    account.message_arrives();
    answered
}

/// A channel's pins, the last pinned first: `before` keeps out what was pinned at that very moment too.
pub(super) async fn pins(
    Account { data, .. }: Account,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    let (limit, before) = parameters.of_pins()?;
    let channel = channel_named(&data, &id)?;
    let all = if data.is_readable(channel) { data.pins(channel) } else { 0 };
    let is_too_new = |pin: Option<Pin>| pin.zip(before).is_some_and(|(pin, before)| pin.pinned_at >= before);
    let first = first_not(all, |pin| is_too_new(data.pin(channel, pin)));
    let end = all.min(first + limit);
    Ok(answer(|json| {
        json.item(|json| {
            let pins = (first..end).filter_map(|pin| data.pin(channel, pin));
            json.list("items", |json| pins.for_each(|pin| data.write_pin(&pin, json)));
            json.boolean("has_more", end < all);
        });
    }))
}

/// The newest saved messages; there is no way to the others.
pub(super) async fn saved(Account { data, .. }: Account, parameters: Parameters) -> Result<Response, Refusal> {
    let count = parameters.of_one_page()?.min(data.saved());
    Ok(answer(|json| json.array(|json| (0..count).for_each(|index| data.write_saved(index, json)))))
}

/// The talkative channel with this id.
fn channel_named(data: &Dataset, id: &str) -> Result<u64, Refusal> {
    match Snowflake::parse(id).and_then(|id| data.channel_by_id(id)).ok_or(Refusal::UnknownChannel)? {
        Found::Talkative(channel) => Ok(channel),
        Found::Category => Err(Refusal::WrongChannelType),
    }
}
