//! What a record of an archive has beside what the API serves: the fields that programs made for such archives look for.

use super::super::dataset::{Dataset, Stream};
use super::super::identity::Who;
use super::super::media::{Medium, RATES};
use super::super::message::Events;
use super::super::post::{Place, Post};
use super::super::style::Style;
use super::messages::write_message_link;
use super::posts::{counts, write_medium, write_playlist, write_video};
use crate::json::Json;

impl Dataset {
    /// The members that come last.
    pub(in crate::x) fn write_archived(&self, stream: Stream, index: u64, style: &Style<'_>, json: &mut Json) {
        match stream {
            Stream::Profile => self.write_description(json),
            Stream::Tweets => self.write_archived_post(&self.post(Place::Own(index)), style, json),
            Stream::Likes => {
                let id = self.post(Place::Liked(index)).id;
                json.plain("expandedUrl", format_args!("https://x.com/i/web/status/{id}"));
            }
            Stream::Followers | Stream::Following | Stream::Blocks | Stream::Mutes | Stream::ListMembers => {
                let id = self.id_of(self.person_at(stream, index));
                json.plain("userLink", format_args!("https://x.com/intent/user?user_id={id}"));
            }
            Stream::ListsCreated | Stream::ListsSubscribed | Stream::ListsMember => {
                json.plain("url", format_args!("https://x.com/i/lists/{}", self.list_id(stream, index)));
            }
            Stream::DirectMessages => self.write_archived_message(index, style, json),
            _ => {}
        }
    }

    /// What is said of the account stands in an object of its own.
    fn write_description(&self, json: &mut Json) {
        let [bio, location, website] = self.said_of(&self.identity(Who::Owner));
        json.object("description", |json| {
            json.text("bio", &[&bio]);
            json.text("website", &[&website]);
            json.text("location", &[&location]);
        });
    }

    fn write_archived_post(&self, post: &Post, style: &Style<'_>, json: &mut Json) {
        let ([_, retweets, _, likes, _], _) = counts(post);
        json.plain("id_str", format_args!("{}", post.id));
        if let Some(who) = post.answers {
            json.text("in_reply_to_user_id_str", &[&self.id_of(who)]);
        }
        style.number("retweet_count", retweets, json);
        style.number("favorite_count", likes, json);
        if post.answers.is_none() && post.links.is_empty() {
            json.object("entities", |json| write_lacking(false, false, &post.media, style, json));
        }
        if !post.media.is_empty() {
            json.object("extended_entities", |json| write_archived_media(&post.media, style, json));
        }
    }

    fn write_archived_message(&self, index: u64, style: &Style<'_>, json: &mut Json) {
        let event = self.event(Events::Messages, index);
        json.list("urls", |json| {
            if let Some(link) = &event.link {
                json.item(|json| {
                    write_message_link(&event, link, style, json);
                    json.text("expanded", &[&link.full]);
                    json.text("display", &[&link.display]);
                });
            }
        });
        let photos = event.media.iter().filter(|medium| medium.kind == "photo").map(Medium::picture);
        let videos = event.media.iter().filter(|medium| medium.kind != "photo");
        let variants = videos.flat_map(|video| RATES.map(|rate| video.video(rate)).into_iter().chain([video.playlist()]));
        json.list("mediaUrls", |json| photos.chain(variants).for_each(|address| json.text_item(&address)));
    }
}

/// Where an entity begins and ends.
pub(super) fn write_indices(range: [u64; 2], style: &Style<'_>, json: &mut Json) {
    json.list("indices", |json| range.into_iter().for_each(|at| style.number_item(at, json)));
}

/// Entities of which a post has none are empty lists; its media are there once more.
pub(super) fn write_lacking(mentions: bool, links: bool, media: &[Medium], style: &Style<'_>, json: &mut Json) {
    for (name, is_there) in [("urls", links), ("user_mentions", mentions), ("hashtags", false), ("symbols", false)] {
        if !is_there {
            json.list(name, |_| {});
        }
    }
    if !media.is_empty() {
        write_archived_media(media, style, json);
    }
}

/// Media as they are served, and under the names of an archive.
fn write_archived_media(media: &[Medium], style: &Style<'_>, json: &mut Json) {
    let inside = style.inside();
    json.list("media", |json| {
        for medium in media {
            json.item(|json| {
                write_medium(medium, &inside, json);
                let is_photo = medium.kind == "photo";
                let address = if is_photo { medium.picture() } else { medium.preview() };
                json.text("media_url_https", &[&address]);
                json.text("media_url", &[&address]);
                if !is_photo {
                    json.object("video_info", |json| write_archived_variants(medium, &inside, json));
                }
            });
        }
    });
}

fn write_archived_variants(medium: &Medium, style: &Style<'_>, json: &mut Json) {
    json.list("variants", |json| {
        for rate in RATES {
            json.item(|json| {
                write_video(medium, rate, style, json);
                style.number("bitrate", rate, json);
            });
        }
        json.item(|json| write_playlist(medium, json));
    });
}
