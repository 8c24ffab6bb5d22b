//! Fluxer's API, below `/api` and below `/v1`, with its traps:
//!
//! - the token stands in the `Authorization` header without any word before it;
//! - requests that are no GET are taken from the app's own origin alone;
//! - so many requests in a fixed window, by person and place; the body of a refusal is more exact than its header;
//! - `before` leads on, `after` gives the newest; what may not be read is an empty page with status 200;
//! - the search indexes first, counts what is gone, leaves out what is not safe for work, and shifts as messages arrive;
//! - saved messages have one page and no other.
//!
//! `/users/@me` tells the counter who is asking; **it is the one call that no fault strikes**.

mod asked;
mod gate;
mod history;
mod live;
mod refusal;
mod search;
mod windows;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, Path};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use self::gate::{Gate, own_origin};
use self::live::{Account, Live};
use self::refusal::Refusal;
use super::dataset::Dataset;
use super::places::GuildChannel;
use super::snowflake::Snowflake;
use crate::faults::{Faults, strike};
use crate::host::Options;
use crate::json::{Json, Secrets};
use crate::misbehaviour::{Misbehaviours, misbehave};
use crate::session::Sessions;

/// How long a window of the limits is.
const WINDOW: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Api {
    sessions: Arc<Sessions>,
    live: Arc<Live>,
    gate: Arc<Gate>,
    faults: Option<Arc<Faults>>,
}

impl FromRef<Api> for Arc<Sessions> {
    fn from_ref(api: &Api) -> Self {
        Self::clone(&api.sessions)
    }
}

impl FromRef<Api> for Arc<Live> {
    fn from_ref(api: &Api) -> Self {
        Self::clone(&api.live)
    }
}

/// The API's routes with their paths.
pub(crate) fn routes(options: &Options, sessions: Arc<Sessions>) -> Router {
    let live = Arc::new(Live::new(options));
    let gate = Arc::new(Gate::new(options.limit_window.unwrap_or(WINDOW)));
    let faults = options.faults.then(|| Arc::new(Faults::new(options.seed, refusal::of_fault)));
    let api = Api { sessions, live, gate, faults };
    let mounted = |router: Router, prefix| router.nest(prefix, below(prefix, &api, options));
    ["/api", "/v1"].into_iter().fold(Router::new(), mounted)
}

/// The API as it is mounted below a prefix; who is asking, the limits and the faults are the same for all of them.
fn below(prefix: &'static str, api: &Api, options: &Options) -> Router {
    let data = account_routes().merge(guild_routes()).merge(message_routes()).fallback(async || Refusal::NotFound);
    let data = match &api.faults {
        Some(faults) => data.layer(from_fn_with_state(Arc::clone(faults), strike)),
        None => data,
    };
    let misbehaviours = Misbehaviours::new(options.seed, prefix, options.misbehave.clone());
    data.layer(from_fn_with_state(Arc::new(misbehaviours), misbehave))
        .route("/users/@me", one(Dataset::write_profile))
        .layer(from_fn_with_state((prefix, api.clone()), gate::pass))
        .layer(from_fn(own_origin))
        .with_state(api.clone())
}

fn account_routes() -> Router<Api> {
    Router::new()
        .route("/users/@me/settings", one(Dataset::write_settings))
        .route("/auth/sessions", whole(Dataset::sessions, Dataset::write_session))
        .route("/users/@me/mfa/webauthn/credentials", whole(Dataset::passkeys, Dataset::write_passkey))
        .route("/users/@me/notes", one(notes))
        .route("/users/@me/relationships", whole(|data| data.counts.relationships, Dataset::write_relationship))
        .route("/users/@me/memes", whole(|data| data.counts.others, Dataset::write_meme))
        .route("/users/@me/gifts", whole(|data| data.counts.others, Dataset::write_gift))
        .route("/users/@me/applications", whole(|data| data.counts.others, Dataset::write_application))
        .route("/oauth2/@me/authorizations", whole(|data| data.counts.others, Dataset::write_authorization))
        .route("/users/@me/beta-codes", one(beta_codes))
}

fn guild_routes() -> Router<Api> {
    Router::new()
        .route("/users/@me/guilds", whole(|data| data.counts.guilds, Dataset::write_guild))
        .route("/guilds/{guild}/members/@me", get(membership))
        .route("/guilds/{guild}/channels", get(guild_channels))
        .route("/users/@me/channels", whole(|data| data.counts.dms, Dataset::write_dm))
}

fn message_routes() -> Router<Api> {
    Router::new()
        .route("/channels/{channel}/messages", get(history::messages))
        .route("/channels/{channel}/messages/pins", get(history::pins))
        .route("/search/messages", post(search::messages))
        .route("/users/@me/mentions", get(history::mentions))
        .route("/users/@me/saved-messages", get(history::saved))
        .route("/users/@me/scheduled-messages", whole(|data| data.counts.others, Dataset::write_scheduled))
}

/// An answer that is one object.
fn one(write: fn(&Dataset, &mut Json)) -> MethodRouter<Api> {
    get(async move |Account { data, .. }: Account| answer(|json| write(&data, json)))
}

/// An answer that is a whole list.
fn whole(count: fn(&Dataset) -> u64, write: fn(&Dataset, u64, &mut Json)) -> MethodRouter<Api> {
    get(async move |Account { data, .. }: Account| {
        answer(|json| json.array(|json| (0..count(&data)).for_each(|index| write(&data, index, json))))
    })
}

fn notes(data: &Dataset, json: &mut Json) {
    json.item(|json| (0..data.counts.notes).for_each(|index| data.write_note(index, &data.note_key(index).to_string(), json)));
}

fn beta_codes(data: &Dataset, json: &mut Json) {
    json.item(|json| {
        json.list("beta_codes", |json| (0..data.beta_codes()).for_each(|index| data.write_beta_code(index, json)));
        json.number("allowance", 3);
        json.null("next_reset_at");
    });
}

async fn membership(Account { data, .. }: Account, Path(guild): Path<String>) -> Result<Response, Refusal> {
    let guild = guild_named(&data, &guild)?;
    Ok(answer(|json| json.item(|json| data.membership_members(guild, json))))
}

async fn guild_channels(Account { data, .. }: Account, Path(guild): Path<String>) -> Result<Response, Refusal> {
    let guild = guild_named(&data, &guild)?;
    let write = |position, json: &mut Json| data.write_guild_channel(GuildChannel { guild, position }, json);
    Ok(answer(|json| json.array(|json| (0..data.channels_per_guild()).for_each(|position| write(position, json)))))
}

fn guild_named(data: &Dataset, id: &str) -> Result<u64, Refusal> {
    Snowflake::parse(id).and_then(|id| data.guild_by_id(id)).ok_or(Refusal::UnknownGuild)
}

/// Whatever is written, as JSON.
fn answer(write: impl FnOnce(&mut Json)) -> Response {
    let mut json = Json::new(Secrets::Served);
    write(&mut json);
    ([(CONTENT_TYPE, "application/json")], json.into_bytes()).into_response()
}
