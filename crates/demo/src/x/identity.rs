//! Who is who, and which id belongs to whom.
//!
//! Ids are what X makes them: milliseconds since its epoch in the upper bits, written as texts, far beyond 2^53.

use carryall_protocol::Timestamp;

use super::dataset::{Dataset, Stream, some_moment};
use crate::random::{Random, mix};
use crate::texts::Name;

/// 2010-11-04T01:42:54.657Z, in milliseconds since 1970.
const EPOCH_MILLIS: u64 = 1_288_834_974_657;
const LOW_BITS: u32 = 22;
/// The first user's id, and the ids from one user to the next.
const FIRST_USER: u64 = 1_100_000_000_000_000_000;
const USER_STRIDE: u64 = 30_000_000_011;
/// Each account has to do with people of its own.
const USERS_PER_ACCOUNT: u64 = 10_000_000;
/// One of so many is suspended: others may not see who that is.
const SUSPENDED_ONE_IN: u64 = 31;

/// The id of what came to be at `moment`; `low` tells what came in the same millisecond apart.
pub(super) const fn snowflake(moment: Timestamp, low: u64) -> u64 {
    ((moment.as_millis() - EPOCH_MILLIS) << LOW_BITS) | (low & ((1 << LOW_BITS) - 1))
}

/// Somebody on X.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Who {
    /// The account's own.
    Owner,
    /// One of the others.
    User(u64),
}

/// What everybody may know of somebody.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) id: String,
    pub(super) name: Name,
    /// Instead of the name where it is no person's.
    pub(super) title: Option<&'static str>,
    pub(super) username: String,
    pub(super) created_at: Timestamp,
    pub(super) random: u64,
}

const HANDLES: [&str; 12] =
    ["ada", "_lovelace", "nightowl", "kaffee", "tweetsbyte", "jurgen", "x", "realperson", "leila", "sakura", "noa", "olena"];

impl Dataset {
    /// Their id.
    pub(super) fn id_of(&self, who: Who) -> String {
        match who {
            Who::Owner => self.account.id.to_owned(),
            Who::User(number) => (FIRST_USER + number * USER_STRIDE + mix(number) % USER_STRIDE).to_string(),
        }
    }

    /// Their handle, without the sign.
    pub(super) fn username_of(&self, who: Who) -> String {
        match who {
            Who::Owner if self.account.number == 0 => "cafe_nordlicht".to_owned(),
            Who::Owner => "acme_inc".to_owned(),
            Who::User(number) => {
                let mut random = self.random_of(number);
                format!("{}{number}", random.pick(&HANDLES))
            }
        }
    }

    /// Whether this is the id of the account or of somebody on X.
    pub(super) fn is_somebody(&self, id: &str) -> bool {
        let number = id.parse::<u64>().ok().and_then(|id| id.checked_sub(FIRST_USER));
        id == self.account.id || number.is_some_and(|number| self.id_of(Who::User(number / USER_STRIDE)) == id)
    }

    pub(super) fn identity(&self, who: Who) -> Identity {
        let number = if let Who::User(number) = who { number } else { u64::MAX };
        let mut random = self.random_of(number);
        random.next();
        Identity {
            id: self.id_of(who),
            name: Name::invent(&mut random),
            title: (who == Who::Owner).then_some(self.account.name),
            username: self.username_of(who),
            created_at: some_moment(&mut random),
            random: random.next(),
        }
    }

    /// Whether others are told that this user may not be shown.
    pub(super) const fn is_suspended(who: Who) -> bool {
        matches!(who, Who::User(number) if number % SUSPENDED_ONE_IN == 17)
    }

    /// Who stands at this place of a list of people. Nobody stands in one list twice; some stand in several lists.
    pub(super) const fn person_at(&self, stream: Stream, index: u64) -> Who {
        let number = match stream {
            Stream::Following => index * 3 + 1,
            Stream::Blocks => index * 5 + 3,
            Stream::Mutes => index * 7 + 2,
            Stream::ListMembers => {
                let (list, member) = self.list_and_member(index);
                return self.member_at(list, member);
            }
            _ => index * 2,
        };
        self.acquaintance(number)
    }

    /// Who stands at this place of a created list.
    pub(super) const fn member_at(&self, list: u64, member: u64) -> Who {
        self.acquaintance(list * 11 + member * 4)
    }

    /// One of those with whom this account has to do.
    pub(super) const fn acquaintance(&self, number: u64) -> Who {
        Who::User(self.account.number * USERS_PER_ACCOUNT + number)
    }

    /// The created list with this id, if it is one of this account's.
    pub(crate) fn list_by_id(&self, id: &str) -> Option<u64> {
        (0..self.count(Stream::ListsCreated)).find(|list| self.list_id(Stream::ListsCreated, *list).to_string() == id)
    }

    /// A list's id.
    pub(super) fn list_id(&self, stream: Stream, index: u64) -> u64 {
        snowflake(self.newest_first(stream, index), self.account.number << 8 | stream as u64)
    }

    /// One world for both accounts: somebody is the same to whoever asks.
    fn random_of(&self, user: u64) -> Random {
        let account = if user == u64::MAX { self.account.number } else { 0 };
        Random::at(&[self.seed, account, u64::MAX, user])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::system::Size;
    use crate::x::{CAFE, RIVAL};

    #[test]
    fn nobody_stands_twice_in_one_list_of_people() {
        let data = Dataset::new(7, CAFE, Size::Medium);
        for stream in [Stream::Followers, Stream::Following, Stream::Blocks, Stream::Mutes] {
            let ids: HashSet<_> = (0..data.count(stream)).map(|index| data.id_of(data.person_at(stream, index))).collect();
            assert_eq!(ids.len() as u64, data.count(stream), "{stream:?}");
        }
    }

    #[test]
    fn a_list_is_found_by_its_own_id_in_its_own_account_only() {
        let data = Dataset::new(7, CAFE, Size::Small);
        let id = data.list_id(Stream::ListsCreated, 2).to_string();
        assert_eq!(data.list_by_id(&id), Some(2));
        for wrong in ["", "x", "1", &format!("0{id}"), &data.list_id(Stream::ListsMember, 2).to_string()] {
            assert_eq!(data.list_by_id(wrong), None, "{wrong}");
        }
        assert_eq!(Dataset::new(7, RIVAL, Size::Small).list_by_id(&id), None);
    }
}
