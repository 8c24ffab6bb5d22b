//! Talkif's API, below `/api/v1`, with its traps:
//!
//! - pages are clamped, and `meta.limit` is now the size asked for, now the count returned;
//! - a call arrives with every page of calls, so that an unbounded walk shifts under its reader;
//! - a contact vanishes once, when the second page of contacts is asked for;
//! - transcripts are missing or restricted; addresses of recordings are good for minutes;
//! - unknown or malformed parameters are refused, and dates are spelt differently here and there.
//!
//! `/me` tells the counter who is asking; **it is the one call that no fault strikes**.

mod asked;
mod calls;
mod live;
mod page;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use self::asked::{Asked, CHARGE_DATES, Parameters};
use self::live::{Account, Live};
use self::page::page;
use super::dataset::Stream;
use crate::faults::{Fault, Faults, strike};
use crate::host::Options;
use crate::json::{Json, Secrets};
use crate::misbehaviour::{Misbehaviours, misbehave};
use crate::newest_first::between;
use crate::problem::Problem;
use crate::session::{Caller, Sessions};

#[derive(Clone)]
struct Api {
    sessions: Arc<Sessions>,
    live: Arc<Live>,
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

/// The API's routes.
pub(crate) fn routes(options: &Options, sessions: Arc<Sessions>) -> Router {
    let api = Api { sessions, live: Arc::new(Live::new(options)) };
    let data = Router::new()
        .route("/account", get(account))
        .route("/users", whole(Stream::Users, "users"))
        .route("/contacts", get(contacts))
        .route("/calls", get(calls::list))
        .route("/calls/{id}/transcript", get(calls::transcript))
        .route("/calls/{id}/recording", get(calls::recording))
        .route("/flows", whole(Stream::Flows, "flows"))
        .route("/phone-numbers", whole(Stream::PhoneNumbers, "phoneNumbers"))
        .route("/voip-providers", whole(Stream::VoipProviders, "providers"))
        .route("/schedules", whole(Stream::CallSchedules, "schedules"))
        .route("/campaigns", whole(Stream::Campaigns, "campaigns"))
        .route("/campaigns/{id}/contacts", get(campaign_contacts))
        .route("/billing/charges", get(charges))
        .route("/billing/transactions", whole(Stream::BalanceTransactions, "transactions"))
        .route("/notifications", whole(Stream::Notifications, "notifications"))
        .fallback(async || Problem::NotFound);
    let faults = Arc::new(Faults::new(options.seed, refuse));
    let data = if options.faults { data.layer(from_fn_with_state(faults, strike)) } else { data };
    let misbehaviours = Misbehaviours::new(options.seed, "/api/v1", options.misbehave.clone());
    let data = data.layer(from_fn_with_state(Arc::new(misbehaviours), misbehave));
    data.route("/me", get(me)).with_state(api)
}

/// Nothing in the answer says how long to wait.
fn refuse(fault: Fault) -> Response {
    match fault {
        Fault::RateLimited => Problem::RateLimit.into_response(),
        Fault::Unavailable => Problem::Unavailable.into_response(),
    }
}

/// A list without traps of its own.
fn whole(stream: Stream, key: &'static str) -> axum::routing::MethodRouter<Api> {
    get(async move |Account { data, .. }: Account, State(live): State<Arc<Live>>, parameters: Parameters| {
        let asked = Asked::parse(&parameters, None)?;
        let write = |index, json: &mut Json| data.write(stream, index, json);
        Ok::<_, Problem>(page(key, &asked, live.page_limit, data.count(stream), write))
    })
}

async fn me(caller: Caller) -> Response {
    axum::Json(caller.introduction()).into_response()
}

async fn account(Account { data, .. }: Account) -> Response {
    one(|json| data.write(Stream::Account, 0, json))
}

async fn contacts(account: Account, State(live): State<Arc<Live>>, parameters: Parameters) -> Result<Response, Problem> {
    let asked = Asked::parse(&parameters, None)?;
    let contacts = account.contacts(asked.offset, live.deletion);
    let write = |position, json: &mut Json| account.data.write(Stream::Contacts, contacts.index(position), json);
    Ok(page("contacts", &asked, live.page_limit, contacts.total, write))
}

async fn campaign_contacts(
    Account { data, .. }: Account,
    State(live): State<Arc<Live>>,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let asked = Asked::parse(&parameters, None)?;
    let campaign = data.campaign_by_id(&id).ok_or(Problem::NotFound)?;
    let write = |member, json: &mut Json| data.write_member(campaign, member, json);
    Ok(page("contacts", &asked, live.page_limit, data.members(campaign), write))
}

async fn charges(
    Account { data, .. }: Account,
    State(live): State<Arc<Live>>,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let asked = Asked::parse(&parameters, Some(CHARGE_DATES))?;
    let found = between(data.count(Stream::Charges), |index| data.charged_at(index), asked.from..=asked.to);
    let write = |position, json: &mut Json| data.write(Stream::Charges, found.start + position, json);
    Ok(page("charges", &asked, live.page_limit, found.end - found.start, write))
}

/// An answer that is one object.
fn one(write: impl FnOnce(&mut Json)) -> Response {
    let mut json = Json::new(Secrets::Served);
    write(&mut json);
    ([(CONTENT_TYPE, "application/json")], json.into_bytes()).into_response()
}
