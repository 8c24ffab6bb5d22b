//! Campaigns, and the contacts in each.
//!
//! A contact has the same id in every campaign it is in: only campaign and id together name a member. A campaign's id
//! holds a slash and a space, so that it must be encoded to be one segment of a path.

use std::fmt;

use crate::json::Json;
use crate::talkif::dataset::{Dataset, Stream, some_moment};
use crate::texts::Name;

/// A campaign's id: `cmp 1/0003`.
#[derive(Clone, Copy)]
struct CampaignId {
    account: u64,
    campaign: u64,
}

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cmp {}/{:04}", self.account, self.campaign)
    }
}

impl Dataset {
    /// The campaign with this id, if it is one of this account's.
    pub(in crate::talkif) fn campaign_by_id(&self, id: &str) -> Option<u64> {
        (0..self.count(Stream::Campaigns)).find(|campaign| self.campaign_id(*campaign).to_string() == id)
    }

    const fn campaign_id(&self, campaign: u64) -> CampaignId {
        CampaignId { account: self.account.number, campaign }
    }

    pub(in crate::talkif) fn write_campaign(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::Campaigns, index);
        json.record(0, |json| {
            json.plain("id", format_args!("{}", self.campaign_id(index)));
            json.text("name", &[random.pick(&["Spring check-up", "Jahresprophylaxe", "حملة الربيع", "קמפיין אביב", "春の検診"])]);
            json.text("status", &[random.pick(&["running", "finished", "paused"])]);
            json.plain("flowId", format_args!("flw_{}_{:04}", self.account.number, random.below(self.count(Stream::Flows))));
            json.number("contactCount", self.members(index));
            json.raw("budget", format_args!("{}.00", random.within(100, 900)));
            json.money("spent", random.below(10_000) * 10);
            json.text("description", &[self.texts.remark(&mut random)]);
            json.moment("startedAt", some_moment(&mut random));
        });
    }

    pub(in crate::talkif) fn write_member(&self, campaign: u64, member: u64, json: &mut Json) {
        let mut random = self.random(Stream::CampaignContacts, campaign << 32 | member);
        json.record(0, |json| {
            json.plain("campaignId", format_args!("{}", self.campaign_id(campaign)));
            json.plain("id", format_args!("con_{}_{:07}", self.account.number, self.member_contact(campaign, member)));
            json.text("status", &[random.pick(&["pending", "reached", "declined", "unreachable"])]);
            json.number("attempts", random.below(6));
            json.moment("lastAttemptAt", some_moment(&mut random));
            json.object("variables", |json| {
                json.text("greeting", &["Hello ", Name::invent(&mut random).given, "!"]);
                json.text("remark", &[self.texts.remark(&mut random)]);
                json.raw("offer", format_args!("{}.90", random.within(9, 99)));
            });
            json.plain("callId", format_args!("{}", self.call_id(random.below(self.count(Stream::Calls)))));
            json.moment("addedAt", some_moment(&mut random));
        });
    }
}
