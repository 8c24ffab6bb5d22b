//! How much there is, and which record lies where.
//!
//! **There is no storage**: a record is found by computing it. Ids carry the index, so that a record is found by its id as
//! well. Streams that a date can bound are newest first, strictly falling, so that a bound is a binary search.

use carryall_protocol::Timestamp;

use crate::json::Json;
use crate::media::Terms;
use crate::people::Account;
use crate::random::Random;
use crate::system::Size;
use crate::texts::Texts;

/// 2026-01-31T18:00:00Z: nothing in the data is later.
const LAST_SECOND: u64 = 1_769_882_400;
const YEAR: u64 = 365 * 24 * 60 * 60;

/// What the account holds, stream by stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Account,
    Users,
    Contacts,
    Calls,
    CallTranscripts,
    Flows,
    PhoneNumbers,
    VoipProviders,
    CallSchedules,
    Campaigns,
    CampaignContacts,
    Charges,
    BalanceTransactions,
    Notifications,
}

impl Stream {
    /// All of them, in the order of the catalog.
    pub(crate) const ALL: [Self; 14] = [
        Self::Account,
        Self::Users,
        Self::Contacts,
        Self::Calls,
        Self::CallTranscripts,
        Self::Flows,
        Self::PhoneNumbers,
        Self::VoipProviders,
        Self::CallSchedules,
        Self::Campaigns,
        Self::CampaignContacts,
        Self::Charges,
        Self::BalanceTransactions,
        Self::Notifications,
    ];

    /// Its id in the catalog.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Users => "users",
            Self::Contacts => "contacts",
            Self::Calls => "calls",
            Self::CallTranscripts => "call-transcripts",
            Self::Flows => "flows",
            Self::PhoneNumbers => "phone-numbers",
            Self::VoipProviders => "voip-providers",
            Self::CallSchedules => "call-schedules",
            Self::Campaigns => "campaigns",
            Self::CampaignContacts => "campaign-contacts",
            Self::Charges => "charges",
            Self::BalanceTransactions => "balance-transactions",
            Self::Notifications => "notifications",
        }
    }
}

/// How many of each.
#[derive(Debug, Clone, Copy)]
struct Counts {
    users: u64,
    contacts: u64,
    calls: u64,
    flows: u64,
    phone_numbers: u64,
    schedules: u64,
    campaigns: u64,
    /// On average; see [`Dataset::members`].
    members: u64,
    charges: u64,
    transactions: u64,
    notifications: u64,
}

impl Counts {
    /// The bulk lies where a page holds many records. One request per parent is what a walk can least afford: calls and
    /// campaigns stay few.
    #[rustfmt::skip]
    const fn of(size: Size) -> Self {
        match size {
            Size::Small => Self {
                users: 7, contacts: 420, calls: 60, flows: 6, phone_numbers: 5, schedules: 8, campaigns: 3, members: 80,
                charges: 420, transactions: 420, notifications: 420,
            },
            Size::Medium => Self {
                users: 25, contacts: 24_000, calls: 1_000, flows: 20, phone_numbers: 15, schedules: 40, campaigns: 12,
                members: 800, charges: 20_000, transactions: 24_000, notifications: 20_000,
            },
            Size::Large | Size::Huge => Self {
                users: 120, contacts: 430_000, calls: 4_000, flows: 60, phone_numbers: 50, schedules: 150, campaigns: 40,
                members: 6_000, charges: 430_000, transactions: 450_000, notifications: 450_000,
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

    /// How many records the stream has: for call transcripts as many as there are calls, most of them readable.
    pub(crate) fn count(&self, stream: Stream) -> u64 {
        match stream {
            Stream::Account => 1,
            Stream::Users => self.counts.users,
            Stream::Contacts => self.counts.contacts,
            Stream::Calls | Stream::CallTranscripts => self.counts.calls,
            Stream::Flows => self.counts.flows,
            Stream::PhoneNumbers => self.counts.phone_numbers,
            Stream::VoipProviders => 3,
            Stream::CallSchedules => self.counts.schedules,
            Stream::Campaigns => self.counts.campaigns,
            Stream::CampaignContacts => (0..self.counts.campaigns).map(|campaign| self.members(campaign)).sum(),
            Stream::Charges => self.counts.charges,
            Stream::BalanceTransactions => self.counts.transactions,
            Stream::Notifications => self.counts.notifications,
        }
    }

    /// How many contacts a campaign has: half the average, the average, or half as many again.
    pub(crate) const fn members(&self, campaign: u64) -> u64 {
        self.counts.members / 2 * (1 + campaign % 3)
    }

    /// The contact that is a campaign's `member`: neighbouring campaigns share some.
    pub(super) const fn member_contact(&self, campaign: u64, member: u64) -> u64 {
        (campaign * (self.counts.members / 2) + member) % self.counts.contacts
    }

    /// Writes one record of the stream.
    pub(crate) fn write(&self, stream: Stream, index: u64, json: &mut Json) {
        match stream {
            Stream::Account => self.write_account(json),
            Stream::Users => self.write_user(index, json),
            Stream::Contacts => self.write_contact(index, json),
            Stream::Calls => self.write_call(&self.call_facts(index), json),
            Stream::CallTranscripts => self.write_transcript(&self.call_facts(index), json),
            Stream::Flows => self.write_flow(index, json),
            Stream::PhoneNumbers => self.write_phone_number(index, json),
            Stream::VoipProviders => self.write_provider(index, json),
            Stream::CallSchedules => self.write_schedule(index, json),
            Stream::Campaigns => self.write_campaign(index, json),
            Stream::CampaignContacts => {
                let (campaign, member) = self.campaign_and_member(index);
                self.write_member(campaign, member, json);
            }
            Stream::Charges => self.write_charge(index, json),
            Stream::BalanceTransactions => self.write_transaction(index, json),
            Stream::Notifications => self.write_notification(index, json),
        }
    }

    const fn campaign_and_member(&self, index: u64) -> (u64, u64) {
        let (mut campaign, mut member) = (0, index);
        while member >= self.members(campaign) {
            member -= self.members(campaign);
            campaign += 1;
        }
        (campaign, member)
    }

    /// The random run of one record.
    pub(super) fn random(&self, stream: Stream, index: u64) -> Random {
        Random::at(&[self.seed, self.account.number, stream as u64, index])
    }

    /// When the stream's record at `index` came to be, newest first, no two at the same time; three years in all.
    pub(super) fn newest_first(&self, stream: Stream, index: u64) -> Timestamp {
        let step = 3 * YEAR / self.count(stream);
        let jitter = self.random(stream, index).below(step);
        Timestamp::from_secs(LAST_SECOND - index * step - jitter)
    }

    /// When a charge was made.
    pub(crate) fn charged_at(&self, index: u64) -> Timestamp {
        self.newest_first(Stream::Charges, index)
    }
}

/// Some moment of the last four years.
pub(super) const fn some_moment(random: &mut Random) -> Timestamp {
    Timestamp::from_secs(LAST_SECOND - random.below(4 * YEAR))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::talkif::PRACTICE;

    #[test]
    fn dates_fall_strictly_and_lie_before_february_2026() {
        let data = Dataset::new(7, PRACTICE, Size::Medium);
        let dates: Vec<_> = (0..data.count(Stream::Charges)).map(|index| data.charged_at(index)).collect();
        assert!(dates.is_sorted_by(|newer, older| newer > older));
        assert!(dates[0].to_string().as_str() < "2026-02");
    }

    #[test]
    fn no_contact_is_twice_in_one_campaign() {
        for size in [Size::Small, Size::Medium, Size::Large] {
            let data = Dataset::new(7, PRACTICE, size);
            assert!((0..data.count(Stream::Campaigns)).all(|campaign| data.members(campaign) <= data.count(Stream::Contacts)));
        }
    }
}
