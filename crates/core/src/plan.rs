//! What will be read, in what order: a catalog together with a person's choices.

use std::sync::Arc;

use carryall_protocol::catalog::{Catalog, Stream};
use carryall_protocol::job::{FormatChoice, LayoutChoice, MediaChoice};
use carryall_protocol::{AccountId, CategoryId, ExportId, StreamId, Timestamp};
use thiserror::Error;

use crate::entry_name::Unicode;
use crate::limits::{CONCURRENCY, MAX_CONCURRENCY};
use crate::values::ACCOUNT;

/// What the person decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// The categories ticked.
    pub categories: Vec<CategoryId>,
    /// The layout, where another than the catalog's was chosen.
    pub layout: Option<LayoutChoice>,
    /// How the files of records are written.
    pub format: FormatChoice,
    /// What happens to the files that records tell of, where another than the catalog's was chosen.
    pub media: Option<MediaChoice>,
    /// The person's language, as a BCP 47 tag.
    pub locale: String,
    /// Only what is of this moment or later, in streams that know a date range.
    pub since: Option<Timestamp>,
    /// Only what is of this moment or earlier, in streams that know a date range.
    pub until: Option<Timestamp>,
    /// Only the account's own records, in streams that know whose a record is.
    pub only_mine: bool,
}

/// What only the outside knows: which export this is, when it began, and the randomness for its jitter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The export, as the counter named it.
    pub export: ExportId,
    /// The account, as the counter knows it.
    pub account: AccountId,
    /// When it began; newer records are kept out where the API can do that.
    pub started_at: Timestamp,
    /// The origin of the host's API, as a browser writes it: `https://app.example`. Addresses that answers name are compared
    /// with it.
    pub origin: String,
    /// Seed of the jitter.
    pub seed: u64,
    /// Requests in flight at most; 1 to 40, the default where absent.
    pub concurrency: Option<u8>,
    /// What Unicode's tables say, for the names of files.
    pub unicode: Unicode,
}

/// Why a plan cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanError {
    /// A ticked category is not in the catalog.
    #[error("the category {id} is not in the catalog; reload the page and choose again")]
    UnknownCategory {
        /// The category asked for.
        id: CategoryId,
    },
    /// Nothing was ticked.
    #[error("nothing was chosen; choose at least one category")]
    NothingChosen,
    /// The layout has its own way to write records.
    #[error("another format than JSON can only be chosen with the layout files; choose one of them anew")]
    FormatNotInLayout,
}

impl PlanError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownCategory { .. } => "unknown_category",
            Self::NothingChosen => "nothing_chosen",
            Self::FormatNotInLayout => "format_not_in_layout",
        }
    }
}

/// One stream that will be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStream {
    /// The category it belongs to.
    pub category: CategoryId,
    /// How it is read.
    pub stream: Arc<Stream>,
    /// The stream whose records it is read for, by its place in the plan.
    pub parent: Option<usize>,
    /// The stream it stands for where that one is switched off, by its place in the plan.
    pub instead_of: Option<usize>,
    /// The names it knows: the account's, then those that its parents and it hand down, outermost first.
    pub names: Vec<String>,
    /// It was not chosen, and is read for the keys of its records only.
    pub keys_only: bool,
}

impl PlannedStream {
    fn new(category: CategoryId, stream: Stream, keys_only: bool, before: &[Self]) -> Self {
        let place = |id: Option<&StreamId>| before.iter().position(|planned| Some(planned.id()) == id);
        let parent = place(stream.for_each.as_ref().map(|each| &each.stream));
        let instead_of = place(stream.instead_of.as_ref());
        let inherited = parent.and_then(|parent| before.get(parent)).map(|parent| parent.names.clone());
        let mut names = inherited.unwrap_or_else(|| vec![ACCOUNT.to_owned()]);
        names.extend(stream.for_each.as_ref().map(|each| each.name.clone()));
        Self { category, stream: Arc::new(stream), parent, instead_of, names, keys_only }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &StreamId {
        &self.stream.id
    }

    /// Its key in the `document` layout.
    #[must_use]
    pub fn document_key(&self) -> &str {
        self.stream.document_key.as_deref().unwrap_or(self.stream.id.as_str())
    }
}

/// The streams whose records others of the chosen categories are read for, near and far.
fn needed(catalog: &Catalog, choices: &Choices) -> Vec<StreamId> {
    let mut needed: Vec<StreamId> = Vec::new();
    for category in catalog.categories.iter().rev() {
        for stream in category.streams.iter().rev() {
            let is_read = choices.categories.contains(&category.id) || needed.contains(&stream.id);
            needed.extend(stream.for_each.as_ref().filter(|_| is_read).map(|each| each.stream.clone()));
        }
    }
    needed
}

/// What will be read, in what order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The catalog it was made from, without its streams: those that are read stand in `streams`.
    pub catalog: Arc<Catalog>,
    /// What only the outside knows.
    pub run: Run,
    /// The layout of the archive.
    pub layout: LayoutChoice,
    /// What happens to the files that records tell of.
    pub media: MediaChoice,
    /// The person's language.
    pub locale: String,
    /// What the person decided.
    pub choices: Choices,
    /// The streams in the catalog's order, a parent always before its children.
    pub streams: Vec<PlannedStream>,
}

impl Plan {
    /// Resolves the person's choices against a checked catalog.
    ///
    /// # Errors
    ///
    /// [`PlanError`] where nothing or something unknown was chosen.
    pub fn new(mut catalog: Catalog, choices: Choices, run: Run) -> Result<Self, PlanError> {
        let is_known = |id: &CategoryId| catalog.categories.iter().any(|category| category.id == *id);
        if let Some(id) = choices.categories.iter().find(|id| !is_known(id)) {
            return Err(PlanError::UnknownCategory { id: id.clone() });
        }
        let needed = needed(&catalog, &choices);
        let mut streams: Vec<PlannedStream> = Vec::new();
        for category in &mut catalog.categories {
            let keys_only = !choices.categories.contains(&category.id);
            for stream in std::mem::take(&mut category.streams) {
                if !keys_only || needed.contains(&stream.id) {
                    let planned = PlannedStream::new(category.id.clone(), stream, keys_only, &streams);
                    streams.push(planned);
                }
            }
        }
        if choices.categories.is_empty() {
            return Err(PlanError::NothingChosen);
        }
        let layout = choices.layout.unwrap_or(catalog.archive.layout);
        if choices.format != FormatChoice::Json && layout != LayoutChoice::Files {
            return Err(PlanError::FormatNotInLayout);
        }
        let media = choices.media.unwrap_or(catalog.media.default);
        Ok(Self { catalog: Arc::new(catalog), run, layout, media, locale: choices.locale.clone(), choices, streams })
    }

    /// Requests in flight at most.
    #[must_use]
    pub fn concurrency(&self) -> usize {
        let wanted = self.run.concurrency.unwrap_or(CONCURRENCY).min(self.catalog.max_concurrency.unwrap_or(MAX_CONCURRENCY));
        usize::from(wanted.clamp(1, MAX_CONCURRENCY))
    }

    /// The categories chosen, in the catalog's order.
    #[must_use]
    pub fn categories(&self) -> Vec<&CategoryId> {
        let chosen = self.streams.iter().filter(|planned| !planned.keys_only);
        let mut categories: Vec<&CategoryId> = chosen.map(|planned| &planned.category).collect();
        categories.dedup();
        categories
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALKIF: &str = include_str!("../../../catalogs/talkif.json");

    fn plan(categories: &[&str]) -> Result<Plan, PlanError> {
        let catalog = crate::catalog::parse("talkif.json", TALKIF).unwrap();
        let categories = categories.iter().map(|id| CategoryId::new(*id).unwrap()).collect();
        let run = Run {
            export: ExportId::new("0".repeat(32)).unwrap(),
            account: AccountId::new("acc_1").unwrap(),
            started_at: Timestamp::default(),
            seed: 1,
            origin: "https://app.example".to_owned(),
            concurrency: None,
            unicode: Unicode::default(),
        };
        Plan::new(catalog, Choices { categories, layout: None, locale: "en".to_owned(), ..Choices::default() }, run)
    }

    #[test]
    fn a_plan_keeps_the_catalogs_order_and_knows_parents() {
        let plan = plan(&["calls", "users"]).unwrap();
        let ids: Vec<&str> = plan.streams.iter().map(|planned| planned.id().as_str()).collect();
        assert_eq!(ids, ["users", "calls", "call-transcripts"]);
        assert_eq!(plan.streams[2].parent, Some(1));
        assert_eq!(plan.streams[2].document_key(), "callTranscripts");
    }

    #[test]
    fn a_choice_that_cannot_be_met_is_refused() {
        assert_eq!(plan(&[]).unwrap_err().code(), "nothing_chosen");
        assert_eq!(plan(&["users", "invoices"]).unwrap_err().code(), "unknown_category");
    }
}
