//! Facts of a post: what the list, the side-loaded objects and the errors must agree on.

use carryall_protocol::Timestamp;

use super::dataset::{Dataset, Stream, some_moment};
use super::identity::{Who, snowflake};
use super::media::Medium;
use super::style::Link;
use crate::random::{Random, mix};

/// Where a post is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Among the account's own, newest first.
    Own(u64),
    /// Among those that came while they were read.
    Arrival(u64, Timestamp),
    /// Among the likes.
    Liked(u64),
    /// Among the bookmarks.
    Bookmarked(u64),
    /// What the account's own at this place refers to.
    Referenced(u64),
}

/// How one post refers to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference {
    pub(super) kind: &'static str,
    /// The post with the reference, among the account's own.
    pub(super) from: u64,
    /// It is gone: its id is all there is.
    pub(super) is_gone: bool,
}

/// The facts of one post.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) id: u64,
    pub(super) author: Who,
    pub(super) written_at: Timestamp,
    pub(super) reference: Option<Reference>,
    /// Whom it answers.
    pub(super) answers: Option<Who>,
    pub(super) said: [&'static str; 2],
    pub(super) links: Vec<Link>,
    /// The first link stands in the text twice.
    pub(super) repeats: bool,
    pub(super) media: Vec<Medium>,
    /// The run that its further members are drawn from.
    pub(super) run: u64,
}

/// A stretch of a post's text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stretch<'a> {
    Text(&'a str),
    /// `@` and a handle.
    Mention(&'a str),
    Link(&'a Link),
}

/// Posts of others that are liked and kept come from so many people.
const AUTHORS: u64 = 3_000;

impl Dataset {
    /// The facts of the post at this place; regular enough that the smallest account has some of each kind.
    pub(super) fn post(&self, place: Place) -> Post {
        let mut random = self.run_of(place);
        let written_at = self.written_at(place, &mut random);
        let author = match place {
            Place::Own(_) | Place::Arrival(..) => Who::Owner,
            _ => self.acquaintance(random.below(AUTHORS)),
        };
        let (reference, answers) = self.reference(place);
        let id = self.post_id(place, written_at);
        let media = self.media_of(place, id, &mut random);
        let links = self.links_of(id, author, !media.is_empty(), &mut random);
        Post {
            id,
            author,
            written_at,
            reference,
            answers,
            said: [self.texts.remark(&mut random), self.texts.said(&mut random)],
            repeats: !links.is_empty() && random.one_in(5),
            links,
            media,
            run: random.next(),
        }
    }

    fn run_of(&self, place: Place) -> Random {
        let (stream, index) = match place {
            Place::Own(index) => (Stream::Tweets, index),
            Place::Arrival(arrival, _) => (Stream::Tweets, u64::MAX / 2 + arrival),
            Place::Liked(index) => (Stream::Likes, index),
            Place::Bookmarked(index) => (Stream::Bookmarks, index),
            Place::Referenced(own) => (Stream::Tweets, u64::MAX - own),
        };
        // Not the run that the moment of an own post is drawn from.
        Random::at(&[self.random(stream, index).next()])
    }

    fn written_at(&self, place: Place, random: &mut Random) -> Timestamp {
        match place {
            Place::Own(index) => self.newest_first(Stream::Tweets, index),
            Place::Arrival(_, moment) => moment,
            Place::Liked(_) | Place::Bookmarked(_) => some_moment(random),
            Place::Referenced(own) => {
                let later = self.newest_first(Stream::Tweets, own).as_secs();
                Timestamp::from_secs(later - random.within(60, 9_000_000))
            }
        }
    }

    fn post_id(&self, place: Place, written_at: Timestamp) -> u64 {
        let low = match place {
            Place::Own(_) | Place::Arrival(..) => self.account.number,
            Place::Liked(index) => 16 + index * 3,
            Place::Bookmarked(index) => 17 + index * 3,
            Place::Referenced(own) => 18 + own * 3,
        };
        snowflake(written_at, low)
    }

    fn reference(&self, place: Place) -> (Option<Reference>, Option<Who>) {
        let Place::Own(from) = place else { return (None, None) };
        let kind = match from.wrapping_add(self.seed % 1_000) % 11 {
            1 | 4 | 7 => "replied_to",
            3 | 9 => "quoted",
            6 => "retweeted",
            _ => return (None, None),
        };
        let answers = (kind == "replied_to").then(|| self.post(Place::Referenced(from)).author);
        (Some(Reference { kind, from, is_gone: mix(self.seed ^ from) % 9 == 4 }), answers)
    }

    /// The id of the post referred to.
    pub(super) fn referenced_id(&self, reference: &Reference) -> u64 {
        let place = Place::Referenced(reference.from);
        self.post_id(place, self.written_at(place, &mut self.run_of(place)))
    }

    fn media_of(&self, place: Place, id: u64, random: &mut Random) -> Vec<Medium> {
        let is_shown = matches!(place, Place::Own(_) | Place::Arrival(..)) && random.one_in(4);
        if is_shown { self.media_at(id, random) } else { Vec::new() }
    }

    /// Links that somebody put in, and the one that media bring along.
    fn links_of(&self, id: u64, author: Who, has_media: bool, random: &mut Random) -> Vec<Link> {
        let put_in = random.below(5).saturating_sub(2);
        let mut links: Vec<_> = (0..put_in).map(|number| link(id + number, random)).collect();
        if has_media {
            let full = format!("https://x.com/{}/status/{id}/photo/1", self.username_of(author));
            let mut picture = Link::to(id + put_in, full, String::new());
            picture.display = picture.short.replace("https://t.co/", "pic.x.com/");
            links.push(picture);
        }
        links
    }
}

/// A link to somewhere.
pub(super) fn link(number: u64, random: &mut Random) -> Link {
    let page = random.below(100_000);
    match random.below(4) {
        0 => Link::to(number, format!("https://news.example/{page}?a=1&b=%C3%BC#top"), format!("news.example/{page}?a=1&b=ü…")),
        1 => Link::to(number, format!("https://straße.example/größe/{page}"), format!("straße.example/größe/{page}")),
        2 => Link::to(number, format!("http://x.example/{page}\\n"), format!("x.example/{page}\\n")),
        _ => Link::to(number, format!("https://long.example/{page}/\"quoted\"/and/so/on"), format!("long.example/{page}/…")),
    }
}

impl Post {
    /// The text, stretch by stretch.
    pub(super) fn stretches<'a>(&'a self, handle: Option<&'a str>) -> Vec<Stretch<'a>> {
        let mut all = Vec::with_capacity(8);
        all.extend(handle.into_iter().flat_map(|handle| [Stretch::Mention(handle), Stretch::Text(" ")]));
        all.push(Stretch::Text(self.said[0]));
        for (place, link) in self.links.iter().enumerate() {
            all.extend([Stretch::Text(" "), Stretch::Link(link)]);
            if place == 0 {
                all.extend([Stretch::Text(" "), Stretch::Text(self.said[1])]);
            }
        }
        if let Some(link) = self.links.first().filter(|_| self.repeats) {
            all.extend([Stretch::Text("\n"), Stretch::Link(link)]);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::system::Size;
    use crate::x::CAFE;

    #[test]
    fn the_smallest_account_has_every_kind_of_post() {
        for seed in 0..50 {
            let data = Dataset::new(seed, CAFE, Size::Small);
            let posts: Vec<_> = (0..data.count(Stream::Tweets)).map(|index| data.post(Place::Own(index))).collect();
            for kind in ["replied_to", "quoted", "retweeted"] {
                assert!(posts.iter().any(|post| post.reference.is_some_and(|reference| reference.kind == kind)), "{seed} {kind}");
            }
            for kind in ["photo", "video", "animated_gif"] {
                assert!(posts.iter().any(|post| post.media.iter().any(|medium| medium.kind == kind)), "{seed} {kind}");
            }
            assert!(posts.iter().any(|post| post.reference.is_some_and(|reference| reference.is_gone)), "{seed}");
            assert!(posts.iter().any(|post| post.repeats && post.links.len() > 1), "{seed}");
            let liked = (0..data.count(Stream::Likes)).map(|index| data.post(Place::Liked(index)).author);
            assert!(liked.into_iter().any(Dataset::is_suspended), "{seed}");
        }
    }

    #[test]
    fn no_two_posts_have_one_id() {
        let data = Dataset::new(7, CAFE, Size::Medium);
        let own = (0..data.count(Stream::Tweets)).flat_map(|index| [Place::Own(index), Place::Referenced(index)]);
        let others = (0..data.count(Stream::Likes)).map(Place::Liked).chain((0..800).map(Place::Bookmarked));
        let places: Vec<_> = own.chain(others).collect();
        let ids: HashSet<_> = places.iter().map(|place| data.post(*place).id).collect();
        assert_eq!(ids.len(), places.len());
    }

    #[test]
    fn a_reference_leads_to_the_post_it_names() {
        let data = Dataset::new(7, CAFE, Size::Small);
        for index in 0..100 {
            if let Some(reference) = data.post(Place::Own(index)).reference {
                assert_eq!(data.referenced_id(&reference), data.post(Place::Referenced(index)).id);
            }
        }
    }
}
