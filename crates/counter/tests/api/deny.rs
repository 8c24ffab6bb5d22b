//! "It wasn't me": by the mail's second link, and a click on the page behind it.

use reqwest::{Client, Method};
use serde_json::json;

use crate::helpers::{Answer, DAY, Held, Person, World, text};
use crate::host::owner;

impl Person {
    async fn deny(&self, id: &str, token: &str) -> Answer {
        self.post(&format!("/v1/exports/{id}/deny"), json!({"token": token})).await
    }
}

/// A request of Ada's, and what the mail's links carry.
async fn requested(world: &World) -> (String, String) {
    let id = text(&world.ada().request().await.expect(201), "/id");
    let token = world.token_for(&id).await;
    (id, token)
}

#[tokio::test]
async fn the_mail_has_a_second_link_that_denies() {
    let world = World::new().await;
    let (id, token) = requested(&world).await;
    let mail = world.mail_with(&["</html>"]).await;
    let link = format!("{}/confirm?lang=en#{id}.{token}", world.address());
    assert!(mail.contains(&format!("It wasn't me: stop the export\r\n{link}.no")), "{mail}");
    assert!(mail.contains(&format!("<a href=\"{link}.no\">")), "{mail}");
}

#[tokio::test]
async fn following_the_link_denies_nothing() {
    let world = World::new().await;
    let (id, token) = requested(&world).await;
    for url in [format!("/confirm#{id}.{token}.no"), format!("/v1/exports/{id}/deny?token={token}")] {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let _ = Client::new().request(method, format!("{}{url}", world.address())).send().await.unwrap();
        }
    }
    assert_eq!(world.ada().state().await, "pending");
}

#[tokio::test]
async fn a_pending_export_is_denied_without_credentials_and_can_then_not_be_confirmed() {
    let world = World::new().await;
    let (id, token) = requested(&world).await;
    let click = Client::new()
        .post(format!("{}/v1/exports/{id}/deny", world.address()))
        .header("origin", world.address())
        .header("x-carryall", "1")
        .header("content-type", "application/json")
        .body(json!({"token": token}).to_string());
    let export = Answer::of(click).await.expect(200);
    assert_eq!((&export["state"], &export["end_code"]), (&json!("cancelled"), &json!("denied")));
    world.ada().confirm(&id, &token).await.refused(409, "wrong_state");
    let denied = sqlx::query("SELECT event FROM audit WHERE event = 'denied'").fetch_all(&world.database().await).await;
    assert_eq!(denied.unwrap().len(), 1);
}

#[tokio::test]
async fn a_running_export_is_stopped_and_its_tab_told() {
    let world = World::new().await;
    let (id, token) = requested(&world).await;
    world.ada().confirm(&id, &token).await.expect(200);
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    let export = world.ada().deny(&id, &token).await.expect(200);
    assert_eq!(export["end_code"], "denied");
    world.ada().heartbeat(&held).await.refused(409, "wrong_state");
    world.ada().complete(&held).await.refused(409, "wrong_state");
    // As after a cancelled run, another may be asked for: it is given back.
    world.ada().request().await.expect(201);
}

#[tokio::test]
async fn denying_twice_is_denying_once() {
    let world = World::new().await;
    let (id, token) = requested(&world).await;
    world.ada().deny(&id, &token).await.expect(200);
    assert_eq!(world.ada().deny(&id, &token).await.expect(200)["end_code"], "denied");
    let audit = sqlx::query("SELECT event FROM audit").fetch_all(&world.database().await).await.unwrap();
    assert_eq!(audit.len(), 2, "requested and denied");
}

#[tokio::test]
async fn a_second_run_is_stopped_for_good() {
    let world = World::new().await;
    let (id, token) = requested(&world).await;
    world.ada().confirm(&id, &token).await.expect(200);
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    world.ada().complete(&held).await.expect(200);
    let again = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    assert_eq!(world.ada().deny(&id, &token).await.expect(200)["state"], "expired");
    world.ada().heartbeat(&again).await.refused(409, "wrong_state");
    assert_eq!(world.ada().deny(&id, &token).await.expect(200)["end_code"], "denied", "said again");
}

#[tokio::test]
async fn after_completion_it_is_too_late_and_the_answer_says_what_to_do() {
    let world = World::new().await;
    let (id, token) = requested(&world).await;
    world.ada().confirm(&id, &token).await.expect(200);
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    world.ada().complete(&held).await.expect(200);
    let problem = world.ada().deny(&id, &token).await.refused(409, "wrong_state");
    for advice in ["change your password", "sign out everywhere"] {
        assert!(text(&problem, "/detail").contains(advice), "{problem}");
    }
    assert_eq!(world.ada().state().await, "completed");
    world.pass(DAY);
    world.ada().deny(&id, &token).await.refused(409, "wrong_state");
}

#[tokio::test]
async fn a_request_that_lapsed_is_denied_in_peace() {
    let world = World::new().await;
    let (id, token) = requested(&world).await;
    world.pass(DAY);
    assert_eq!(world.ada().deny(&id, &token).await.expect(200)["end_code"], "unconfirmed");
}

#[tokio::test]
async fn a_wrong_token_denies_nothing_and_an_unknown_id_looks_the_same() {
    let world = World::new().await;
    world.host.knows("bob", owner("bob", "acc-2"));
    let (id, _) = requested(&world).await;
    let other = text(&world.person("bob").request().await.expect(201), "/id");
    let token = world.token_for(&other).await;
    let wrong = world.ada().deny(&id, &token).await.refused(403, "token_wrong");
    let unknown = world.ada().deny(&"0".repeat(32), &token).await.refused(403, "token_wrong");
    assert_eq!(wrong, unknown);
    for wrong in ["", "x", &token.repeat(2)] {
        world.ada().deny(&id, wrong).await.refused(403, "token_wrong");
    }
    assert_eq!(world.ada().state().await, "pending");
}
