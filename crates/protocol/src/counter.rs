//! The counter's wire: requests, answers and refusals (DESIGN section 7).
//!
//! Every path lies under the counter's mount point (`/carryall` by default in the sample). Every change is `POST` or
//! `DELETE` with `Content-Type: application/json`, the header [`INTENT_HEADER`] and an allowed `Origin`. Who asks is
//! told by the host's own credentials, which the counter forwards to the host's whoami; confirming and
//! denying are the changes that need none, because the token of the mail is the proof.
//!
//! | call | body | answer |
//! |---|---|---|
//! | `POST /v1/exports` | [`RequestExport`] | 201 [`ExportView`] |
//! | `GET /v1/exports/current` | | [`Current`], with an `ETag`; with `If-None-Match` 304 where nothing has changed, and with `Prefer: wait=N` not before N seconds (15 at most) are over |
//! | `POST /v1/exports/{id}/confirm` | [`Confirm`] | [`ExportView`] |
//! | `POST /v1/exports/{id}/deny` | [`Deny`] | [`ExportView`] |
//! | `POST /v1/exports/{id}/start` | [`Start`] | [`Started`] |
//! | `POST /v1/exports/{id}/heartbeat` | [`Heartbeat`] | [`Renewed`] |
//! | `POST /v1/exports/{id}/complete` | [`Complete`] | [`Completed`] |
//! | `POST /v1/exports/{id}/fail` | [`Fail`] | [`ExportView`] |
//! | `DELETE /v1/exports/{id}` | | [`ExportView`]: cancelled, or expired early where it was available |
//! | `GET /v1/authorize` | | 204 with `X-Carryall-Account`, `-Subject`, `-Export`, `-Epoch` and `-Categories`, for reverse proxies |
//! | anything refused | | [`Problem`] |

#[cfg(feature = "schema")]
pub mod schema;

mod problem;

use serde::{Deserialize, Serialize};

use crate::text::words;
use crate::{AccountId, CategoryId, ExportId, LeaseId, Timestamp};

pub use problem::{Problem, ProblemCode};

/// The header every change must carry (its value is `1`): a cross-site form cannot set it.
pub const INTENT_HEADER: &str = "x-carryall";

/// The header that carries the ticket, beside the host's own credentials.
pub const TICKET_HEADER: &str = "x-carryall-ticket";

words! {
    /// Where one export stands.
    pub enum ExportState {
        /// Waits for its confirmation; lapses into `cancelled` after the confirmation window.
        Pending = "pending",
        /// May start.
        Confirmed = "confirmed",
        /// Runs in a browser, or is interrupted while it has no lease.
        Processing = "processing",
        /// Finished; the person may save it until the download window closes.
        Completed = "completed",
        /// Its download window is over.
        Expired = "expired",
        /// Did not finish; a new one may be requested.
        Failed = "failed",
        /// Ended by the person, or never confirmed.
        Cancelled = "cancelled",
    }
}

impl ExportState {
    /// Neither finished nor ended: nothing has been given yet and something still may be.
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed | Self::Processing)
    }
}

words! {
    /// How a request is confirmed.
    pub enum Confirmation {
        /// The request is its own confirmation.
        None = "none",
        /// A mail with a link, and a click on the page behind it.
        Email = "email",
        /// The password again, at the host, shortly before the request.
        Reauthentication = "reauthentication",
    }
}

words! {
    /// The moment a cooldown counts from.
    pub enum CooldownFrom {
        /// The request.
        Request = "request",
        /// The completion.
        Completion = "completion",
    }
}

/// The operator's policy, as far as a person should see it. Durations are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyView {
    /// How a request is confirmed.
    pub confirmation: Confirmation,
    /// How long a confirmation is awaited.
    pub confirmation_window: u64,
    /// The wait between two exports.
    pub cooldown: u64,
    /// What the wait counts from.
    pub cooldown_from: CooldownFrom,
    /// How long a finished export may be saved.
    pub download_window: u64,
    /// Whether an export that is still available blocks the next request.
    pub available_blocks: bool,
    /// How often a finished export may be run again while it is available.
    pub reruns: u32,
}

words! {
    /// How the confirmation mail fares.
    pub enum MailState {
        /// Waits in the outbox.
        Queued = "queued",
        /// Handed to the mail server.
        Sent = "sent",
        /// Could not be handed over. It is tried until `confirm_by`, unless the mail server refused it for good or the counter has
        /// had to drop it (it sends no mail any more, or cannot read what it kept): then a new request sends a new one.
        Failing = "failing",
    }
}

/// One export as its own account sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportView {
    /// Its id.
    pub id: ExportId,
    /// Where it stands.
    pub state: ExportState,
    /// `processing` without a live lease: the tab was closed; it can be started again.
    pub interrupted: bool,
    /// The categories asked for.
    pub categories: Vec<CategoryId>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// `pending`: until when the confirmation is awaited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm_by: Option<Timestamp>,
    /// `pending`, only to the subject who requested it: the code the mail shows too, so that a person can tell which request it confirms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matching_code: Option<String>,
    /// `pending`, only to the subject who requested it: how the mail fares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailState>,
    /// When it was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<Timestamp>,
    /// `confirmed`: until when it must be started; `processing`: until when it must be finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_by: Option<Timestamp>,
    /// When it first started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// `processing` with a live lease: until when it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<Timestamp>,
    /// When it was completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// `completed`: until when it may be saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_until: Option<Timestamp>,
    /// `failed`, `cancelled`, `expired`: when it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// `failed`, `cancelled`: why, as a stable code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_code: Option<String>,
    /// `completed`: how often it may still be run again.
    pub reruns_left: u32,
    /// The lease's fencing number: each start raises it.
    pub epoch: u32,
}

/// Answer of `GET /v1/exports/current`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Current {
    /// The counter's clock, the only one that counts.
    pub now: Timestamp,
    /// The operator's policy.
    pub policy: PolicyView,
    /// The account's latest export, if it ever had one.
    pub export: Option<ExportView>,
    /// What a request made now would be refused with, or nothing where it would be granted.
    pub refusal: Option<Problem>,
}

/// Body of `POST /v1/exports`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestExport {
    /// The categories ticked; 1 to 64 of them.
    pub categories: Vec<CategoryId>,
    /// The language of the mail, as a BCP 47 tag; the account's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// Body of `POST /v1/exports/{id}/confirm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The token of the mail's link.
    pub token: String,
}

/// Body of `POST /v1/exports/{id}/deny`: "it wasn't me". Ends the export whose token it is: pending, confirmed or running.
/// Once it was finished, this is refused with `wrong_state`; where it has ended without a result, it is granted again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Deny {
    /// The token of the mail's link.
    pub token: String,
}

/// Body of `POST /v1/exports/{id}/start`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The lease this browser held before, to go on with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseId>,
    /// Takes a living lease over from another tab of the same subject.
    #[serde(default)]
    pub takeover: bool,
}

/// Answer of `POST /v1/exports/{id}/start`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Started {
    /// The permission to run this export: a compact JWS (EdDSA), for [`TICKET_HEADER`].
    pub ticket: String,
    /// The lease that was given.
    pub lease: LeaseId,
    /// Its fencing number.
    pub epoch: u32,
    /// Seconds from one heartbeat to the next.
    pub heartbeat_every: u64,
    /// The counter's clock: a device's own may be wrong by days, and what is newer than the export's start is kept out.
    pub now: Timestamp,
    /// The account as the counter knows it from the host's whoami: the archive and the receipt name the same.
    pub account: AccountId,
    /// The export as it stands now.
    pub export: ExportView,
}

/// Body of `POST /v1/exports/{id}/heartbeat`, with the ticket in [`TICKET_HEADER`]: an expired one is taken while its
/// lease and epoch are the live ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// The lease being renewed.
    pub lease: LeaseId,
    /// Its epoch; an older one is refused with `epoch_superseded`.
    pub epoch: u32,
}

/// Answer of `POST /v1/exports/{id}/heartbeat`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Renewed {
    /// The next ticket.
    pub ticket: String,
    /// Until when the lease is held.
    pub lease_until: Timestamp,
}

/// Body of `POST /v1/exports/{id}/complete`, with an unexpired ticket in [`TICKET_HEADER`]. Idempotent: repeated in the
/// same epoch it is granted again, with an expired ticket too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Complete {
    /// The lease that ran the export.
    pub lease: LeaseId,
    /// Its epoch.
    pub epoch: u32,
    /// SHA-256 of the sorted payload manifest: 64 hexadecimal digits in lower case. Signed, never stored.
    pub payload_digest: String,
}

/// Answer of `POST /v1/exports/{id}/complete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Completed {
    /// The counter's signed statement, to be put into the archive.
    pub receipt: Receipt,
    /// The export as it stands now.
    pub export: ExportView,
}

/// `receipt.json`: proves that the payload is unchanged since the counter saw its digest, not that the host served it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// The statement in plain sight.
    pub statement: ReceiptStatement,
    /// The same statement as a compact JWS (RFC 7515, EdDSA over Ed25519); its key is found under `/v1/keys`.
    pub jws: String,
}

/// What a receipt states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptStatement {
    /// The counter that states it: its public address.
    pub iss: String,
    /// The account.
    pub account: AccountId,
    /// The export.
    pub export: ExportId,
    /// When the digest was presented.
    pub presented_at: Timestamp,
    /// SHA-256 of the sorted payload manifest.
    pub payload_digest: String,
}

/// Body of `POST /v1/exports/{id}/fail`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Fail {
    /// The lease that ran the export.
    pub lease: LeaseId,
    /// Its epoch.
    pub epoch: u32,
    /// Why: a stable error code of at most 64 characters of a-z, 0-9 and `_`; never account data.
    pub code: String,
}
