//! What can be asked of the rule, with everything random or secret already drawn by the caller.

use carryall_protocol::{AccountId, CategoryId, ExportId, LeaseId, Timestamp};

use super::history::{SubjectId, TokenHash};

/// The person asking, as far as the rule needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// The account they act for.
    pub account: AccountId,
    /// Who they are.
    pub subject: SubjectId,
    /// Whether one of their roles may export.
    pub role_allowed: bool,
    /// Whether the host knows a verified mail address of theirs.
    pub has_mail: bool,
    /// When they last entered their password.
    pub authenticated_at: Option<Timestamp>,
}

/// One thing asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A new export.
    Request(NewExport),
    /// The click on the page behind the mail's link.
    Confirm(Confirm),
    /// "It wasn't me", said on the same page with the same token.
    Deny(Confirm),
    /// A run, or going on with one.
    Start(Start),
    /// A sign of life.
    Heartbeat(Hold),
    /// A run is finished.
    Complete(Hold),
    /// A run gave up, for the reason of this code.
    Fail(Hold, String),
    /// The person wants it ended.
    Cancel(Asker, ExportId),
    /// The operator wants it ended.
    CancelByOperator(ExportId),
    /// The operator lets the account export again, regardless of this export and of those before it.
    Forgive(ExportId),
}

/// A new export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExport {
    /// Who asks.
    pub by: Asker,
    /// What they ticked.
    pub categories: Vec<CategoryId>,
    /// Its id, freshly drawn.
    pub id: ExportId,
    /// The hash of its confirmation token, freshly drawn.
    pub token: TokenHash,
    /// The code that belongs to the token.
    pub matching_code: String,
}

/// A confirmation. The token is the proof; nobody else is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// The export.
    pub id: ExportId,
    /// The hash of the token that was presented.
    pub token: TokenHash,
}

/// A start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Who asks.
    pub by: Asker,
    /// The export.
    pub id: ExportId,
    /// The lease this browser held before.
    pub previous: Option<LeaseId>,
    /// Whether a living lease is to be taken over.
    pub takeover: bool,
    /// The lease it would get, freshly drawn.
    pub lease: LeaseId,
}

/// The words of someone who holds a lease and showed its ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Who asks.
    pub by: Asker,
    /// The export.
    pub id: ExportId,
    /// The lease they hold.
    pub lease: LeaseId,
    /// Its epoch.
    pub epoch: u32,
    /// Whether the ticket they showed had expired.
    pub ticket_expired: bool,
}
