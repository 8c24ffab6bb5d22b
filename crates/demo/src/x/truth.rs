//! What an export must hold of each stream, as the catalog's transformations leave the records, told from the generator.
//!
//! The generator writes each record in the stream's own style, then what the catalog puts into it from beside it. **No text
//! is transformed here**: who renames, expands or appends wrongly meets another text.

use std::collections::BTreeMap;

use super::dataset::{Dataset, Stream};
use super::identity::Who;
use super::media::Medium;
use super::message::Events;
use super::post::Place;
use super::records::write_medium;
use super::style::{Links, Moments, Style, Wanted};
use crate::json::{Json, Secrets};
use crate::truth::{Digest, Question};

/// What becomes of a stream's records.
#[derive(Debug, Clone, Copy)]
struct Shape {
    /// What the catalog asks for.
    query: &'static [(&'static str, &'static str)],
    /// The one member that the record becomes.
    wrap: Option<&'static str>,
    renames: &'static [(&'static str, &'static str)],
    links: Links,
    moments: Moments,
    /// Whether numbers stand in quotation marks.
    quoted: bool,
    /// Whether entities have what those of an archive have beside what is served.
    archived: bool,
}

/// What the catalog asks of objects beside the records.
const ALL_MEDIA: (&str, &str) = ("media.fields", "alt_text,duration_ms,height,preview_image_url,url,variants,width");
const AUTHORS: (&str, &str) = ("user.fields", "verified");

const POSTS: &[(&str, &str)] = &[
    (
        "tweet.fields",
        "attachments,author_id,conversation_id,created_at,entities,in_reply_to_user_id,lang,possibly_sensitive,public_metrics,\
         referenced_tweets,reply_settings,source",
    ),
    AUTHORS,
    ALL_MEDIA,
];
const LIKED: &[(&str, &str)] = &[("tweet.fields", "author_id,created_at,entities,lang"), AUTHORS];
const BOOKMARKED: &[(&str, &str)] = &[("tweet.fields", "author_id,created_at,entities,lang,public_metrics"), AUTHORS];
const PEOPLE: &[(&str, &str)] = &[("user.fields", "created_at,description,verified")];
const LISTS: &[(&str, &str)] = &[("list.fields", "created_at,description,follower_count,member_count,owner_id,private"), AUTHORS];
const MESSAGES: &[(&str, &str)] =
    &[("dm_event.fields", "attachments,created_at,dm_conversation_id,entities,sender_id"), AUTHORS, ALL_MEDIA];
const CHANGES: &[(&str, &str)] = &[("dm_event.fields", "created_at,dm_conversation_id,participant_ids,sender_id")];
const ACCOUNT: &[(&str, &str)] = &[("user.fields", "created_at,protected,public_metrics,verified")];
const PROFILE: &[(&str, &str)] =
    &[("user.fields", "description,location,pinned_tweet_id,profile_banner_url,profile_image_url,url")];

impl Shape {
    /// Records as they are served.
    const AS_SERVED: Self = Self {
        query: &[],
        wrap: None,
        renames: &[],
        links: Links::Short,
        moments: Moments::Rfc3339,
        quoted: false,
        archived: false,
    };

    /// Records as they are served, but for a wrapper and new names, and numbers in quotation marks.
    const fn wrapped(wrap: &'static str, renames: &'static [(&'static str, &'static str)]) -> Self {
        Self { wrap: Some(wrap), renames, quoted: true, ..Self::AS_SERVED }
    }

    const fn asking(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    const fn with_full_links(self) -> Self {
        Self { links: Links::Full, ..self }
    }

    const fn of(stream: Stream) -> Self {
        const ACCOUNT_ID: (&str, &str) = ("id", "accountId");
        match stream {
            Stream::Account => {
                Self::wrapped("account", &[ACCOUNT_ID, ("name", "accountDisplayName"), ("created_at", "createdAt")])
                    .asking(ACCOUNT)
            }
            Stream::Profile => Self::wrapped(
                "profile",
                &[
                    ("description", "bio"),
                    ("url", "website"),
                    ("profile_image_url", "avatarMediaUrl"),
                    ("profile_banner_url", "headerMediaUrl"),
                ],
            )
            .asking(PROFILE),
            Stream::Settings => Self::AS_SERVED,
            Stream::GroupChanges => Self::AS_SERVED.asking(CHANGES),
            Stream::Bookmarks => {
                Self::wrapped("bookmark", &[("id", "tweetId"), ("text", "fullText")]).asking(BOOKMARKED).with_full_links()
            }
            Stream::Tweets => Self::posts(),
            Stream::Likes => Self::wrapped("like", &[("id", "tweetId"), ("text", "fullText")]).asking(LIKED).with_full_links(),
            Stream::Followers => Self::wrapped("follower", &[ACCOUNT_ID]).asking(PEOPLE),
            Stream::Following => Self::wrapped("following", &[ACCOUNT_ID]).asking(PEOPLE),
            Stream::Blocks => Self::wrapped("blocking", &[ACCOUNT_ID]).asking(PEOPLE),
            Stream::Mutes => Self::wrapped("muting", &[ACCOUNT_ID]).asking(PEOPLE),
            Stream::ListMembers => Self::wrapped("listMember", &[ACCOUNT_ID]).asking(PEOPLE),
            Stream::ListsCreated | Stream::ListsSubscribed | Stream::ListsMember => {
                Self::wrapped("userListInfo", &[]).asking(LISTS)
            }
            Stream::DirectMessages => Self::messages(),
            _ => Self::of_resource(stream),
        }
    }

    const fn posts() -> Self {
        let renames =
            &[("text", "full_text"), ("entities/mentions", "user_mentions"), ("entities/mentions/username", "screen_name")];
        Self { moments: Moments::Archive, archived: true, ..Self::wrapped("tweet", renames) }.asking(POSTS).with_full_links()
    }

    const fn messages() -> Self {
        let renames = &[("dm_conversation_id", "conversationId"), ("created_at", "createdAt"), ("sender_id", "senderId")];
        Self::wrapped("messageCreate", renames).asking(MESSAGES).with_full_links()
    }

    /// What `/2/account/..` gives.
    const fn of_resource(stream: Stream) -> Self {
        const ACCOUNT_ID: (&str, &str) = ("account_id", "accountId");
        const CREATED_AT: (&str, &str) = ("created_at", "createdAt");
        match stream {
            Stream::Contacts => Self::wrapped("contact", &[("phone_numbers", "phoneNumbers")]),
            Stream::Personalization => Self::wrapped(
                "p13nData",
                &[
                    ("demographics/gender_info", "genderInfo"),
                    ("demographics/languages/is_disabled", "isDisabled"),
                    ("interests/is_disabled", "isDisabled"),
                ],
            ),
            Stream::IpAudit => {
                Self::wrapped("ipAudit", &[ACCOUNT_ID, CREATED_AT, ("login_ip", "loginIp"), ("login_port", "loginPort")])
            }
            Stream::Devices => Self::wrapped(
                "deviceToken",
                &[
                    ("client_application_id", "clientApplicationId"),
                    CREATED_AT,
                    ("last_seen_at", "lastSeenAt"),
                    ("client_application_name", "clientApplicationName"),
                ],
            ),
            Stream::Applications => Self::wrapped(
                "connectedApplication",
                &[("organization/privacy_policy_url", "privacyPolicyUrl"), ("approved_at", "approvedAt")],
            ),
            Stream::Moments => Self::wrapped("moment", &[("moment_id", "momentId"), CREATED_AT, ("created_by", "createdBy")]),
            Stream::ScreenNameChanges => Self::wrapped(
                "screenNameChange",
                &[
                    ACCOUNT_ID,
                    ("screen_name_change", "screenNameChange"),
                    ("screen_name_change/changed_at", "changedAt"),
                    ("screen_name_change/changed_from", "changedFrom"),
                    ("screen_name_change/changed_to", "changedTo"),
                ],
            ),
            Stream::EmailAddressChanges => Self::wrapped(
                "emailAddressChange",
                &[
                    ACCOUNT_ID,
                    ("email_change", "emailChange"),
                    ("email_change/changed_at", "changedAt"),
                    ("email_change/changed_from", "changedFrom"),
                    ("email_change/changed_to", "changedTo"),
                ],
            ),
            _ => Self::wrapped(
                "ad",
                &[
                    ("impression_id", "impressionId"),
                    ("display_location", "displayLocation"),
                    ("advertiser", "advertiserInfo"),
                    ("advertiser/name", "advertiserName"),
                    ("advertiser/screen_name", "screenName"),
                    ("promoted_tweet", "promotedTweetInfo"),
                    ("promoted_tweet/id", "tweetId"),
                    ("promoted_tweet/text", "tweetText"),
                    ("targeting_criteria", "matchedTargetingCriteria"),
                    ("targeting_criteria/type", "targetingType"),
                    ("targeting_criteria/value", "targetingValue"),
                    ("impression_time", "impressionTime"),
                    ("engagement_type", "engagementType"),
                    ("seconds_watched", "secondsWatched"),
                ],
            ),
        }
    }

    const fn style<'a>(&self, wanted: &'a Wanted) -> Style<'a> {
        let Self { renames, links, moments, quoted, archived, .. } = *self;
        Style { wanted, renames, links, moments, quoted, archived }
    }
}

/// The digest of every stream, told record by record from one buffer.
pub(crate) fn digests(question: &Question) -> BTreeMap<&'static str, Digest> {
    let data = Dataset::new(question.seed, question.account, question.size).with_texts(question.texts).with_media(question.media);
    Stream::ALL.into_iter().map(|(stream, id)| (id, digest(&data, stream))).collect()
}

fn digest(data: &Dataset, stream: Stream) -> Digest {
    let shape = Shape::of(stream);
    let wanted = Wanted::of(shape.query);
    let style = shape.style(&wanted);
    let mut json = Json::new(Secrets::Removed);
    let mut digest = Digest::default();
    for index in 0..data.count(stream) {
        json.clear();
        json.item(|json| match shape.wrap {
            Some(name) => json.object(name, |json| write(data, stream, index, &style, json)),
            None => write(data, stream, index, &style, json),
        });
        digest.add(json.as_bytes());
    }
    digest
}

fn write(data: &Dataset, stream: Stream, index: u64, style: &Style<'_>, json: &mut Json) {
    data.write(stream, index, style, json);
    let inside = style.inside();
    match stream {
        Stream::Tweets => write_beside_post(data, index, &inside, json),
        Stream::Likes => write_person(data, "author", data.post(Place::Liked(index)).author, &inside, json),
        Stream::Bookmarks => write_person(data, "author", data.post(Place::Bookmarked(index)).author, &inside, json),
        Stream::ListsCreated | Stream::ListsSubscribed | Stream::ListsMember => {
            write_person(data, "owner", data.list_owner(stream, index), &inside, json);
        }
        Stream::DirectMessages => {
            let event = data.event(Events::Messages, index);
            write_person(data, "sender", event.sender, &inside, json);
            write_media(&event.media, &inside, json);
        }
        Stream::ListMembers => {
            let (list, _) = data.list_and_member(index);
            json.plain("listId", format_args!("{}", data.list_id(Stream::ListsCreated, list)));
        }
        _ => {}
    }
    data.write_archived(stream, index, style, json);
}

fn write_beside_post(data: &Dataset, index: u64, inside: &Style<'_>, json: &mut Json) {
    let post = data.post(Place::Own(index));
    write_person(data, "author", post.author, inside, json);
    write_media(&post.media, inside, json);
    if let Some(reference) = post.reference {
        json.list("referenced", |json| {
            if !reference.is_gone {
                json.item(|json| data.write_referenced(index, inside, json));
            }
        });
    }
}

/// Nobody who is suspended lies beside a record.
fn write_person(data: &Dataset, name: &str, who: Who, inside: &Style<'_>, json: &mut Json) {
    if !Dataset::is_suspended(who) {
        json.object(name, |json| data.write_user(who, inside, json));
    }
}

fn write_media(media: &[Medium], inside: &Style<'_>, json: &mut Json) {
    if !media.is_empty() {
        json.list("media", |json| media.iter().for_each(|medium| json.item(|json| write_medium(medium, inside, json))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::{Size, System};
    use crate::texts::Texts;
    use crate::truth::Truth;
    use crate::x::RIVAL;

    #[test]
    fn the_truth_depends_on_seed_size_and_account_and_on_nothing_else() {
        let question = Question::new(System::X, 7, Size::Small);
        let truth = Truth::tell(&question);
        assert_eq!(truth, Truth::tell(&question));
        for other in [Question { seed: 8, ..question }, Question { account: RIVAL, ..question }] {
            for (stream, digest) in Truth::tell(&other).streams {
                assert_ne!(truth.streams[stream], digest, "{stream}");
            }
        }
    }

    #[test]
    fn other_texts_make_other_records_in_the_same_number() {
        let awkward = Truth::tell(&Question::new(System::X, 7, Size::Small));
        for texts in [Texts::Chat, Texts::Incompressible] {
            let other = Truth::tell(&Question { texts, ..Question::new(System::X, 7, Size::Small) });
            for stream in ["tweets", "likes", "bookmarks", "followers", "direct-messages", "ad-impressions"] {
                assert_eq!(awkward.streams[stream].records(), other.streams[stream].records(), "{stream}");
                assert_ne!(awkward.streams[stream], other.streams[stream], "{stream}");
            }
        }
    }

    #[test]
    fn a_record_of_any_stream_is_one_json_object_without_secrets() {
        let data = Dataset::new(7, crate::x::CAFE, Size::Large);
        for (stream, id) in Stream::ALL {
            let shape = Shape::of(stream);
            let wanted = Wanted::of(shape.query);
            let last = data.count(stream) - 1;
            for index in (0..40).map(|step| last * step / 39) {
                let mut json = Json::new(Secrets::Removed);
                json.item(|json| write(&data, stream, index, &shape.style(&wanted), json));
                let record: serde_json::Value = serde_json::from_slice(json.as_bytes()).unwrap();
                assert!(record.is_object() && !record.to_string().contains(crate::SECRET_MARK), "{id} {index}");
            }
        }
    }
}
