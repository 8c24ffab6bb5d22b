//! X's API, below `/2`, with its traps:
//!
//! - `data` is absent where there is nothing, on pages in the middle too; **a page without `next_token` is the end**, and no
//!   other is;
//! - users, media and posts that records name lie beside them, where `expansions` asks for it; what of them is gone is an
//!   error beside the data, with status 200;
//! - fields are given that are asked for; parameters that are unknown, and pages of other sizes than there are, are refused;
//! - a post arrives with every page of posts; `end_time` keeps it out;
//! - the newest posts, bookmarks and direct messages are all there is to have;
//! - each resource has its window, and the application itself uses some of it.
//!
//! `/2/account/session` tells the counter who is asking; **it is the one call that no limit and no fault strikes**. Whatever
//! else is below `/2/account` is not of the public API: it stands for what the application's own pages read.

mod asked;
mod beside;
mod entry;
mod limits;
mod live;
mod page;
mod refusal;
mod resources;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Path};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};

use self::asked::{Asked, Parameters};
use self::limits::limit;
use self::live::{Account, Live};
use self::page::{nothing_found, page, single};
use self::refusal::{Refusal, broken};
use self::resources::{Owner, Pages, RESOURCES, Resource};
use crate::faults::{Faults, strike};
use crate::host::Options;
use crate::misbehaviour::{Misbehaviours, misbehave};
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

/// The API's routes.
pub(crate) fn routes(options: &Options, sessions: Arc<Sessions>) -> Router {
    let api = Api { sessions, live: Arc::new(Live::new(options)) };
    let data = RESOURCES.iter().fold(Router::new(), |data, resource| data.route(resource.route, answering(resource)));
    let data = data.fallback(async || Refusal::NotFound);
    let faults = Arc::new(Faults::new(options.seed, broken));
    let data = if options.faults { data.layer(from_fn_with_state(faults, strike)) } else { data };
    let data = data.layer(from_fn_with_state(api.clone(), limit));
    let misbehaviours = Misbehaviours::new(options.seed, "/2", options.misbehave.clone());
    let data = data.layer(from_fn_with_state(Arc::new(misbehaviours), misbehave));
    data.route("/account/session", get(session)).with_state(api)
}

async fn session(caller: Caller) -> Response {
    axum::Json(caller.introduction()).into_response()
}

fn answering(resource: &'static Resource) -> MethodRouter<Api> {
    get(async move |account: Account, id: Option<Path<String>>, parameters: Parameters| {
        answer(resource, &account, id.as_ref().map(|Path(id)| id.as_str()), &parameters)
    })
}

fn answer(
    resource: &'static Resource,
    account: &Account,
    id: Option<&str>,
    parameters: &Parameters,
) -> Result<Response, Refusal> {
    let asked = Asked::parse(parameters, resource, account.page_limit)?;
    let list = match (resource.owner, id) {
        (Owner::Caller, Some(id)) if id != account.data.account.id => return Err(Refusal::foreign(id, account)),
        (Owner::List, Some(id)) => match account.data.list_by_id(id) {
            Some(list) => list,
            None => return Ok(nothing_found("list", id)),
        },
        _ => 0,
    };
    Ok(match resource.pages {
        Pages::Single => single(account, resource, &asked),
        _ => page(account, &account.entries(resource, list, &asked), &asked),
    })
}
