//! The facts about an account's exports.
//!
//! An [`Export`] is a record of what happened and when; its state is derived, so that the two cannot disagree.

use std::fmt;

use carryall_protocol::counter::{ExportState, MailState};
use carryall_protocol::{CategoryId, ExportId, LeaseId, Timestamp};
use subtle::ConstantTimeEq;

use crate::policy::Policy;

/// The person acting, as the host names them: 1 to 128 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SubjectId(String);

impl SubjectId {
    /// Reads a subject; nothing where the text breaks the rule.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let fits = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then_some(Self(text))
    }

    /// The subject's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of a confirmation token: the only form in which one is kept.
#[derive(Clone, Copy)]
pub struct TokenHash(pub [u8; 32]);

impl PartialEq for TokenHash {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// One export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// Who asked for it.
    pub subject: SubjectId,
    /// What they ticked.
    pub categories: Vec<CategoryId>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// The confirmation that was sent, where the policy wanted one.
    pub invitation: Option<Invitation>,
    /// That it was confirmed.
    pub confirmed: Option<Confirmed>,
    /// That it waits for a place.
    pub waiting: Option<Waiting>,
    /// That it has been started.
    pub run: Option<Run>,
    /// That it was finished once.
    pub completion: Option<Completion>,
    /// How often it was run again since.
    pub reruns: u32,
    /// That it is over.
    pub end: Option<End>,
    /// Whether the operator lets the account export again regardless of this one.
    pub forgiven: bool,
    /// How the confirmation mail fares. The outbox owns this; the rule only reads it.
    pub mail: Option<MailState>,
    /// When anything about it last changed.
    pub changed_at: Timestamp,
}

/// A confirmation that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The hash of the link's token.
    pub token: TokenHash,
    /// The code that the mail and the panel both show.
    pub matching_code: String,
    /// Until when it is awaited.
    pub by: Timestamp,
}

/// That an export was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    /// When.
    pub at: Timestamp,
    /// Until when it must start.
    pub start_by: Timestamp,
}

/// That an export waits for a place among those that run. The place is kept while the browser keeps asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Since when: whoever came first goes first.
    pub since: Timestamp,
    /// Until when it must ask again.
    pub until: Timestamp,
}

/// The runs of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// When the first one started: from here on the export counts against the quota.
    pub first_started_at: Timestamp,
    /// Until when the present one must finish.
    pub by: Timestamp,
    /// How often a lease was given; the last one's number.
    pub epoch: u32,
    /// The last lease given, while the run lasts; none once it has ended.
    pub lease: Option<Lease>,
}

/// A lease. One that has run out still names the last holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Its id.
    pub id: LeaseId,
    /// Until when it is held.
    pub until: Timestamp,
}

/// That an export was finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completion {
    /// When, the first time: the cooldown may count from here.
    pub at: Timestamp,
    /// Until when the last result may be saved.
    pub available_until: Timestamp,
}

/// That an export is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Timestamp,
    /// How.
    pub kind: EndKind,
    /// Why, as a stable code.
    pub code: String,
    /// Whether its run was given back to the quota.
    pub refunded: bool,
}

/// How an export ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndKind {
    /// Its download window is over.
    Expired,
    /// It gave up, or ran too long.
    Failed,
    /// The person ended it, or it was never confirmed or started.
    Cancelled,
}

impl Export {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> ExportState {
        if let Some(end) = &self.end {
            return match end.kind {
                EndKind::Expired => ExportState::Expired,
                EndKind::Failed => ExportState::Failed,
                EndKind::Cancelled => ExportState::Cancelled,
            };
        }
        if self.lease().is_some() {
            ExportState::Processing
        } else if self.completion.is_some() {
            ExportState::Completed
        } else if self.confirmed.is_some() {
            ExportState::Confirmed
        } else {
            ExportState::Pending
        }
    }

    /// The last lease of the run that lasts, held or run out.
    #[must_use]
    pub fn lease(&self) -> Option<&Lease> {
        self.run.as_ref().and_then(|run| run.lease.as_ref())
    }

    /// The number of the last lease given; 0 before the first.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.run.as_ref().map_or(0, |run| run.epoch)
    }

    /// The moment its present state passes by itself, if it does.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        match self.state() {
            ExportState::Pending => self.invitation.as_ref().map(|invitation| invitation.by),
            ExportState::Confirmed => self.confirmed.map(|confirmed| confirmed.start_by),
            ExportState::Processing => self.run.as_ref().map(|run| run.by),
            ExportState::Completed => self.completion.map(|completion| completion.available_until),
            ExportState::Expired | ExportState::Failed | ExportState::Cancelled => None,
        }
    }

    /// Whether it stands in the way of a new request.
    #[must_use]
    pub fn blocks(&self, policy: &Policy) -> bool {
        let state = self.state();
        state.is_active() || (policy.available_blocks && state == ExportState::Completed && !self.forgiven)
    }
}

/// The exports of one account, oldest request first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// They.
    pub exports: Vec<Export>,
}

impl History {
    /// The export of this id.
    #[must_use]
    pub fn find(&self, id: &ExportId) -> Option<&Export> {
        self.exports.iter().find(|export| export.id == *id)
    }

    /// The export of this id, to be changed.
    #[must_use]
    pub fn find_mut(&mut self, id: &ExportId) -> Option<&mut Export> {
        self.exports.iter_mut().find(|export| export.id == *id)
    }

    /// The export asked for last.
    #[must_use]
    pub fn latest(&self) -> Option<&Export> {
        self.exports.last()
    }
}
