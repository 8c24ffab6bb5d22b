//! Walks the first pages of every stream at a real host, with the machine that exports use, and notes what it found.
//!
//! Every stream is walked for itself, its parents before it, one request at a time. **Nothing of an answer is shown but names of
//! fields and counts**: no value of a record, and no header that was given.

mod finding;
mod hint;
mod host;
mod outline;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use carryall_core::export::{Action, Export};
use carryall_core::page::header_names;
use carryall_core::plan::{Choices, Plan, Run};
use carryall_protocol::catalog::{Catalog, Stream};
use carryall_protocol::job::MediaChoice;
use carryall_protocol::{AccountId, CategoryId, ExportId, Timestamp};
use clap::Args;

pub(crate) use finding::{Finding, Kind};
use host::Host;
pub(crate) use host::is_own_machine;

/// What is asked beyond the pages of a stream, because some answers are none.
const SPARE_REQUESTS: u32 = 4;
/// How long one stream may be waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whom to ask, and how.
#[derive(Args)]
pub(crate) struct Against {
    /// Also walk the first pages of every stream at this host: the origin of its API, like https://app.example.
    #[arg(long, value_name = "URL")]
    pub(crate) against: Option<String>,
    /// A header for every request, like 'Authorization: Bearer ...'; may be given several times.
    #[arg(long = "header", value_name = "NAME: VALUE", requires = "against")]
    headers: Vec<String>,
    /// Send `Authorization: Bearer` with the value of this environment variable.
    #[arg(long, value_name = "NAME", requires = "against")]
    token_env: Option<String>,
    /// The account's id as the host knows it, for `{account}`.
    #[arg(long, value_name = "ID", requires = "against")]
    account: Option<String>,
    /// Pages of each stream.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=50), requires = "against")]
    pages: u32,
    /// Only the streams of this category; may be given several times.
    #[arg(long = "category", value_name = "ID", requires = "against")]
    categories: Vec<String>,
}

/// Walks every stream of the categories asked for, and tells of each as soon as it is done.
///
/// # Errors
///
/// Where the options do not fit the catalog, or a header's variable is not set.
pub(crate) fn walk(url: &str, options: &Against, catalog: Catalog, tell: &mut dyn FnMut(&Finding)) -> anyhow::Result<()> {
    let host = Host::new(url, &catalog.base_url, header_names(&catalog), &options.headers, options.token_env.as_deref())?;
    if options.account.is_none() && needs_account(&catalog) {
        anyhow::bail!("the catalog asks for {{account}}: say the account's id with --account");
    }
    let plan = plan(options, catalog, &host)?;
    for (at, planned) in plan.streams.iter().enumerate().filter(|(_, planned)| !planned.keys_only) {
        let finding = Finding::begin(Stream::clone(&planned.stream));
        tell(&walk_stream(&host, family(&plan, at, options.pages), options.pages, finding));
    }
    Ok(())
}

fn needs_account(catalog: &Catalog) -> bool {
    // The name stands in braces wherever it stands; what is not asked for needs no value.
    let requests = catalog.categories.iter().flat_map(|category| &category.streams).map(|stream| &stream.request);
    requests.into_iter().any(|request| format!("{request:?}").contains("{account}"))
}

fn plan(options: &Against, catalog: Catalog, host: &Host) -> anyhow::Result<Plan> {
    let known: Vec<CategoryId> = catalog.categories.iter().map(|category| category.id.clone()).collect();
    if let Some(unknown) = options.categories.iter().find(|id| known.iter().all(|known| known.as_str() != id.as_str())) {
        let known: Vec<&str> = known.iter().map(CategoryId::as_str).collect();
        anyhow::bail!("--category {unknown}: the catalog has {}", known.join(", "));
    }
    let is_chosen =
        |id: &CategoryId| options.categories.is_empty() || options.categories.iter().any(|chosen| chosen == id.as_str());
    let categories = known.into_iter().filter(is_chosen).collect();
    let run = Run {
        export: ExportId::new("0".repeat(32))?,
        account: AccountId::new(options.account.as_deref().unwrap_or("unknown"))?,
        started_at: now(),
        origin: host.origin(),
        seed: 1,
        concurrency: Some(1),
        unicode: Default::default(),
    };
    // Records are looked at here; the files they tell of are not.
    let media = Some(MediaChoice::Links);
    Ok(Plan::new(catalog, Choices { categories, media, locale: "en".to_owned(), ..Choices::default() }, run)?)
}

/// The plan of one stream and of those it is read for, each of them short. It stands for no other: that one may be there.
fn family(plan: &Plan, at: usize, pages: u32) -> Plan {
    let mut places = Vec::new();
    let mut next = Some(at);
    while let Some(planned) = next.and_then(|at| plan.streams.get(at)) {
        places.push(planned);
        next = planned.parent;
    }
    let streams = places.into_iter().rev().enumerate().map(|(at, planned)| {
        let mut planned = planned.clone();
        let stream = Arc::make_mut(&mut planned.stream);
        let paginator = &mut stream.paginator;
        paginator.max_pages = Some(paginator.max_pages.map_or(pages, |most| most.min(pages)));
        stream.retry.max_attempts = stream.retry.max_attempts.min(2);
        stream.retry.patience = stream.retry.patience.min(20);
        planned.parent = at.checked_sub(1);
        planned.instead_of = None;
        planned
    });
    Plan { streams: streams.collect(), ..plan.clone() }
}

/// Walks the last stream of a plan.
fn walk_stream(host: &Host, plan: Plan, pages: u32, mut finding: Finding) -> Finding {
    let streams = plan.streams.clone();
    let own = streams.len().saturating_sub(1);
    // Of partitions as many are walked as pages of each.
    let most = if own == 0 { pages } else { pages * pages } + SPARE_REQUESTS;
    let (mut asked, mut waited) = (0, Duration::ZERO);
    let mut export = Export::begin(plan);
    loop {
        match export.poll(now()) {
            Action::Fetch(request) if request.stream == own && asked == most => break,
            Action::Fetch(request) => {
                let answer = host.ask(&request);
                match streams.get(request.stream).filter(|_| request.stream != own) {
                    Some(parent) => finding.see_parent(&parent.stream, &answer),
                    None => {
                        asked += 1;
                        finding.see(&answer);
                    }
                }
                export.handle_page(request.id, answer.page, now());
            }
            Action::Append(_) | Action::FetchMedia(_) | Action::Keep(_) => {}
            Action::Wait { until: Some(until) } => {
                let wait = until.since(now());
                waited += wait;
                if waited > PATIENCE {
                    finding.waits_too_long(wait);
                    break;
                }
                thread::sleep(wait);
            }
            Action::Wait { until: None } | Action::Done | Action::Failed(_) => break,
        }
    }
    finding.end(export.report(now()).streams.pop());
    finding
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
