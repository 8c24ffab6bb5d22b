//! The search: it indexes first, it wants to know where to look, it counts what is gone, and it shifts.

use std::collections::BTreeSet;

use carryall_demo::Running;
use serde_json::{Value, json};

use crate::visitor::{OTHER, OWNER, Visitor, quiet, refusal, texts, without_search};

/// What asks for everything that this person has written.
async fn own(visitor: &Visitor, more: Value) -> Value {
    let mut body = json!({"scope": "all", "author_id": [visitor.read("/users/@me").await["id"]]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn hits(visitor: &Visitor, body: &Value) -> Value {
    serde_json::from_str(&visitor.hits(body).await).unwrap()
}

#[tokio::test]
async fn the_first_searches_of_everybody_meet_an_index_under_construction() {
    let host = Running::start(quiet()).await.unwrap();
    for email in [OWNER, OTHER] {
        let visitor = Visitor::sign_in(&host, email).await;
        for expected in [202, 202, 200, 200] {
            let answer = visitor.search(&json!({"scope": "all"})).await;
            assert_eq!(answer.status(), expected);
            if expected == 202 {
                assert_eq!(refusal(answer).await.1, "CHANNEL_INDEXING");
            }
        }
    }
}

#[tokio::test]
async fn a_search_must_say_where() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for body in [json!({}), json!({"scope": "current"}), json!({"context_channel_id": "1"}), json!({"scope": "everything"})] {
        assert_eq!(refusal(visitor.search(&body).await).await, (400, "INVALID_FORM_BODY".to_owned()), "{body}");
    }
    let channel = visitor.read("/users/@me/channels").await[0]["id"].clone();
    let there = hits(&visitor, &json!({"context_channel_id": channel})).await;
    assert!(there["messages"].as_array().unwrap().iter().all(|message| message["channel_id"] == channel));
    let [all, guilds, dms] =
        ["all", "all_guilds", "all_dms"].map(|scope| json!({"scope": scope, "max_id": "1300000000000000000"}));
    let total = async |body: &Value| hits(&visitor, body).await["total"].as_u64().unwrap();
    assert_eq!(total(&all).await, total(&guilds).await + total(&dms).await);
}

#[tokio::test]
async fn a_page_has_its_bounds() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for (field, value) in [("hits_per_page", 0.into()), ("hits_per_page", 26.into()), ("page", 0.into()), ("max_id", "x".into())]
    {
        let mut body = json!({"scope": "all"});
        body[field] = value;
        assert_eq!(refusal(visitor.search(&body).await).await.0, 400, "{body}");
    }
    let page = hits(&visitor, &json!({"scope": "all", "page": 3})).await;
    assert_eq!((&page["hits_per_page"], &page["page"]), (&25.into(), &3.into()));
}

#[tokio::test]
async fn hits_whose_message_is_gone_leave_pages_short_and_even_empty_while_more_remains() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let mut body = own(&visitor, json!({"include_nsfw": true, "max_id": "1400000000000000000"})).await;
    let (mut sizes, mut total) = (Vec::new(), 0);
    for number in 1.. {
        body["page"] = number.into();
        let page = hits(&visitor, &body).await;
        total = page["total"].as_u64().unwrap();
        sizes.push(page["messages"].as_array().unwrap().len() as u64);
        if number * 25 >= total {
            break;
        }
    }
    let (_, before_last) = sizes.split_last().unwrap();
    assert!(before_last.contains(&0) && before_last.contains(&25), "{sizes:?}");
    assert!(before_last.iter().any(|size| (1..25).contains(size)), "{sizes:?}");
    assert!(sizes.iter().sum::<u64>() + 50 < total, "the total counts what is gone");
}

#[tokio::test]
async fn what_is_not_safe_for_work_is_found_only_by_those_who_ask_for_it() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let max = json!({"max_id": "1400000000000000000"});
    let mut body = own(&visitor, max).await;
    let without = hits(&visitor, &body).await["total"].as_u64().unwrap();
    body["include_nsfw"] = true.into();
    assert!(hits(&visitor, &body).await["total"].as_u64().unwrap() > without);
}

#[tokio::test]
async fn a_search_whose_end_is_not_frozen_shifts_under_its_reader() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let walk = async |more: Value| {
        let mut body = own(&visitor, more).await;
        let mut seen = Vec::new();
        for number in 1..=8 {
            body["page"] = number.into();
            seen.extend(texts(&hits(&visitor, &body).await["messages"], "/id"));
        }
        seen.len() - seen.into_iter().collect::<BTreeSet<_>>().len()
    };
    assert!(walk(json!({})).await > 0, "messages come twice");
    assert_eq!(walk(json!({"max_id": "1400000000000000000"})).await, 0);
}

#[tokio::test]
async fn hits_come_newest_first_unless_asked_otherwise_and_below_their_bound() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let bound = "1100000000000000000";
    let mut body = own(&visitor, json!({"max_id": bound})).await;
    let numbers = |page: &Value| texts(&page["messages"], "/id").iter().map(|id| id.parse().unwrap()).collect::<Vec<u64>>();
    let newest = numbers(&hits(&visitor, &body).await);
    assert!(newest.is_sorted_by(|newer, older| newer > older) && newest[0] < bound.parse().unwrap());
    body["sort_order"] = "asc".into();
    let oldest = numbers(&hits(&visitor, &body).await);
    assert!(oldest.is_sorted() && oldest[0] < *newest.last().unwrap());
}

#[tokio::test]
async fn an_instance_without_a_search_refuses_it_and_is_not_empty() {
    let host = Running::start(without_search()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for _ in 0..3 {
        let answer = visitor.search(&json!({"scope": "all"})).await;
        assert_eq!(refusal(answer).await, (403, "FEATURE_TEMPORARILY_DISABLED".to_owned()));
    }
}
