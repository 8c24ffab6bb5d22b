//! What comes whole, and what cannot be had.

use carryall_demo::Running;
use serde_json::Value;

use crate::visitor::{OWNER, Visitor, quiet, texts};

#[tokio::test]
async fn notes_are_a_map_and_beta_codes_lie_deeper() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let notes = visitor.read("/users/@me/notes").await;
    assert_eq!(notes.as_object().unwrap().len(), 240);
    assert!(notes.as_object().unwrap().iter().all(|(id, text)| id.parse::<u64>().is_ok() && text.is_string()));
    let codes = visitor.read("/users/@me/beta-codes").await;
    assert!(codes["beta_codes"].is_array() && codes["allowance"].is_u64() && codes.get("next_reset_at").is_some());
}

#[tokio::test]
async fn saved_messages_beyond_a_hundred_cannot_be_reached() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let saved = visitor.read("/users/@me/saved-messages?limit=100").await;
    assert_eq!(saved.as_array().unwrap().len(), 100);
    let oldest = texts(&saved, "/id").pop().unwrap();
    for way in ["limit=101", "limit=130", &format!("limit=100&before={oldest}"), "page=2", "offset=100"] {
        assert_eq!(visitor.refusal(&format!("/users/@me/saved-messages?{way}")).await.0, 400, "{way}");
    }
    assert!(saved.as_array().unwrap().iter().any(|one| one["message"].is_null() && one["status"] == "missing_permissions"));
}

#[tokio::test]
async fn guilds_have_text_voice_and_categories_and_a_membership_that_does_not_say_of_which() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let me = visitor.read("/users/@me").await["id"].clone();
    for guild in texts(&visitor.read("/users/@me/guilds").await, "/id") {
        let channels = visitor.read(&format!("/guilds/{guild}/channels")).await;
        for kind in [0, 2, 4] {
            assert!(channels.as_array().unwrap().iter().any(|channel| channel["type"] == kind), "{kind}");
        }
        let membership = visitor.read(&format!("/guilds/{guild}/members/@me")).await;
        assert!(membership["user"]["id"] == me && membership.get("guild_id").is_none());
    }
    let channels = visitor.read("/users/@me/channels").await;
    assert!([1, 3].iter().all(|kind| channels.as_array().unwrap().iter().any(|channel| channel["type"] == *kind)));
}

#[tokio::test]
async fn messages_have_replies_edits_reactions_embeds_and_attachments() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let page = visitor.read("/users/@me/mentions?limit=100").await;
    let some = |pointer: &str, is: fn(&Value) -> bool| {
        assert!(page.as_array().unwrap().iter().any(|message| message.pointer(pointer).is_some_and(is)), "{pointer}");
    };
    some("/message_reference/message_id", Value::is_string);
    some("/edited_timestamp", Value::is_string);
    some("/edited_timestamp", Value::is_null);
    some("/reactions/0/count", Value::is_u64);
    some("/embeds/0/url", Value::is_string);
    for member in ["id", "filename", "content_type", "expires_at"] {
        some(&format!("/attachments/0/{member}"), Value::is_string);
    }
    some("/attachments/0/size", Value::is_u64);
    some("/attachments/0/url", Value::is_string);
    some("/attachments/0/expired", |expired| *expired == true);
    some("/attachments/0/expired", |expired| *expired == false);
}

#[tokio::test]
async fn a_reply_names_an_older_message_of_the_same_channel() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let channel = visitor.read("/users/@me/channels").await[0]["id"].as_str().unwrap().to_owned();
    let page = visitor.read(&format!("/channels/{channel}/messages?limit=100")).await;
    let ids = texts(&page, "/id");
    let mut replies = 0;
    for (at, message) in page.as_array().unwrap().iter().enumerate() {
        let Some(named) = message.pointer("/message_reference/message_id").and_then(Value::as_str) else { continue };
        if at + 5 < ids.len() {
            assert!(ids[at + 1..].iter().any(|id| id == named), "{named}");
            replies += 1;
        }
    }
    assert!(replies > 0);
}
