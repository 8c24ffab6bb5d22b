//! What X does that a careless reader stumbles over.

use std::collections::BTreeSet;

use carryall_demo::{Options, Running, Size};
use serde_json::Value;

use super::{FROZEN, ID, OTHER, OWNER, data, ids, owner, pages, quiet};
use crate::visitor::Visitor;

#[tokio::test]
async fn a_list_without_records_has_no_data_at_all() {
    let (_host, visitor) = owner(quiet()).await;
    let lists = visitor.read(&format!("/2/users/{ID}/owned_lists")).await;
    let empty = lists["data"][0]["id"].as_str().unwrap();
    let page = visitor.read(&format!("/2/lists/{empty}/members")).await;
    assert_eq!(page, serde_json::json!({"meta": {"result_count": 0}}));
}

#[tokio::test]
async fn a_page_in_the_middle_may_lack_data_and_still_lead_on() {
    let (_host, visitor) = owner(quiet()).await;
    let all = pages(&visitor, &format!("/users/{ID}/liked_tweets"), "max_results=100").await;
    let counts: Vec<_> = all.iter().map(|page| data(page).len()).collect();
    assert_eq!(counts, [100, 100, 0, 100, 30]);
    assert!(all[2].get("data").is_none() && all[2]["meta"]["next_token"].is_string());
    assert!(all[4]["meta"].get("next_token").is_none() && all[4]["meta"]["previous_token"].is_string());
    assert_eq!(ids(&all).iter().collect::<BTreeSet<_>>().len(), 330);
}

#[tokio::test]
async fn objects_lie_beside_the_records_once_each_and_only_where_they_are_asked_for() {
    let (_host, visitor) = owner(quiet()).await;
    let path = format!("/2/users/{ID}/tweets?max_results=100&tweet.fields=attachments,author_id,referenced_tweets");
    assert!(visitor.read(&path).await.get("includes").is_none());
    let page = visitor.read(&format!("{path}&expansions=author_id,attachments.media_keys,referenced_tweets.id")).await;
    let includes = |kind: &str, key: &str| -> Vec<String> {
        page["includes"][kind].as_array().unwrap().iter().map(|object| object[key].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(includes("users", "id"), [ID]);
    let wanted = |pointer: &str| data(&page).iter().filter_map(|post| post.pointer(pointer)).collect::<Vec<_>>();
    let keys: Vec<_> = wanted("/attachments/media_keys").into_iter().flat_map(|keys| keys.as_array().unwrap()).collect();
    assert_eq!(includes("media", "media_key"), keys.iter().map(|key| key.as_str().unwrap()).collect::<Vec<_>>());
    let posts = includes("tweets", "id");
    let referenced = wanted("/referenced_tweets/0/id");
    assert!(posts.len() < referenced.len() && posts.iter().all(|id| referenced.contains(&&Value::from(id.as_str()))));
}

#[tokio::test]
async fn what_is_gone_is_an_error_beside_the_data() {
    let (_host, visitor) = owner(quiet()).await;
    let query = "max_results=100&tweet.fields=referenced_tweets,author_id&expansions=referenced_tweets.id,author_id";
    let page = visitor.read(&format!("/2/users/{ID}/tweets?{query}")).await;
    let found: BTreeSet<_> =
        page["includes"]["tweets"].as_array().unwrap().iter().map(|post| &post["id"]).map(Value::to_string).collect();
    let gone: BTreeSet<_> = page["errors"].as_array().unwrap().iter().map(|error| error["resource_id"].to_string()).collect();
    let named = data(&page).iter().filter_map(|post| post.pointer("/referenced_tweets/0/id")).map(Value::to_string);
    assert!(!gone.is_empty() && gone.is_disjoint(&found));
    assert_eq!(named.collect::<BTreeSet<_>>(), &found | &gone);
    let likes =
        pages(&visitor, &format!("/users/{ID}/liked_tweets"), "max_results=100&tweet.fields=author_id&expansions=author_id")
            .await;
    let suspended: Vec<_> =
        likes.iter().filter_map(|page| page.get("errors")).flat_map(|errors| errors.as_array().unwrap()).collect();
    assert!(!suspended.is_empty() && suspended.iter().all(|error| error["title"] == "Forbidden"));
}

#[tokio::test]
async fn fields_are_given_that_are_asked_for() {
    let (_host, visitor) = owner(quiet()).await;
    let bare = visitor.read(&format!("/2/users/{ID}/tweets?max_results=5")).await;
    let names: Vec<_> = bare["data"][0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["edit_history_tweet_ids", "id", "text"]);
    let more = visitor.read(&format!("/2/users/{ID}/tweets?max_results=5&tweet.fields=lang,created_at")).await;
    assert!(more["data"][0]["lang"].is_string() && more["data"][0]["created_at"].as_str().unwrap().ends_with(".000Z"));
    assert!(more["data"][0].get("author_id").is_none());
}

#[tokio::test]
async fn posts_arrive_while_they_are_read_unless_an_end_is_frozen() {
    let (_host, visitor) = owner(quiet()).await;
    let path = format!("/users/{ID}/tweets");
    let open = pages(&visitor, &path, "max_results=100").await;
    let seen = ids(&open);
    assert!(seen.len() > seen.iter().collect::<BTreeSet<_>>().len(), "nothing came twice");
    let frozen = format!("max_results=100&end_time={FROZEN}");
    let first = pages(&visitor, &path, &frozen).await;
    assert_eq!((ids(&first).len(), ids(&first).iter().collect::<BTreeSet<_>>().len()), (420, 420));
    assert_eq!(ids(&pages(&visitor, &path, &frozen).await), ids(&first));
}

#[tokio::test]
async fn moments_bound_posts_the_first_possible_and_the_last_not() {
    let (_host, visitor) = owner(quiet()).await;
    let page = visitor.read(&format!("/2/users/{ID}/tweets?max_results=50&end_time={FROZEN}&tweet.fields=created_at")).await;
    let date = |index: usize| page["data"][index]["created_at"].as_str().unwrap();
    let bounds = format!("start_time={}&end_time={}", date(30), date(10));
    let bounded = visitor.read(&format!("/2/users/{ID}/tweets?max_results=50&{bounds}")).await;
    assert_eq!(ids(&[bounded]), ids(std::slice::from_ref(&page))[11..=30]);
}

#[tokio::test]
async fn only_the_newest_posts_and_bookmarks_are_to_be_had() {
    let (_host, visitor) = owner(Options { size: Size::Medium, ..quiet() }).await;
    for (path, ceiling) in [("tweets", 3_200), ("bookmarks", 800)] {
        let query = if path == "tweets" { format!("max_results=100&end_time={FROZEN}") } else { "max_results=100".to_owned() };
        let all = pages(&visitor, &format!("/users/{ID}/{path}"), &query).await;
        assert_eq!(ids(&all).iter().collect::<BTreeSet<_>>().len(), ceiling, "{path}");
    }
}

#[tokio::test]
async fn a_token_may_repeat_itself_for_ever() {
    let misbehave = vec!["/users/{id}/liked_tweets=repeat-token".parse().unwrap()];
    let (_host, visitor) = owner(Options { misbehave, ..quiet() }).await;
    let path = format!("/2/users/{ID}/liked_tweets?max_results=100");
    let token = visitor.read(&path).await["meta"]["next_token"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        let page = visitor.read(&format!("{path}&pagination_token={token}")).await;
        assert_eq!((&page["meta"]["next_token"], data(&page).len()), (&token.as_str().into(), 100));
    }
}

#[tokio::test]
async fn a_foreign_account_is_refused_and_a_foreign_list_is_not_found() {
    let host = Running::start(quiet()).await.unwrap();
    let (owner, other) = (Visitor::sign_in(&host, OWNER).await, Visitor::sign_in(&host, OTHER).await);
    for path in ["tweets", "bookmarks", "followers", "owned_lists"] {
        assert_eq!(other.status(&format!("/2/users/{ID}/{path}")).await, 400, "{path}");
    }
    let lists = owner.read(&format!("/2/users/{ID}/owned_lists")).await;
    let list = lists["data"][1]["id"].as_str().unwrap();
    let answer = other.read(&format!("/2/lists/{list}/members")).await;
    assert!(answer.get("data").is_none() && answer["errors"][0]["title"] == "Not Found Error");
}

#[tokio::test]
async fn nothing_of_the_api_is_shown_without_a_good_token() {
    let host = Running::start(quiet()).await.unwrap();
    let stranger = Visitor::stranger(&host);
    for path in ["/users/me", "/users/1/tweets", "/dm_events", "/account/contacts", "/account/session"] {
        assert_eq!(stranger.status(&format!("/2{path}")).await, 401, "{path}");
    }
}

#[tokio::test]
async fn a_token_that_is_data_stands_beside_tokens_that_are_secrets() {
    let (_host, visitor) = owner(quiet()).await;
    let devices = visitor.read("/2/account/devices").await;
    for device in data(&devices) {
        assert!(!device["token"].as_str().unwrap().starts_with(carryall_demo::SECRET_MARK));
        assert!(device["push"]["token"].as_str().unwrap().starts_with(carryall_demo::SECRET_MARK));
    }
    let applications = visitor.read("/2/account/applications").await;
    assert!(
        data(&applications).iter().all(|app| app["consumer_secret"].as_str().unwrap().starts_with(carryall_demo::SECRET_MARK))
    );
}
