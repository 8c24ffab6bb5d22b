//! Lists: clamping, offsets, the untrustworthy `meta.limit`, and contacts that vanish.

use std::collections::BTreeSet;

use carryall_demo::{Deletion, Options, Running};
use serde_json::Value;

use crate::visitor::{OTHER, OWNER, Visitor, ids, quiet};

#[tokio::test]
async fn a_page_is_twenty_records_unless_asked_and_a_hundred_at_most() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for (query, expected) in [("", 20), ("?limit=1", 1), ("?limit=100", 100), ("?limit=101", 100), ("?limit=100000", 100)] {
        let page = visitor.read(&format!("/api/v1/notifications{query}")).await;
        assert_eq!(ids(&page, "notifications").len(), expected, "{query}");
        assert_eq!(page["meta"]["total"], 420);
    }
}

#[tokio::test]
async fn a_host_can_be_told_to_hand_out_larger_pages() {
    let host = Running::start(Options { page_limit: 5_000, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    assert_eq!(ids(&visitor.read("/api/v1/notifications?limit=5000").await, "notifications").len(), 420);
}

#[tokio::test]
async fn the_offset_is_kept_and_beyond_the_end_there_is_an_empty_page() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let whole = ids(&visitor.read("/api/v1/notifications?limit=100").await, "notifications");
    let inside = visitor.read("/api/v1/notifications?limit=10&offset=37").await;
    assert_eq!(ids(&inside, "notifications"), whole[37..47]);
    assert_eq!(inside["meta"]["offset"], 37);
    for offset in ["420", "421", "18446744073709551615"] {
        let beyond = visitor.read(&format!("/api/v1/notifications?offset={offset}")).await;
        assert_eq!((ids(&beyond, "notifications").len(), &beyond["meta"]["total"]), (0, &Value::from(420)));
    }
}

#[tokio::test]
async fn the_limit_in_meta_is_now_what_was_asked_and_now_what_was_given() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let mut seen = BTreeSet::new();
    for offset in 0..20 {
        let page = visitor.read(&format!("/api/v1/notifications?limit=250&offset={offset}")).await;
        seen.insert(page["meta"]["limit"].as_u64().unwrap());
    }
    assert_eq!(seen, BTreeSet::from([100, 250]));
}

#[tokio::test]
async fn parameters_that_are_unknown_or_malformed_are_refused() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for path in [
        "/contacts?limit=0",
        "/contacts?limit=ten",
        "/contacts?offset=-1",
        "/contacts?endDate=2026-01-01",
        "/calls?end_date=2026-01-01",
        "/calls?endDate=soon",
        "/billing/charges?endDate=2026-01-01",
        "/billing/charges?end_date=2026-02-30",
        "/billing/transactions?end_date=2026-01-01",
    ] {
        let answer = visitor.get(&format!("/api/v1{path}")).await;
        assert_eq!(answer.status(), 400, "{path}");
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], "invalid_parameter", "{path}");
    }
}

#[tokio::test]
async fn a_charges_bounds_are_inclusive_and_spelt_with_underscores() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let page = visitor.read("/api/v1/billing/charges?limit=100").await;
    let date = |index: usize| page["charges"][index]["createdAt"].as_str().unwrap();
    let (newer, older) = (date(10), date(30));
    let bounded = visitor.read(&format!("/api/v1/billing/charges?limit=100&start_date={older}&end_date={newer}")).await;
    assert_eq!(ids(&bounded, "charges"), ids(&page, "charges")[10..=30]);
    assert_eq!(bounded["meta"]["total"], 21);
}

#[tokio::test]
async fn a_contact_of_the_first_page_vanishes_when_the_second_is_asked_for() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let first = visitor.read("/api/v1/contacts?limit=50").await;
    let second = visitor.read("/api/v1/contacts?limit=50&offset=50").await;
    assert_eq!((&first["meta"]["total"], &second["meta"]["total"]), (&Value::from(420), &Value::from(419)));
    let again = visitor.read("/api/v1/contacts?limit=50").await;
    let (before, after) = (ids(&first, "contacts"), ids(&again, "contacts"));
    let gone: Vec<_> = before.iter().filter(|id| !after.contains(id)).collect();
    assert_eq!(gone.len(), 1);
    // The contact that moved from the second page to the first is on neither page that was read: the walk lacks it.
    let moved = after.last().unwrap();
    assert!(!before.contains(moved) && !ids(&second, "contacts").contains(moved));
}

#[tokio::test]
async fn only_one_contact_vanishes_and_only_in_the_account_that_is_read() {
    let host = Running::start(quiet()).await.unwrap();
    let (owner, other) = (Visitor::sign_in(&host, OWNER).await, Visitor::sign_in(&host, OTHER).await);
    for offset in [100, 200, 100, 300] {
        let page = owner.read(&format!("/api/v1/contacts?limit=100&offset={offset}")).await;
        assert_eq!(page["meta"]["total"], 419);
    }
    assert_eq!(other.read("/api/v1/contacts").await["meta"]["total"], 420);
}

#[tokio::test]
async fn a_contact_that_nobody_has_read_can_vanish_instead() {
    let host = Running::start(Options { deletion: Deletion::Unread, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let mut seen = Vec::new();
    let mut totals = Vec::new();
    for offset in [0, 100, 200, 300, 400] {
        let page = visitor.read(&format!("/api/v1/contacts?limit=100&offset={offset}")).await;
        seen.extend(ids(&page, "contacts"));
        totals.push(page["meta"]["total"].as_u64().unwrap());
    }
    assert_eq!(totals, [420, 419, 419, 419, 419]);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 419);
}

#[tokio::test]
async fn the_members_of_a_campaign_are_found_by_an_id_that_must_be_encoded() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let campaigns = visitor.read("/api/v1/campaigns").await;
    assert_eq!(campaigns["campaigns"][1]["id"], "cmp 0/0001");
    let members = visitor.read("/api/v1/campaigns/cmp%200%2F0001/contacts").await;
    assert_eq!(members["meta"]["total"], campaigns["campaigns"][1]["contactCount"]);
    assert_eq!(members["contacts"][0]["campaignId"], "cmp 0/0001");
    assert_eq!(visitor.status("/api/v1/campaigns/cmp%200/0001/contacts").await, 404);
    assert_eq!(visitor.status("/api/v1/campaigns/cmp%201%2F0001/contacts").await, 404);
}
