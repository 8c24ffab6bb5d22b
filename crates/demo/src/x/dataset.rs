//! How much there is, and how much of it the API hands out.
//!
//! **There is no storage**: a record is found by computing it. Posts are newest first, strictly falling, so that a bound is
//! a binary search and an id tells its moment.

use carryall_protocol::Timestamp;

use super::{BOOKMARK_CEILING, MESSAGE_DAYS, POST_CEILING};
use crate::media::Terms;
use crate::people::Account;
use crate::random::Random;
use crate::system::Size;
use crate::texts::Texts;

/// 2026-01-31T18:00:00Z: nothing in the data is later.
pub(super) const LAST_SECOND: u64 = 1_769_882_400;
const DAY: u64 = 24 * 60 * 60;
const YEAR: u64 = 365 * DAY;
/// One event in so many, in conversations, is a change of a group.
pub(super) const EVENTS_PER_CHANGE: u64 = 25;

/// What the account holds, stream by stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Account,
    Profile,
    Settings,
    Tweets,
    Likes,
    Bookmarks,
    Followers,
    Following,
    Blocks,
    Mutes,
    ListsCreated,
    ListsSubscribed,
    ListsMember,
    ListMembers,
    DirectMessages,
    GroupChanges,
    Contacts,
    Personalization,
    AdEngagements,
    AdImpressions,
    IpAudit,
    Devices,
    Applications,
    Moments,
    ScreenNameChanges,
    EmailAddressChanges,
}

impl Stream {
    /// All of them with their ids, in the order of the catalog.
    pub(crate) const ALL: [(Self, &'static str); 26] = [
        (Self::Account, "account"),
        (Self::Profile, "profile"),
        (Self::Settings, "account-settings"),
        (Self::Tweets, "tweets"),
        (Self::Likes, "likes"),
        (Self::Bookmarks, "bookmarks"),
        (Self::Followers, "followers"),
        (Self::Following, "following"),
        (Self::Blocks, "blocks"),
        (Self::Mutes, "mutes"),
        (Self::ListsCreated, "lists-created"),
        (Self::ListsSubscribed, "lists-subscribed"),
        (Self::ListsMember, "lists-member"),
        (Self::ListMembers, "list-members"),
        (Self::DirectMessages, "direct-messages"),
        (Self::GroupChanges, "direct-message-changes"),
        (Self::Contacts, "contacts"),
        (Self::Personalization, "personalization"),
        (Self::AdEngagements, "ad-engagements"),
        (Self::AdImpressions, "ad-impressions"),
        (Self::IpAudit, "ip-audit"),
        (Self::Devices, "device-tokens"),
        (Self::Applications, "connected-applications"),
        (Self::Moments, "moments"),
        (Self::ScreenNameChanges, "screen-name-changes"),
        (Self::EmailAddressChanges, "email-address-changes"),
    ];
}

/// How many of each.
#[derive(Debug, Clone, Copy)]
struct Counts {
    posts: u64,
    likes: u64,
    bookmarks: u64,
    followers: u64,
    following: u64,
    blocks: u64,
    mutes: u64,
    lists: u64,
    /// On average; see [`Dataset::members`].
    members: u64,
    /// Messages and changes of groups, over twice the days that the API looks back.
    events: u64,
    contacts: u64,
    impressions: u64,
    logins: u64,
}

impl Counts {
    /// Ceilings hold however much there is: the bulk lies with followers and likes.
    #[rustfmt::skip]
    const fn of(size: Size) -> Self {
        match size {
            Size::Small => Self {
                posts: 420, likes: 330, bookmarks: 60, followers: 320, following: 150, blocks: 30, mutes: 25, lists: 5,
                members: 20, events: 500, contacts: 110, impressions: 120, logins: 40,
            },
            Size::Medium => Self {
                posts: 9_000, likes: 26_000, bookmarks: 1_500, followers: 42_000, following: 5_000, blocks: 2_000,
                mutes: 1_000, lists: 20, members: 240, events: 8_000, contacts: 3_000, impressions: 6_000, logins: 400,
            },
            Size::Large | Size::Huge => Self {
                posts: 90_000, likes: 240_000, bookmarks: 9_000, followers: 600_000, following: 5_000, blocks: 40_000,
                mutes: 20_000, lists: 50, members: 700, events: 30_000, contacts: 20_000, impressions: 26_000, logins: 900,
            },
        }
    }
}

/// Everything one account holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dataset {
    pub(super) seed: u64,
    pub(super) account: Account,
    pub(super) texts: Texts,
    pub(super) media: Terms,
    counts: Counts,
}

impl Dataset {
    pub(crate) fn new(seed: u64, account: Account, size: Size) -> Self {
        Self { seed, account, texts: Texts::Awkward, media: Terms::default(), counts: Counts::of(size) }
    }

    /// The same records with other long texts.
    pub(crate) const fn with_texts(self, texts: Texts) -> Self {
        Self { texts, ..self }
    }

    /// The same records with media of these terms.
    pub(crate) const fn with_media(self, media: Terms) -> Self {
        Self { media, ..self }
    }

    /// How many records X has of it, whatever it hands out.
    pub(crate) const fn stored(&self, stream: Stream) -> u64 {
        let counts = &self.counts;
        match stream {
            Stream::Account | Stream::Profile | Stream::Settings | Stream::Personalization => 1,
            Stream::Tweets => counts.posts,
            Stream::Likes => counts.likes,
            Stream::Bookmarks => counts.bookmarks,
            Stream::Followers => counts.followers,
            Stream::Following => counts.following,
            Stream::Blocks => counts.blocks,
            Stream::Mutes => counts.mutes,
            Stream::ListsCreated => counts.lists,
            Stream::ListsSubscribed => counts.lists + 2,
            Stream::ListsMember => counts.lists * 2 + 3,
            Stream::ListMembers => self.all_members(),
            Stream::DirectMessages => counts.events - counts.events / EVENTS_PER_CHANGE,
            Stream::GroupChanges => counts.events / EVENTS_PER_CHANGE,
            Stream::Contacts => counts.contacts,
            Stream::AdEngagements => counts.impressions / 3,
            Stream::AdImpressions => counts.impressions,
            Stream::IpAudit => counts.logins,
            Stream::Devices => 3,
            Stream::Applications => 6,
            Stream::Moments => 4,
            Stream::ScreenNameChanges => 2,
            Stream::EmailAddressChanges => 1,
        }
    }

    /// How many records the API hands out: the newest ones.
    pub(crate) fn count(&self, stream: Stream) -> u64 {
        let stored = self.stored(stream);
        match stream {
            Stream::Tweets => stored.min(POST_CEILING),
            Stream::Bookmarks => stored.min(BOOKMARK_CEILING),
            // They are spread evenly over twice as many days: half of them are young enough.
            Stream::DirectMessages | Stream::GroupChanges => stored / 2,
            _ => stored,
        }
    }

    /// How many members a created list has: the first none, others half the average, the average, or half as many again.
    pub(crate) const fn members(&self, list: u64) -> u64 {
        if list == 0 { 0 } else { self.counts.members / 2 * (1 + list % 3) }
    }

    const fn all_members(&self) -> u64 {
        let (mut list, mut sum) = (0, 0);
        while list < self.counts.lists {
            sum += self.members(list);
            list += 1;
        }
        sum
    }

    /// The created list, and the place in it, of the list member at this place among all.
    pub(super) const fn list_and_member(&self, index: u64) -> (u64, u64) {
        let (mut list, mut member) = (0, index);
        while member >= self.members(list) {
            member -= self.members(list);
            list += 1;
        }
        (list, member)
    }

    /// The random run of one record.
    pub(super) fn random(&self, stream: Stream, index: u64) -> Random {
        Random::at(&[self.seed, self.account.number, stream as u64, index])
    }

    /// When the stream's record at `index` came to be, newest first, no two in the same second: within three years, or, for
    /// what happens in conversations, within twice the days that the API looks back.
    pub(super) fn newest_first(&self, stream: Stream, index: u64) -> Timestamp {
        let step = match stream {
            Stream::DirectMessages | Stream::GroupChanges => 2 * MESSAGE_DAYS * DAY / self.counts.events,
            _ => 3 * YEAR / self.stored(stream),
        };
        let jitter = self.random(stream, index).below(step);
        Timestamp::from_secs(LAST_SECOND - index * step - jitter)
    }
}

/// Some moment of the last four years.
pub(super) const fn some_moment(random: &mut Random) -> Timestamp {
    Timestamp::from_secs(LAST_SECOND - random.below(4 * YEAR))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x::CAFE;

    #[test]
    fn the_sizes_are_about_two_thousand_one_hundred_thousand_and_a_million() {
        let records = |size| {
            let data = Dataset::new(7, CAFE, size);
            Stream::ALL.into_iter().map(|(stream, _)| data.count(stream)).sum::<u64>()
        };
        assert!((1_900..2_200).contains(&records(Size::Small)), "{}", records(Size::Small));
        assert!((95_000..105_000).contains(&records(Size::Medium)), "{}", records(Size::Medium));
        assert!((950_000..1_050_000).contains(&records(Size::Large)), "{}", records(Size::Large));
    }

    #[test]
    fn a_larger_account_has_more_than_the_ceilings_let_through() {
        for size in [Size::Medium, Size::Large] {
            let data = Dataset::new(7, CAFE, size);
            assert_eq!((data.count(Stream::Tweets), data.count(Stream::Bookmarks)), (3_200, 800));
            assert!(data.stored(Stream::Tweets) > 3_200 && data.stored(Stream::Bookmarks) > 800);
        }
    }

    #[test]
    fn direct_messages_are_handed_out_for_thirty_days() {
        let data = Dataset::new(7, CAFE, Size::Medium);
        let oldest = Timestamp::from_secs(LAST_SECOND - MESSAGE_DAYS * DAY);
        let events = data.count(Stream::DirectMessages) + data.count(Stream::GroupChanges);
        let sent_at = |event| data.newest_first(Stream::DirectMessages, event);
        assert!(sent_at(events - 1) > oldest && sent_at(events) <= oldest);
    }

    #[test]
    fn posts_fall_strictly_and_every_list_member_is_found() {
        let data = Dataset::new(7, CAFE, Size::Medium);
        let dates: Vec<_> = (0..data.stored(Stream::Tweets)).map(|index| data.newest_first(Stream::Tweets, index)).collect();
        assert!(dates.is_sorted_by(|newer, older| newer > older));
        assert_eq!(data.list_and_member(0), (1, 0));
        let (list, member) = data.list_and_member(data.count(Stream::ListMembers) - 1);
        assert_eq!((list, member), (data.count(Stream::ListsCreated) - 1, data.members(list) - 1));
    }
}
