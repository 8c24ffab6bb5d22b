//! Every address of the API: whose it is, how large its pages are, and how often it may be asked.

use std::ops::RangeInclusive;

use crate::x::dataset::Stream;

/// One address.
#[derive(Debug)]
pub(super) struct Resource {
    /// Below `/2`.
    pub(super) route: &'static str,
    pub(super) stream: Stream,
    pub(super) owner: Owner,
    pub(super) pages: Pages,
    /// Requests in a window.
    pub(super) limit: u64,
}

/// What the id in the address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The caller's own account; nobody else's is shown.
    Caller,
    /// A list that the caller's account has created.
    List,
    /// There is no id.
    Nobody,
}

/// What its answers are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pages {
    /// One object.
    Single,
    /// 5 to 100 posts, 10 unless asked.
    Posts,
    /// 1 to 1,000 people, or records of the account, 100 unless asked.
    Many,
    /// 1 to 100 lists or events, all unless asked.
    Few,
}

impl Pages {
    /// The sizes that may be asked for, where the largest page of posts is `page_limit`; and the size that is given unless
    /// asked.
    pub(super) const fn sizes(self, page_limit: u64) -> (RangeInclusive<u64>, u64) {
        match self {
            Self::Single | Self::Posts => (5..=page_limit, 10),
            Self::Many => (1..=page_limit * 10, 100),
            Self::Few => (1..=page_limit, 100),
        }
    }
}

const fn of_caller(route: &'static str, stream: Stream, pages: Pages, limit: u64) -> Resource {
    Resource { route, stream, owner: Owner::Caller, pages, limit }
}

const fn of_account(route: &'static str, stream: Stream, pages: Pages) -> Resource {
    Resource { route, stream, owner: Owner::Nobody, pages, limit: 75 }
}

/// All of them.
pub(super) const RESOURCES: [Resource; 24] = [
    of_account("/users/me", Stream::Account, Pages::Single),
    of_caller("/users/{id}/tweets", Stream::Tweets, Pages::Posts, 900),
    of_caller("/users/{id}/liked_tweets", Stream::Likes, Pages::Posts, 75),
    of_caller("/users/{id}/bookmarks", Stream::Bookmarks, Pages::Posts, 75),
    of_caller("/users/{id}/followers", Stream::Followers, Pages::Many, 15),
    of_caller("/users/{id}/following", Stream::Following, Pages::Many, 15),
    of_caller("/users/{id}/blocking", Stream::Blocks, Pages::Many, 15),
    of_caller("/users/{id}/muting", Stream::Mutes, Pages::Many, 15),
    of_caller("/users/{id}/owned_lists", Stream::ListsCreated, Pages::Few, 15),
    of_caller("/users/{id}/followed_lists", Stream::ListsSubscribed, Pages::Few, 15),
    of_caller("/users/{id}/list_memberships", Stream::ListsMember, Pages::Few, 75),
    Resource { route: "/lists/{id}/members", stream: Stream::ListMembers, owner: Owner::List, pages: Pages::Few, limit: 900 },
    Resource { limit: 900, ..of_account("/dm_events", Stream::DirectMessages, Pages::Few) },
    of_account("/account/settings", Stream::Settings, Pages::Single),
    of_account("/account/contacts", Stream::Contacts, Pages::Many),
    of_account("/account/personalization", Stream::Personalization, Pages::Single),
    of_account("/account/ad_engagements", Stream::AdEngagements, Pages::Many),
    of_account("/account/ad_impressions", Stream::AdImpressions, Pages::Many),
    of_account("/account/ip_audit", Stream::IpAudit, Pages::Many),
    of_account("/account/devices", Stream::Devices, Pages::Many),
    of_account("/account/applications", Stream::Applications, Pages::Many),
    of_account("/account/moments", Stream::Moments, Pages::Many),
    of_account("/account/screen_name_changes", Stream::ScreenNameChanges, Pages::Many),
    of_account("/account/email_address_changes", Stream::EmailAddressChanges, Pages::Many),
];
