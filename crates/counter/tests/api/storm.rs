//! Many requests at once: of all that are the same, one is granted.

use futures_util::future::join_all;
use reqwest::Client;
use serde_json::json;

use crate::helpers::{Answer, Held, Person, World, text};

/// How many come at once.
const MANY: usize = 1000;

/// What a thousand tabs of one person are answered, through a few connections.
async fn at_once<F, Fut>(world: &World, ask: F) -> Vec<Answer>
where
    F: Fn(Person) -> Fut,
    Fut: Future<Output = Answer>,
{
    let client = Client::new();
    join_all((0..MANY).map(|_| ask(world.ada().through(client.clone())))).await
}

fn granted(answers: &[Answer], status: u16) -> Vec<&Answer> {
    answers.iter().filter(|answer| answer.status == status).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_requests_at_once_one_is_granted() {
    let world = World::with_policy("preset = \"fluxer\"\nrequests_per_day = 1000000").await;
    let answers = at_once(&world, |ada| async move { ada.request().await }).await;
    assert_eq!(granted(&answers, 201).len(), 1);
    for answer in answers.into_iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "active_export");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_starts_at_once_one_has_the_live_epoch() {
    let world = World::with_policy("preset = \"fluxer\"").await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let answers = at_once(&world, |ada| {
        let id = id.clone();
        async move { ada.start(&id, json!({})).await }
    });
    let answers = answers.await;
    assert_eq!(granted(&answers, 200).len(), 1);

    let answers = at_once(&world, |ada| {
        let id = id.clone();
        async move { ada.start(&id, json!({"takeover": true})).await }
    });
    let held: Vec<_> =
        answers.await.into_iter().filter(|answer| answer.status == 200).map(|one| Held::new(&one.expect(200))).collect();
    assert!(held.len() > 1, "a lease can be taken over");
    let last = held.iter().map(|held| held.epoch).max().unwrap();
    let mut alive = 0;
    for held in &held {
        let answer = world.ada().heartbeat(held).await;
        assert_eq!(answer.status == 200, held.epoch == last, "{}", answer.text);
        alive += usize::from(answer.status == 200);
    }
    assert_eq!(alive, 1, "no epoch was given twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_presented_a_thousand_times_is_one() {
    let world = World::with_policy("preset = \"fluxer\"").await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    let answers = at_once(&world, |ada| {
        let held = held.clone();
        async move { ada.complete(&held).await }
    });
    let answers = answers.await;
    assert_eq!(granted(&answers, 200).len(), MANY);
    let database = world.database().await;
    let completed = sqlx::query("SELECT id FROM audit WHERE event = 'completed'").fetch_all(&database).await.unwrap();
    assert_eq!(completed.len(), 1);
}
