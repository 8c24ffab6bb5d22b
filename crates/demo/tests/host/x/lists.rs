//! Sizes, parameters and tokens of X's lists.

use serde_json::Value;

use super::{ID, data, owner, pages, quiet};

#[tokio::test]
async fn a_page_of_another_size_than_there_is_is_refused_and_not_clamped() {
    let (_host, visitor) = owner(quiet()).await;
    for (path, least, most, usual) in [("tweets", 5, 100, 10), ("followers", 1, 1_000, 100), ("owned_lists", 1, 100, 5)] {
        let path = format!("/2/users/{ID}/{path}");
        assert_eq!(data(&visitor.read(&path).await).len(), usual, "{path}");
        for size in [least, most] {
            assert_eq!(visitor.status(&format!("{path}?max_results={size}")).await, 200, "{path} {size}");
        }
        for size in [least - 1, most + 1] {
            let answer = visitor.get(&format!("{path}?max_results={size}")).await;
            assert_eq!(answer.status(), 400, "{path} {size}");
            let body: Value = answer.json().await.unwrap();
            assert_eq!(body["title"], "Invalid Request");
            assert_eq!(body["errors"][0]["parameters"]["max_results"][0], size.to_string());
        }
    }
}

#[tokio::test]
async fn parameters_that_are_unknown_or_malformed_are_refused() {
    let (_host, visitor) = owner(quiet()).await;
    for query in [
        "cursor=1",
        "max_results=ten",
        "max_results=",
        "tweet.fields=shoe_size",
        "expansions=everything",
        "pagination_token=1",
        "end_time=soon",
        "event_types=MessageCreate",
    ] {
        assert_eq!(visitor.status(&format!("/2/users/{ID}/tweets?{query}")).await, 400, "{query}");
    }
    for path in [&format!("/2/users/{ID}/likes"), "/2/account/nothing", "/2/tweets"] {
        assert_eq!(visitor.status(path).await, 404, "{path}");
    }
}

#[tokio::test]
async fn a_token_leads_on_in_its_own_list_alone() {
    let (_host, visitor) = owner(quiet()).await;
    let first = visitor.read(&format!("/2/users/{ID}/followers?max_results=10")).await;
    let token = first["meta"]["next_token"].as_str().unwrap();
    assert_eq!(visitor.status(&format!("/2/users/{ID}/followers?max_results=10&pagination_token={token}")).await, 200);
    assert_eq!(visitor.status(&format!("/2/users/{ID}/following?max_results=10&pagination_token={token}")).await, 400);
}

#[tokio::test]
async fn events_of_conversations_can_be_asked_for_by_kind() {
    let (_host, visitor) = owner(quiet()).await;
    let query = "max_results=100&dm_event.fields=dm_conversation_id,participant_ids,sender_id,created_at";
    let all = pages(&visitor, "/dm_events", query).await;
    let messages = pages(&visitor, "/dm_events", &format!("{query}&event_types=MessageCreate")).await;
    let changes = pages(&visitor, "/dm_events", &format!("{query}&event_types=ParticipantsJoin,ParticipantsLeave")).await;
    let count = |pages: &[Value]| pages.iter().map(|page| data(page).len()).sum::<usize>();
    assert_eq!((count(&all), count(&messages), count(&changes)), (250, 240, 10));
    let conversations: Vec<_> =
        messages.iter().flat_map(data).map(|event| event["dm_conversation_id"].as_str().unwrap()).collect();
    assert!(
        conversations.iter().any(|id| id.contains('-') && id.contains(ID)) && conversations.iter().any(|id| !id.contains('-'))
    );
    assert!(changes.iter().flat_map(data).all(|event| event["participant_ids"].is_array() && event.get("text").is_none()));
    let dates: Vec<_> = all.iter().flat_map(data).map(|event| event["created_at"].as_str().unwrap()).collect();
    assert!(dates.is_sorted_by(|newer, older| newer > older));
    assert!(*dates.last().unwrap() > "2026-01-01T18:00:00");
}
