//! The confirmation: by a click on the page behind the link, once, in time.

use reqwest::{Client, Method};

use crate::helpers::{Answer, DAY, World, text};
use crate::host::owner;

#[tokio::test]
async fn following_the_link_confirms_nothing() {
    let world = World::new().await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let token = world.token_for(&id).await;
    let urls =
        [format!("/confirm#{id}.{token}"), format!("/confirm?{id}.{token}"), format!("/v1/exports/{id}/confirm?token={token}")];
    for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
        for url in &urls {
            let _ = Client::new().request(method.clone(), format!("{}{url}", world.address())).send().await.unwrap();
        }
    }
    assert_eq!(world.ada().state().await, "pending");
    world.ada().confirm(&id, &token).await.expect(200);
}

#[tokio::test]
async fn the_page_is_the_same_for_everybody_and_runs_only_its_own_script() {
    let world = World::new().await;
    let page = Answer::of(Client::new().get(format!("{}/confirm", world.address()))).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("content-security-policy").unwrap();
    for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'"] {
        assert!(policy.contains(rule), "{rule} is missing in {policy}");
    }
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(!page.text.contains("<script>") && !page.text.contains("style=") && !page.text.contains("onclick"));
    assert!(page.text.contains("https://app.example/settings#export"));
    for asset in ["confirm.css", "confirm.js"] {
        assert!(page.text.contains(&format!("\"assets/{asset}\"")));
        let found = Answer::of(Client::new().get(format!("{}/assets/{asset}", world.address()))).await;
        assert_eq!(found.status, 200);
    }
}

#[tokio::test]
async fn a_click_on_the_counters_own_page_confirms_without_credentials() {
    let world = World::new().await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let token = world.token_for(&id).await;
    let click = Client::new()
        .post(format!("{}/v1/exports/{id}/confirm", world.address()))
        .header("origin", world.address())
        .header("x-carryall", "1")
        .header("content-type", "application/json")
        .body(format!("{{\"token\":\"{token}\"}}"));
    assert_eq!(Answer::of(click).await.expect(200)["state"], "confirmed");
}

#[tokio::test]
async fn a_wrong_token_confirms_nothing() {
    let world = World::new().await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let token = world.token_for(&id).await;
    let mut other = token.clone().into_bytes();
    other[0] = if other[0] == b'A' { b'B' } else { b'A' };
    for wrong in ["", "x", &String::from_utf8(other).unwrap(), &token.repeat(2)] {
        world.ada().confirm(&id, wrong).await.refused(403, "token_wrong");
    }
    assert_eq!(world.ada().state().await, "pending");
}

#[tokio::test]
async fn a_token_of_another_export_confirms_nothing_and_an_unknown_id_looks_the_same() {
    let world = World::new().await;
    world.host.knows("bob", owner("bob", "acc-2"));
    let id = text(&world.ada().request().await.expect(201), "/id");
    let other = text(&world.person("bob").request().await.expect(201), "/id");
    let token = world.token_for(&other).await;
    let wrong = world.ada().confirm(&id, &token).await.refused(403, "token_wrong");
    let unknown = world.ada().confirm(&"0".repeat(32), &token).await.refused(403, "token_wrong");
    assert_eq!(wrong, unknown);
}

#[tokio::test]
async fn a_token_works_until_its_last_second_and_then_says_that_it_has_run_out() {
    let world = World::new().await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let token = world.token_for(&id).await;
    world.pass(DAY);
    world.ada().confirm(&id, &token).await.refused(410, "token_expired");
    world.ada().confirm(&id, "wrong").await.refused(403, "token_wrong");

    let id = text(&world.ada().request().await.expect(201), "/id");
    let token = world.token_for(&id).await;
    world.pass(DAY - 1);
    world.ada().confirm(&id, &token).await.expect(200);
}

#[tokio::test]
async fn a_token_confirms_only_once() {
    let world = World::new().await;
    let id = world.confirmed().await;
    let token = world.token_for(&id).await;
    world.ada().confirm(&id, &token).await.refused(409, "wrong_state");
    world.ada().cancel(&id).await.expect(200);
    world.ada().confirm(&id, &token).await.refused(409, "wrong_state");
    assert_eq!(world.ada().state().await, "cancelled");
}
