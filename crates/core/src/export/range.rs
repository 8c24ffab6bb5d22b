//! The range of time and the "only mine" that a person chose, for one stream.

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{DateRange, Stream};
use carryall_records::json::{lookup, scalar_text};
use carryall_records::moment;

use crate::plan::Plan;

/// Why a record is left out by the person's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeftOut {
    /// It is older or newer than asked for.
    ByDate,
    /// It is somebody else's.
    NotMine,
}

/// What the person chose, as far as this stream knows it.
#[derive(Debug, Clone, Default)]
pub(super) struct Range {
    pub(super) since: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
    rule: Option<DateRange>,
    mine: Option<(Vec<String>, String)>,
}

impl Range {
    /// The choices of a plan that this stream can meet.
    pub(super) fn of(stream: &Stream, plan: &Plan) -> Self {
        let choices = &plan.choices;
        let rule = stream.date_range.clone().filter(|_| choices.since.is_some() || choices.until.is_some());
        let mine = stream.only_mine.as_ref().filter(|_| choices.only_mine);
        let mine = mine.map(|rule| (rule.pointer.tokens().to_vec(), plan.run.account.to_string()));
        Self { since: choices.since.filter(|_| rule.is_some()), until: choices.until.filter(|_| rule.is_some()), rule, mine }
    }

    /// Whether the host itself was asked to keep to the range.
    pub(super) fn is_pushed(&self) -> bool {
        self.rule.as_ref().is_some_and(|rule| {
            (self.since.is_none() || rule.since_param.is_some()) && (self.until.is_none() || rule.until_param.is_some())
        })
    }

    /// Whether a range applies.
    pub(super) const fn is_chosen(&self) -> bool {
        self.rule.is_some()
    }

    /// Why a record is left out, if it is. A record without a moment stays: nobody can say that it lies outside.
    pub(super) fn leaves_out(&self, record: &str) -> Option<LeftOut> {
        if let Some((tokens, account)) = &self.mine
            && lookup(record, tokens).and_then(scalar_text).is_none_or(|owner| owner != account.as_str())
        {
            return Some(LeftOut::NotMine);
        }
        let moment = self.moment(record)?;
        let is_outside = self.since.is_some_and(|since| moment < since) || self.until.is_some_and(|until| moment > until);
        is_outside.then_some(LeftOut::ByDate)
    }

    /// Whether a record lies before the range, in a list whose newest records come first.
    pub(super) fn is_past(&self, record: &str) -> bool {
        let is_sorted = self.rule.as_ref().is_some_and(|rule| rule.newest_first);
        is_sorted && self.moment(record).zip(self.since).is_some_and(|(moment, since)| moment < since)
    }

    fn moment(&self, record: &str) -> Option<Timestamp> {
        let rule = self.rule.as_ref()?;
        moment::read(lookup(record, rule.field.tokens())?, rule.format)
    }
}
