//! One account under a policy, led into the state a test wants.

use std::time::Duration;

use carryall_counter::Policy;
use carryall_counter::rule::command::{Confirm, Hold, NewExport, Start};
use carryall_counter::rule::history::{SubjectId, TokenHash};
use carryall_counter::rule::{Asker, Command, Event, Export, History, Refusal, Standing, decide, request, settle};
use carryall_protocol::{AccountId, CategoryId, ExportId, LeaseId, Timestamp};

/// When every scenario begins.
pub(crate) const BEGIN: Timestamp = Timestamp::from_secs(1_772_280_000);

/// An account's history, its policy and its clock.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) policy: Policy,
    pub(crate) history: History,
    pub(crate) standing: Standing,
    pub(crate) now: Timestamp,
    drawn: u64,
}

impl Scenario {
    pub(crate) fn new(policy: Policy) -> Self {
        Self { policy, history: History::default(), standing: Standing::default(), now: BEGIN, drawn: 0 }
    }

    pub(crate) fn pass(&mut self, seconds: u64) -> &mut Self {
        self.now = self.now.after(Duration::from_secs(seconds));
        self
    }

    /// Applies a command as the ledger does.
    pub(crate) fn apply(&mut self, command: &Command) -> Result<Event, Refusal> {
        let transition = decide(&self.history, &self.standing, &self.policy, command, self.now)?;
        self.history = transition.history;
        Ok(transition.event)
    }

    /// The latest export as it stands now.
    pub(crate) fn latest(&self) -> Option<Export> {
        settle::settled(&self.history, &self.policy, self.now).latest().cloned()
    }

    pub(crate) fn state(&self) -> &'static str {
        self.latest().map_or("none", |export| export.state().as_str())
    }

    /// What a request made at this moment would meet.
    pub(crate) fn check_at(&self, at: Timestamp) -> Result<(), Refusal> {
        request::check(&settle::settled(&self.history, &self.policy, at), &self.standing, &self.policy, &asker(at), at)
    }

    pub(crate) fn request(&mut self) -> Result<Event, Refusal> {
        self.drawn += 1;
        let id = ExportId::new(format!("{:032x}", self.drawn)).unwrap();
        let token = token_of(&id);
        let categories = vec![CategoryId::new("calls").unwrap()];
        let new = NewExport { by: asker(self.now), categories, id, token, matching_code: "ABC-DEF".to_owned() };
        self.apply(&Command::Request(new))
    }

    pub(crate) fn confirm(&mut self) -> Result<Event, Refusal> {
        let id = self.latest_id();
        let token = token_of(&id);
        self.apply(&Command::Confirm(Confirm { id, token }))
    }

    pub(crate) fn start(&mut self, takeover: bool) -> Result<Event, Refusal> {
        self.drawn += 1;
        let lease = LeaseId::new(format!("{:032x}", self.drawn)).unwrap();
        let start = Start { by: asker(self.now), id: self.latest_id(), previous: None, takeover, lease };
        self.apply(&Command::Start(start))
    }

    pub(crate) fn heartbeat(&mut self) -> Result<Event, Refusal> {
        self.apply(&Command::Heartbeat(self.hold()))
    }

    pub(crate) fn complete(&mut self) -> Result<Event, Refusal> {
        self.apply(&Command::Complete(self.hold()))
    }

    pub(crate) fn fail(&mut self) -> Result<Event, Refusal> {
        self.apply(&Command::Fail(self.hold(), "storage_full".to_owned()))
    }

    pub(crate) fn deny(&mut self) -> Result<Event, Refusal> {
        let id = self.latest_id();
        let token = token_of(&id);
        self.apply(&Command::Deny(Confirm { id, token }))
    }

    pub(crate) fn cancel(&mut self) -> Result<Event, Refusal> {
        self.apply(&Command::Cancel(asker(self.now), self.latest_id()))
    }

    pub(crate) fn forgive(&mut self) -> Result<Event, Refusal> {
        self.apply(&Command::Forgive(self.latest_id()))
    }

    pub(crate) fn cancel_by_operator(&mut self) -> Result<Event, Refusal> {
        self.apply(&Command::CancelByOperator(self.latest_id()))
    }

    /// A run from request to completion, that takes no time.
    pub(crate) fn run(&mut self) -> &mut Self {
        self.request().unwrap();
        let _ = self.confirm();
        self.start(false).unwrap();
        self
    }

    /// What the last holder holds, or would if there were one.
    pub(crate) fn hold(&self) -> Hold {
        let export = self.latest();
        let lease = export.as_ref().and_then(|export| export.lease().map(|lease| lease.id.clone()));
        Hold {
            by: asker(self.now),
            id: self.latest_id(),
            lease: lease.unwrap_or_else(|| LeaseId::new("f".repeat(32)).unwrap()),
            epoch: export.map_or(1, |export| export.epoch().max(1)),
            ticket_expired: false,
        }
    }

    fn latest_id(&self) -> ExportId {
        self.history.latest().map_or_else(|| ExportId::new("0".repeat(32)).unwrap(), |export| export.id.clone())
    }
}

/// Somebody who may do everything and has just entered their password.
pub(crate) fn asker(now: Timestamp) -> Asker {
    Asker {
        account: AccountId::new("acc-1").unwrap(),
        subject: SubjectId::new("ada").unwrap(),
        role_allowed: true,
        has_mail: true,
        authenticated_at: Some(now),
    }
}

fn token_of(id: &ExportId) -> TokenHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(id.as_str().as_bytes());
    TokenHash(hash)
}
