//! An honest walk over the API: naive, patient, and with nothing of the exporter's. It reads what the catalog names, by
//! ways of its own.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::visitor::{Visitor, texts};

/// By stream: every record as served, by what makes it itself.
pub(crate) type Walked = BTreeMap<&'static str, BTreeMap<String, String>>;

/// Lists that come whole: stream, path, where the records are, and what makes one itself.
const WHOLE: [(&str, &str, &str, &str); 12] = [
    ("sessions", "/auth/sessions", "", "/id_hash"),
    ("passkeys", "/users/@me/mfa/webauthn/credentials", "", "/id"),
    ("guilds", "/users/@me/guilds", "", "/id"),
    ("relationships", "/users/@me/relationships", "", "/id"),
    ("dm-channels", "/users/@me/channels", "", "/id"),
    ("saved-messages", "/users/@me/saved-messages?limit=100", "", "/id"),
    ("scheduled-messages", "/users/@me/scheduled-messages", "", "/id"),
    ("memes", "/users/@me/memes", "", "/id"),
    ("gifts", "/users/@me/gifts", "", "/code"),
    ("applications", "/users/@me/applications", "", "/id"),
    ("authorizations", "/oauth2/@me/authorizations", "", "/application/id"),
    ("beta-codes", "/users/@me/beta-codes", "beta_codes", "/code"),
];

/// Reads everything; own messages by the search, or, without it, out of every history.
pub(crate) async fn walk(visitor: &Visitor, with_search: bool, now: u64) -> Walked {
    let mut walked = Walked::new();
    for (stream, path) in [("profile", "/users/@me"), ("settings", "/users/@me/settings")] {
        walked.entry(stream).or_default().insert(path.to_owned(), visitor.text(path).await);
    }
    for (stream, path, member, key) in WHOLE {
        keep(&mut walked, stream, &visitor.text(path).await, member, key);
    }
    notes(visitor, &mut walked).await;
    let guild_channels = guilds(visitor, &mut walked).await;
    let dm_channels = texts(&visitor.read("/users/@me/channels").await, "/id");
    pins(visitor, "guild-pins", &guild_channels, &mut walked).await;
    pins(visitor, "dm-pins", &dm_channels, &mut walked).await;
    history(visitor, "mentions", "/users/@me/mentions", now, &mut walked).await;
    for stream in ["messages", "guild-messages", "dm-messages"] {
        walked.entry(stream).or_default();
    }
    if with_search {
        search(visitor, now, &mut walked).await;
    } else {
        own_history(visitor, "guild-messages", &guild_channels, now, &mut walked).await;
        own_history(visitor, "dm-messages", &dm_channels, now, &mut walked).await;
    }
    walked
}

/// Keeps a page's records by their keys; how many it had.
fn keep(walked: &mut Walked, stream: &'static str, page: &str, member: &str, key: &str) -> usize {
    let list = if member.is_empty() {
        page
    } else {
        let envelope: BTreeMap<String, &RawValue> = serde_json::from_str(page).unwrap();
        envelope[member].get()
    };
    let records: Vec<&RawValue> = serde_json::from_str(list).unwrap();
    for record in &records {
        let value: Value = serde_json::from_str(record.get()).unwrap();
        let key = value.pointer(key).unwrap().to_string();
        walked.entry(stream).or_default().insert(key, record.get().to_owned());
    }
    records.len()
}

/// Each member of the map becomes a record, as the catalog has it.
async fn notes(visitor: &Visitor, walked: &mut Walked) {
    let text = visitor.text("/users/@me/notes").await;
    let map: BTreeMap<String, &RawValue> = serde_json::from_str(&text).unwrap();
    let record = |(key, value): (String, &RawValue)| (key.clone(), format!("{{\"key\":\"{key}\",\"value\":{}}}", value.get()));
    walked.insert("notes", map.into_iter().map(record).collect());
}

/// Memberships, with the guild added as the catalog does, and channels; the ids of those channels that can hold messages.
async fn guilds(visitor: &Visitor, walked: &mut Walked) -> Vec<String> {
    let mut talkative = Vec::new();
    for guild in texts(&visitor.read("/users/@me/guilds").await, "/id") {
        let membership = visitor.text(&format!("/guilds/{guild}/members/@me")).await;
        let added = format!("{},\"guild_id\":\"{guild}\"}}", membership.strip_suffix('}').unwrap());
        walked.entry("guild-memberships").or_default().insert(guild.clone(), added);
        let channels = visitor.text(&format!("/guilds/{guild}/channels")).await;
        keep(walked, "guild-channels", &channels, "", "/id");
        let channels: Vec<Value> = serde_json::from_str(&channels).unwrap();
        let fits = channels.iter().filter(|channel| channel["type"] != 4);
        talkative.extend(fits.map(|channel| channel["id"].as_str().unwrap().to_owned()));
    }
    talkative
}

/// From one moment to the one before, each asked for with a millisecond more, so that none of the same moment is lost.
async fn pins(visitor: &Visitor, stream: &'static str, channels: &[String], walked: &mut Walked) {
    walked.entry(stream).or_default();
    for channel in channels {
        let mut before = String::new();
        loop {
            let text = visitor.text(&format!("/channels/{channel}/messages/pins?limit=50{before}")).await;
            keep(walked, stream, &text, "items", "/message/id");
            let page: Value = serde_json::from_str(&text).unwrap();
            if page["has_more"] == false {
                break;
            }
            let last: carryall_protocol::Timestamp = serde_json::from_value(page["items"][49]["pinned_at"].clone()).unwrap();
            before = format!("&before={}", last.after(std::time::Duration::from_millis(1)));
        }
    }
}

/// From the newest message that is older than this moment to the oldest.
async fn history(visitor: &Visitor, stream: &'static str, path: &str, now: u64, walked: &mut Walked) {
    walked.entry(stream).or_default();
    let mut before = (now - 1_420_070_400_000) << 22;
    loop {
        let text = visitor.text(&format!("{path}?limit=100&before={before}")).await;
        if keep(walked, stream, &text, "", "/id") == 0 {
            return;
        }
        let page: Value = serde_json::from_str(&text).unwrap();
        before = texts(&page, "/id").iter().map(|id| id.parse().unwrap()).min().unwrap();
    }
}

async fn own_history(visitor: &Visitor, stream: &'static str, channels: &[String], now: u64, walked: &mut Walked) {
    let me = visitor.read("/users/@me").await["id"].clone();
    for channel in channels {
        history(visitor, stream, &format!("/channels/{channel}/messages"), now, walked).await;
    }
    walked.get_mut(stream).unwrap().retain(|_, record| {
        let record: Value = serde_json::from_str(record).unwrap();
        record["author"]["id"] == me
    });
}

/// As many pages as the total promises, whatever is on them.
async fn search(visitor: &Visitor, now: u64, walked: &mut Walked) {
    let me = visitor.read("/users/@me").await["id"].clone();
    let max_id = ((now - 1_420_070_400_000) << 22).to_string();
    let mut body = json!({"scope": "all", "author_id": [me], "include_nsfw": true, "max_id": max_id, "hits_per_page": 25});
    for number in 1.. {
        body["page"] = number.into();
        let text = visitor.hits(&body).await;
        keep(walked, "messages", &text, "messages", "/id");
        let page: Value = serde_json::from_str(&text).unwrap();
        if number * 25 >= page["total"].as_u64().unwrap() {
            return;
        }
    }
}
