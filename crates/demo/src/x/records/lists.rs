//! Lists: created, subscribed to, and those that others have put the account on.

use super::super::dataset::{Dataset, Stream};
use super::super::identity::Who;
use super::super::style::Style;
use crate::json::Json;

impl Dataset {
    /// The members of a list.
    pub(in crate::x) fn write_list(&self, stream: Stream, index: u64, style: &Style<'_>, json: &mut Json) {
        let asks = |name| style.wanted.list.has(name);
        let mut random = self.random(stream, index);
        json.plain("id", format_args!("{}", self.list_id(stream, index)));
        json.text("name", &[random.pick(&["Presse", "Friends & <co>", "カフェ", "أصدقاء", "=LIST(1)"])]);
        if asks("created_at") {
            style.other_moment("created_at", self.newest_first(stream, index), json);
        }
        if asks("description") {
            json.text("description", &[self.texts.remark(&mut random)]);
        }
        if asks("owner_id") {
            json.text("owner_id", &[&self.id_of(self.list_owner(stream, index))]);
        }
        if asks("private") {
            json.boolean("private", random.one_in(4));
        }
        let (followers, members) = (random.below(900), random.within(1, 5_000));
        if asks("follower_count") {
            style.number("follower_count", followers, json);
        }
        if asks("member_count") {
            style.number("member_count", if stream == Stream::ListsCreated { self.members(index) } else { members }, json);
        }
    }

    /// Whose list it is.
    pub(in crate::x) const fn list_owner(&self, stream: Stream, index: u64) -> Who {
        match stream {
            Stream::ListsCreated => Who::Owner,
            Stream::ListsSubscribed => self.acquaintance(index * 3 + 1),
            _ => self.acquaintance(index * 2),
        }
    }
}
