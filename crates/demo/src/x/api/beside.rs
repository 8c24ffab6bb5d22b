//! `includes`, the objects that records name, each once; and `errors`, what of them is gone.

use crate::json::Json;
use crate::x::dataset::Dataset;
use crate::x::identity::Who;
use crate::x::media::Medium;
use crate::x::post::Reference;
use crate::x::records::write_medium;
use crate::x::style::{Style, Wanted};

/// What lies beside the records of one page: of what was asked for, the first mention of each.
pub(super) struct Beside<'a> {
    wanted: &'a Wanted,
    people: Vec<Who>,
    suspended: Vec<(Who, &'static str)>,
    /// By the places of the posts that refer to them.
    posts: Vec<u64>,
    gone: Vec<u64>,
    media: Vec<Medium>,
}

impl<'a> Beside<'a> {
    /// Nothing yet.
    pub(super) const fn asked(wanted: &'a Wanted) -> Self {
        Self { wanted, people: Vec::new(), suspended: Vec::new(), posts: Vec::new(), gone: Vec::new(), media: Vec::new() }
    }

    /// Somebody that a record names in `parameter`.
    pub(super) fn person(&mut self, who: Who, parameter: &'static str) {
        if !self.wanted.expansions.has(parameter) {
            return;
        }
        if Dataset::is_suspended(who) {
            if !self.suspended.contains(&(who, parameter)) {
                self.suspended.push((who, parameter));
            }
        } else if !self.people.contains(&who) {
            self.people.push(who);
        }
    }

    /// A post that a record refers to.
    pub(super) fn post(&mut self, data: &Dataset, reference: &Reference) {
        if !self.wanted.expansions.has("referenced_tweets.id") {
            return;
        }
        if reference.is_gone {
            self.gone.push(data.referenced_id(reference));
        } else {
            self.posts.push(reference.from);
        }
    }

    /// A medium that a record names.
    pub(super) fn medium(&mut self, medium: &Medium) {
        if self.wanted.expansions.has("attachments.media_keys") {
            self.media.push(medium.clone());
        }
    }

    /// Writes both members, where there is something to write.
    pub(super) fn write(&self, data: &Dataset, style: &Style<'_>, json: &mut Json) {
        if !(self.people.is_empty() && self.posts.is_empty() && self.media.is_empty()) {
            json.object("includes", |json| self.write_includes(data, style, json));
        }
        if !(self.gone.is_empty() && self.suspended.is_empty()) {
            json.list("errors", |json| {
                self.gone.iter().for_each(|id| write_gone(*id, json));
                self.suspended.iter().for_each(|(who, parameter)| write_suspended(&data.id_of(*who), parameter, json));
            });
        }
    }

    fn write_includes(&self, data: &Dataset, style: &Style<'_>, json: &mut Json) {
        if !self.people.is_empty() {
            json.list("users", |json| self.people.iter().for_each(|who| json.item(|json| data.write_user(*who, style, json))));
        }
        if !self.media.is_empty() {
            json.list("media", |json| self.media.iter().for_each(|medium| json.item(|json| write_medium(medium, style, json))));
        }
        if !self.posts.is_empty() {
            json.list("tweets", |json| {
                self.posts.iter().for_each(|own| json.item(|json| data.write_referenced(*own, style, json)));
            });
        }
    }
}

fn write_gone(id: u64, json: &mut Json) {
    write_error(
        "tweet",
        "referenced_tweets.id",
        &id.to_string(),
        "Not Found Error",
        "Could not find tweet with referenced_tweets.id",
        json,
    );
}

fn write_suspended(id: &str, parameter: &str, json: &mut Json) {
    write_error("user", parameter, id, "Forbidden", "User has been suspended", json);
}

/// One error beside data.
pub(super) fn write_error(kind: &str, parameter: &str, id: &str, title: &str, detail: &str, json: &mut Json) {
    json.item(|json| {
        json.text("value", &[id]);
        json.text("detail", &[detail, ": [", id, "]."]);
        json.text("title", &[title]);
        json.text("resource_type", &[kind]);
        json.text("parameter", &[parameter]);
        json.text("resource_id", &[id]);
        json.text("type", &["https://api.x.example/2/problems/resource-not-found"]);
    });
}
