//! Looking again costs little: nothing where nothing has changed, and one may wait until something has.

use std::time::{Duration, Instant};

use futures_util::future::select_all;
use reqwest::Method;
use tokio::task::JoinHandle;

use crate::helpers::{Answer, DAY, World, text};

/// Longer than any of these tests takes, shorter than the longest wait.
const LONG: Duration = Duration::from_secs(10);

async fn look(world: &World, etag: Option<&str>, prefer: Option<&str>) -> Answer {
    let mut request = world.ada().send(Method::GET, "/v1/exports/current");
    for (name, value) in [("if-none-match", etag), ("prefer", prefer)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    Answer::of(request).await
}

/// The tag of what is shown once the mail is away: until then it changes by itself.
async fn etag(world: &World) -> String {
    while world.ada().current().await["export"]["mail"] == "queued" {}
    look(world, None, None).await.header("etag").unwrap().to_owned()
}

/// A look that waits, and how long it took.
fn wait(world: &World, etag: &str) -> JoinHandle<(Answer, Duration)> {
    let ada = world.ada();
    let request = ada.send(Method::GET, "/v1/exports/current").header("if-none-match", etag).header("prefer", "wait=15");
    tokio::spawn(async move {
        let begun = Instant::now();
        let answer = Answer::of(request).await;
        (answer, begun.elapsed())
    })
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let world = World::new().await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let first = etag(&world).await;
    assert!(first.starts_with('"') && first.ends_with('"'), "{first} is no strong entity tag");
    world.pass(60);
    for shown in [&first, "*", &format!("\"other\", {first}"), &format!("W/{first}")] {
        let answer = look(&world, Some(shown), None).await;
        assert_eq!((answer.status, answer.text.as_str(), answer.header("etag")), (304, "", Some(&*first)), "{shown}");
        assert_eq!(answer.header("preference-applied"), None);
    }
    let token = world.token_for(&id).await;
    world.ada().confirm(&id, &token).await.expect(200);
    let answer = look(&world, Some(&first), None).await;
    assert_ne!(answer.header("etag"), Some(&*first));
    assert_eq!(text(&answer.expect(200), "/export/state"), "confirmed");
}

#[tokio::test]
async fn another_subject_of_the_account_has_another_tag_for_what_only_one_may_see() {
    let world = World::new().await;
    world.host.knows("eve", crate::host::owner("eve", "acc-1"));
    world.ada().request().await.expect(201);
    let eve = Answer::of(world.person("eve").send(Method::GET, "/v1/exports/current")).await;
    assert_ne!(eve.header("etag"), Some(&*etag(&world).await));
}

#[tokio::test]
async fn a_wait_lasts_as_long_as_was_asked_for_where_nothing_changes() {
    let world = World::new().await;
    let etag = etag(&world).await;
    let begun = Instant::now();
    let answer = look(&world, Some(&etag), Some("wait=1")).await;
    assert_eq!((answer.status, answer.header("preference-applied")), (304, Some("wait=1")));
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_wait_ends_when_the_export_changes() {
    let world = World::new().await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let token = world.token_for(&id).await;
    let waiting = wait(&world, &etag(&world).await);
    // Time for it to arrive: it need not, but then less is tested.
    for _ in 0..20 {
        world.ada().state().await;
    }
    assert!(!waiting.is_finished(), "it did not wait");
    world.ada().confirm(&id, &token).await.expect(200);
    let (answer, took) = waiting.await.unwrap();
    assert_eq!(answer.header("preference-applied"), Some("wait=15"));
    assert_eq!(text(&answer.expect(200), "/export/state"), "confirmed");
    assert!(took < LONG, "it took {took:?}");
}

#[tokio::test]
async fn a_wait_ends_when_a_deadline_passes() {
    let world = World::new().await;
    world.ada().request().await.expect(201);
    world.pass(DAY - 1);
    let waiting = wait(&world, &etag(&world).await);
    for _ in 0..20 {
        world.ada().state().await;
    }
    world.pass(1);
    let (answer, took) = waiting.await.unwrap();
    assert_eq!(text(&answer.expect(200), "/export/state"), "cancelled");
    assert!(took < LONG, "it took {took:?}");
}

#[tokio::test]
async fn one_who_shows_nothing_to_wait_for_and_one_too_many_do_not_wait() {
    let world = World::new().await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let token = world.token_for(&id).await;
    for (shown, prefer) in [(None, "wait=15"), (Some("\"old\""), "wait=15"), (Some("*"), "wait=0"), (Some("*"), "wait")] {
        let begun = Instant::now();
        look(&world, shown, Some(prefer)).await;
        assert!(begun.elapsed() < LONG, "{shown:?} {prefer}");
    }
    let etag = etag(&world).await;
    let (first, _, others) = select_all((0..9).map(|_| wait(&world, &etag))).await;
    let (answer, took) = first.unwrap();
    assert_eq!((answer.status, answer.header("preference-applied")), (304, None));
    assert!(took < LONG, "it took {took:?}");
    world.ada().confirm(&id, &token).await.expect(200);
    for other in others {
        assert_eq!(other.await.unwrap().0.status, 200);
    }
}

#[tokio::test]
async fn nobody_is_kept_waiting_by_a_counter_that_stops() {
    let mut world = World::new().await;
    let waiting = wait(&world, &etag(&world).await);
    for _ in 0..20 {
        world.ada().current().await;
    }
    let begun = Instant::now();
    world.restart().await;
    assert!(begun.elapsed() < LONG, "it took {:?}", begun.elapsed());
    assert_eq!(waiting.await.unwrap().0.status, 304);
}

#[tokio::test]
async fn an_answer_tells_what_is_left_of_both_quotas() {
    let world = World::new().await;
    let before = look(&world, None, None).await;
    let policy = "\"exports\";q=1;w=86400, \"shield\";q=10000;w=10";
    assert_eq!(before.header("ratelimit-policy"), Some(policy));
    assert_eq!(before.header("ratelimit"), Some("\"exports\";r=1, \"shield\";r=9999;t=1"));

    let granted = world.ada().request().await;
    let left = |answer: &Answer| answer.header("ratelimit").unwrap().split_once(", ").unwrap().0.to_owned();
    let spent = format!("\"exports\";r=0;t={DAY}");
    assert_eq!((granted.status, left(&granted)), (201, spent.clone()));
    let refused = world.ada().request().await;
    assert_eq!((refused.status, left(&refused)), (409, spent));
    assert_eq!(refused.header("retry-after"), Some(&*DAY.to_string()));
    let etag = etag(&world).await;
    let known = look(&world, Some(&etag), None).await;
    assert_eq!((known.status, known.header("ratelimit-policy")), (304, Some(policy)));
    world.pass(DAY);
    assert_eq!(left(&look(&world, None, None).await), "\"exports\";r=1");
}

#[tokio::test]
async fn a_refusal_that_is_no_quotas_tells_none_of_exports() {
    let world = World::new().await;
    let unknown = Answer::of(world.person("nobody").send(Method::GET, "/v1/exports/current")).await;
    assert_eq!(unknown.status, 401);
    assert_eq!(unknown.header("ratelimit-policy"), Some("\"shield\";q=10000;w=10"));
    assert_eq!(Answer::of(world.ada().send(Method::GET, "/v1/keys")).await.header("ratelimit"), None);
}
