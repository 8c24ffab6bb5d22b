//! Direct messages, and changes of groups.

use super::super::dataset::Dataset;
use super::super::message::Event;
use super::super::style::{Link, Style};
use super::posts::{write_link, write_media_keys};
use crate::json::Json;

impl Dataset {
    /// The members of an event.
    pub(in crate::x) fn write_event(&self, event: &Event, style: &Style<'_>, json: &mut Json) {
        let asks = |name| style.wanted.event.has(name);
        json.plain("id", format_args!("{}", event.id));
        json.text("event_type", &[event.kind]);
        if event.participant.is_none() {
            write_text(event, style, json);
        }
        if asks("dm_conversation_id") {
            json.text(style.name("dm_conversation_id"), &[&event.conversation]);
        }
        if asks("created_at") {
            style.other_moment("created_at", event.sent_at, json);
        }
        if asks("sender_id") {
            json.text(style.name("sender_id"), &[&self.id_of(event.sender)]);
        }
        if let Some(who) = event.participant.filter(|_| asks("participant_ids")) {
            json.list("participant_ids", |json| json.text_item(&self.id_of(who)));
        }
        if asks("attachments") {
            write_media_keys(&event.media, json);
        }
        if let Some(link) = event.link.as_ref().filter(|_| asks("entities")) {
            json.object("entities", |json| {
                json.list("urls", |json| json.item(|json| write_message_link(event, link, style, json)));
            });
        }
    }
}

/// The members of the link behind what was said.
pub(super) fn write_message_link(event: &Event, link: &Link, style: &Style<'_>, json: &mut Json) {
    write_link(link, event.said.chars().count() + 1, &event.media, style, json);
}

fn write_text(event: &Event, style: &Style<'_>, json: &mut Json) {
    match &event.link {
        Some(link) => json.text("text", &[event.said, " ", link.written(style.links)]),
        None => json.text("text", &[event.said]),
    }
}
