//! One stream: what is asked, where the records are, how they lead to further walks, what answers mean.

use serde::Deserialize;

use super::{Attachments, Derivation, Exclusion, Group, Include, LinkExpansion, Members, MomentFormat, Paginator, TimeFormat};
use crate::StreamId;
use crate::pointer::Pointer;
use crate::text::words;

/// One paginated walk over one API resource.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// Its id, unique in the catalog.
    pub id: StreamId,
    /// The name of its files; the id where absent.
    #[serde(default)]
    pub file: Option<StreamId>,
    /// Its key in the `document` layout; the id where absent.
    #[serde(default)]
    pub document_key: Option<String>,
    /// What makes a record itself, within its partition: repeated ones are dropped. Without it nothing is.
    #[serde(default)]
    pub primary_key: Option<Pointers>,
    /// What is asked.
    pub request: Request,
    /// Where the records are in the answer.
    pub records: Records,
    /// How one page leads to the next.
    #[serde(default)]
    pub paginator: Paginator,
    /// One walk for each record of another stream.
    #[serde(default)]
    pub for_each: Option<ForEach>,
    /// The stream that this one stands for where that one turns out to be switched off.
    #[serde(default)]
    pub instead_of: Option<StreamId>,
    /// Records left out, counted and named in `export.json`.
    #[serde(default)]
    pub exclude_records: Vec<Exclusion>,
    /// The only fields kept.
    #[serde(default)]
    pub keep_fields: Vec<Pointer>,
    /// Fields removed from every record, beside the built-in secrets.
    #[serde(default)]
    pub remove_fields: Vec<Pointer>,
    /// Fields that the built-in list takes for secrets and that are data here.
    #[serde(default)]
    pub readmit_fields: Vec<Pointer>,
    /// New names of fields.
    #[serde(default)]
    pub rename_fields: Members<String>,
    /// Fields added at the end of every record: a value, or the `{name}` of one that the walk knows.
    #[serde(default)]
    pub add_fields: Members<Scalar>,
    /// Puts every record into an object of one member with this name.
    #[serde(default)]
    pub wrap: Option<String>,
    /// Puts the records of one key into one element.
    #[serde(default)]
    pub group: Option<Group>,
    /// Where its records tell of files.
    #[serde(default)]
    pub attachments: Vec<Attachments>,
    /// The JSON Schema of one record as the archive has it; inferred from the records where absent.
    #[serde(default)]
    pub schema: Option<Json>,
    /// Writes every number as a text.
    #[serde(default)]
    pub numbers_as_strings: bool,
    /// Moments that are written in another format.
    #[serde(default)]
    pub time_formats: Vec<TimeFormat>,
    /// Side-loaded objects that are put into the records.
    #[serde(default)]
    pub include: Vec<Include>,
    /// Fields made of others, once the record is as the archive has it but for its wrapper.
    #[serde(default)]
    pub derive_fields: Vec<Derivation>,
    /// Short links that are replaced by what they lead to.
    #[serde(default)]
    pub expand_links: Vec<LinkExpansion>,
    /// Lets the person choose a range of time.
    #[serde(default)]
    pub date_range: Option<DateRange>,
    /// Lets the person choose only what is theirs.
    #[serde(default)]
    pub only_mine: Option<OnlyMine>,
    /// An array of errors beside the data of an answer with status 200.
    #[serde(default)]
    pub errors: Option<Pointer>,
    /// An empty walk can also mean that it was not permitted.
    #[serde(default)]
    pub empty_may_mean_refused: bool,
    /// What answers mean that are not pages.
    #[serde(default)]
    pub on_response: Vec<ResponseRule>,
    /// How often the host may be asked.
    #[serde(default)]
    pub rate: Option<Rate>,
    /// How often and how long a page is tried again.
    #[serde(default)]
    pub retry: Retry,
}

impl Stream {
    /// The name of its files.
    #[must_use]
    pub fn file(&self) -> &str {
        self.file.as_ref().unwrap_or(&self.id).as_str()
    }
}

/// One pointer, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pointers {
    /// One place.
    One(Pointer),
    /// Several places.
    Several(Vec<Pointer>),
}

impl Pointers {
    /// The pointers, in order.
    #[must_use]
    pub const fn pointers(&self) -> &[Pointer] {
        match self {
            Self::One(pointer) => std::slice::from_ref(pointer),
            Self::Several(pointers) => pointers.as_slice(),
        }
    }
}

words! {
    /// The HTTP methods of a catalog.
    #[derive(Default)]
    pub enum Method {
        /// Reads.
        #[default]
        Get = "GET",
        /// Reads with a body; only where the catalog calls it safe.
        Post = "POST",
    }
}

/// What is asked. Texts that are `{name}` as a whole stand for a value: `{account}`, or what a `for_each` hands down.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// GET where absent.
    #[serde(default)]
    pub method: Method,
    /// The host's word that this POST changes nothing.
    #[serde(default)]
    pub safe: bool,
    /// Path below `base_url`; a segment `{name}` stands for a value, encoded as one segment.
    pub path: String,
    /// Query parameters that do not change from page to page.
    #[serde(default)]
    pub query: Members<String>,
    /// Request headers; never credentials.
    #[serde(default)]
    pub headers: Members<String>,
    /// The body of a POST.
    #[serde(default)]
    pub body: Option<Json>,
}

/// Any JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// A text, a whole number, `true` or `false`.
    Scalar(Scalar),
    /// An array.
    List(Vec<Self>),
    /// An object, its members in order.
    Object(Members<Self>),
}

/// Where the records are in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// The place.
    pub at: RecordsAt,
    /// Nothing, or `null`, at the place is an empty page.
    pub may_be_absent: bool,
    /// The part of an element that is the record.
    pub each: Option<Pointer>,
}

/// The place of the records, and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordsAt {
    /// An array, each element a record.
    Pointer(Pointer),
    /// An object; each member becomes a record `{"key": name, "value": value}`.
    Entries(Pointer),
    /// One record.
    Single(Pointer),
}

impl Records {
    /// Records at a place that is always there.
    #[must_use]
    pub const fn at(at: RecordsAt) -> Self {
        Self { at, may_be_absent: false, each: None }
    }

    /// The place.
    #[must_use]
    pub const fn pointer(&self) -> &Pointer {
        match &self.at {
            RecordsAt::Pointer(pointer) | RecordsAt::Entries(pointer) | RecordsAt::Single(pointer) => pointer,
        }
    }
}

/// One walk for each record of a parent stream.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ForEach {
    /// The parent stream; it stands before this one in the catalog. Where its category is not chosen it is read for its keys
    /// only.
    pub stream: StreamId,
    /// The value handed down, a string or a number.
    pub key: Pointer,
    /// The name it has here and in the streams that are read for this one's records.
    #[serde(rename = "as")]
    pub name: String,
    /// Only for records that fit all of these.
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// What a record must be like.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The value looked at.
    pub pointer: Pointer,
    /// What it must be.
    #[serde(default)]
    pub equals: Option<Scalar>,
    /// What it must not be.
    #[serde(default)]
    pub not_equals: Option<Scalar>,
}

/// A JSON value that is neither array nor object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text; `{name}` stands for a value that the walk knows.
    Text(String),
}

/// A range of time that the person may choose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DateRange {
    /// The moment that counts, in a record.
    pub field: Pointer,
    /// How it is written, there and in the parameters.
    #[serde(default)]
    pub format: MomentFormat,
    /// The query parameter that keeps out what is older; in a body a JSON Pointer.
    #[serde(default)]
    pub since_param: Option<String>,
    /// The query parameter that keeps out what is newer; in a body a JSON Pointer.
    #[serde(default)]
    pub until_param: Option<String>,
    /// Records come newest first: a page that is older as a whole ends the walk.
    #[serde(default)]
    pub newest_first: bool,
}

/// What makes a record the person's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OnlyMine {
    /// The value that must be the account's id.
    pub pointer: Pointer,
}

/// What an answer means that is not a page. The first rule that fits applies.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResponseRule {
    /// The HTTP status.
    pub status: u16,
    /// A place in the body that must be there.
    #[serde(default)]
    pub body_pointer: Option<Pointer>,
    /// What must stand at that place.
    #[serde(default)]
    pub equals: Option<Scalar>,
    /// What to do.
    pub action: ResponseAction,
}

words! {
    /// What to do with an answer that is not a page.
    pub enum ResponseAction {
        /// The stream ends, incomplete.
        Fail = "fail",
        /// The same request again, later.
        Retry = "retry",
        /// The host is still preparing the answer: the same request again, later, and no failure.
        NotReady = "not_ready",
        /// The host asks for patience.
        RateLimited = "rate_limited",
        /// The session must be renewed, then the same request again.
        RefreshAuthThenRetry = "refresh_auth_then_retry",
        /// This partition has nothing to give; it is listed, and the stream goes on.
        SkipPartition = "skip_partition",
        /// The answer counts as a page without records.
        Ignore = "ignore",
        /// This host does not offer the stream; streams that stand for it begin.
        SwitchedOff = "switched_off",
    }
}

/// How often a stream may be asked for. Where this is given, a rate limit that the host answers with holds back this stream
/// alone; else it holds back every request to the host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Requests in `seconds` at most; 1 to 10,000. Not needed where the host tells in its headers what is left.
    #[serde(default)]
    pub requests: Option<u32>,
    /// Seconds, 1 to 86,400.
    #[serde(default)]
    pub seconds: Option<u32>,
    /// Requests in flight at most.
    #[serde(default)]
    pub max_concurrency: Option<u8>,
    /// The limit is each partition's own.
    #[serde(default)]
    pub per_partition: bool,
}

/// How often the whole host may be asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HostRate {
    /// Requests in `seconds` at most; 1 to 10,000.
    pub requests: u32,
    /// Seconds, 1 to 86,400.
    pub seconds: u32,
}

/// How often and how long a page is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// Tries of one page that answers otherwise than it should.
    pub max_attempts: u32,
    /// Seconds of one wait at most.
    pub max_wait: u32,
    /// Seconds for which one page may meet an outage or a rate limit before it is given up.
    pub patience: u32,
    /// Where the body of a refusal says after how many seconds to ask again.
    pub after_body: Option<Pointer>,
}

impl Default for Retry {
    fn default() -> Self {
        Self { max_attempts: 8, max_wait: 300, patience: 20 * 60, after_body: None }
    }
}
