//! Each record's text, file by file in the order of the catalog.
//!
//! Between them they hold what a careless exporter breaks: links that stand in a text twice, control characters beside
//! links, ids beyond 2^53, objects that hold a number text with zeros, a token that is data beside tokens that are not.

mod account;
mod ads;
mod archived;
mod devices;
mod lists;
mod messages;
mod moments;
mod posts;
mod users;

use super::dataset::{Dataset, Stream};
use super::identity::Who;
use super::message::Events;
use super::post::Place;
use super::style::Style;
use crate::json::Json;

pub(super) use self::posts::write_medium;

impl Dataset {
    /// Writes the members of one record of the stream; of the objects beside it, none.
    pub(super) fn write(&self, stream: Stream, index: u64, style: &Style<'_>, json: &mut Json) {
        match stream {
            Stream::Account => self.write_user(Who::Owner, style, json),
            Stream::Profile => self.write_profile(&self.identity(Who::Owner), style, json),
            Stream::Settings => self.write_settings(json),
            Stream::Tweets => self.write_post(&self.post(Place::Own(index)), style, json),
            Stream::Likes => self.write_post(&self.post(Place::Liked(index)), style, json),
            Stream::Bookmarks => self.write_post(&self.post(Place::Bookmarked(index)), style, json),
            Stream::Followers | Stream::Following | Stream::Blocks | Stream::Mutes | Stream::ListMembers => {
                self.write_user(self.person_at(stream, index), style, json);
            }
            Stream::ListsCreated | Stream::ListsSubscribed | Stream::ListsMember => {
                self.write_list(stream, index, style, json);
            }
            Stream::DirectMessages => self.write_event(&self.event(Events::Messages, index), style, json),
            Stream::GroupChanges => self.write_event(&self.event(Events::Changes, index), style, json),
            Stream::Contacts => self.write_contact(index, style, json),
            Stream::Personalization => self.write_personalization(style, json),
            Stream::AdEngagements | Stream::AdImpressions => self.write_ad(stream, index, style, json),
            Stream::IpAudit => self.write_login(index, style, json),
            Stream::Devices => self.write_device(index, style, json),
            Stream::Applications => self.write_application(index, style, json),
            Stream::Moments => self.write_moment(index, style, json),
            Stream::ScreenNameChanges => self.write_screen_name_change(index, style, json),
            Stream::EmailAddressChanges => self.write_email_change(index, style, json),
        }
    }
}
