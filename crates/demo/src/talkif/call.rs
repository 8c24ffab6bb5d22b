//! What happened in a call: the facts that the list, the transcript and the recording must agree on.

use carryall_protocol::Timestamp;

use super::dataset::{Dataset, Stream};

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Completed,
    NoAnswer,
    Busy,
    /// It arrived a moment ago and has not ended.
    Ringing,
}

/// What asking for a call's transcript gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transcript {
    /// The transcript.
    Open,
    /// 403: this subject may not see it.
    Restricted,
    /// 404: the call never connected.
    Missing,
}

/// The facts of one call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallFacts {
    /// Its place in the data; arrivals have places beyond all others.
    pub(super) index: u64,
    pub(crate) id: u64,
    pub(crate) started_at: Timestamp,
    pub(super) outcome: Outcome,
    /// Its content was removed on request.
    pub(crate) scrubbed: bool,
    restricted: bool,
}

/// Ids are numbers of 19 digits, written as texts.
const FIRST_ID: u64 = 7_302_150_000_000_000_000;
const IDS_PER_ACCOUNT: u64 = 1_000_000_000;
/// From this place on calls are arrivals: they came while the walk was under way.
const FIRST_ARRIVAL: u64 = 500_000_000;

impl CallFacts {
    /// What asking for the transcript gives.
    pub(crate) const fn transcript(&self) -> Transcript {
        match self.outcome {
            Outcome::Completed if self.restricted => Transcript::Restricted,
            Outcome::Completed => Transcript::Open,
            Outcome::NoAnswer | Outcome::Busy | Outcome::Ringing => Transcript::Missing,
        }
    }

    /// Whether there is a recording of it: whenever somebody answered.
    pub(crate) fn is_recorded(&self) -> bool {
        self.outcome == Outcome::Completed
    }
}

impl Dataset {
    /// The facts of a call of the data; regular enough that the smallest account has some of each kind.
    pub(crate) fn call_facts(&self, index: u64) -> CallFacts {
        let kind = index.wrapping_add(self.seed % 1_000);
        let outcome = match kind % 7 {
            3 => Outcome::NoAnswer,
            5 => Outcome::Busy,
            _ => Outcome::Completed,
        };
        CallFacts {
            index,
            id: self.call_id(index),
            started_at: self.newest_first(Stream::Calls, index),
            outcome,
            scrubbed: kind % 9 == 4,
            restricted: kind % 11 == 6,
        }
    }

    /// The facts of a call that arrived while the walk was under way.
    pub(crate) const fn arrival_facts(&self, arrival: u64, started_at: Timestamp) -> CallFacts {
        let index = FIRST_ARRIVAL + arrival;
        CallFacts { index, id: self.call_id(index), started_at, outcome: Outcome::Ringing, scrubbed: false, restricted: false }
    }

    /// The call with this id, as text, if it is one of this account's data and no arrival.
    pub(crate) fn call_by_id(&self, id: &str) -> Option<CallFacts> {
        let number: u64 = id.parse().ok()?;
        let index = number.checked_sub(self.call_id(0)).filter(|index| *index < self.count(Stream::Calls))?;
        (number.to_string() == id).then(|| self.call_facts(index))
    }

    pub(super) const fn call_id(&self, index: u64) -> u64 {
        FIRST_ID + self.account.number * IDS_PER_ACCOUNT + index
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::Size;
    use crate::talkif::{PRACTICE, RIVAL};

    #[test]
    fn the_smallest_account_has_every_kind_of_call() {
        for seed in 0..100 {
            let data = Dataset::new(seed, PRACTICE, Size::Small);
            let facts: Vec<_> = (0..data.count(Stream::Calls)).map(|index| data.call_facts(index)).collect();
            assert!(facts.iter().any(|call| call.scrubbed));
            for kind in [Transcript::Open, Transcript::Restricted, Transcript::Missing] {
                assert!(facts.iter().any(|call| !call.scrubbed && call.transcript() == kind), "{seed} {kind:?}");
            }
        }
    }

    #[test]
    fn a_call_is_found_by_its_own_id_in_its_own_account_only() {
        let data = Dataset::new(7, PRACTICE, Size::Small);
        let id = data.call_facts(5).id.to_string();
        assert_eq!(data.call_by_id(&id).unwrap().index, 5);
        assert!(Dataset::new(7, RIVAL, Size::Small).call_by_id(&id).is_none());
        for wrong in ["", "x", &format!("+{id}"), &format!("0{id}"), "7302150000000000060", "1"] {
            assert!(data.call_by_id(wrong).is_none(), "{wrong}");
        }
    }
}
