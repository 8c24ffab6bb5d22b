//! A counter below a path of its host's address, behind a proxy that strips the path or does not.

use std::sync::Arc;

use carryall_counter::{App, Config, ManualClock, StartError};
use reqwest::{Client, Method};

use crate::helpers::{Answer, NOON, World, config_for};
use crate::host::{Host, owner};

#[tokio::test]
async fn a_mounted_counter_answers_with_and_without_its_path() {
    let host = Host::start().await;
    host.knows("ada", owner("ada", "acc-1"));
    let config = config_for(&host, "", "preset = \"talkif\"");
    let config = format!("public_url = \"https://app.example/carryall/\"\n{config}");
    let world = World::with_config(host, config).await;
    for path in ["/carryall/v1/exports/current", "/v1/exports/current"] {
        Answer::of(world.ada().send(Method::GET, path)).await.expect(200);
    }
    for path in ["/carryall/confirm", "/carryall/assets/confirm.js", "/carryall/healthz"] {
        assert_eq!(Answer::of(Client::new().get(format!("{}{path}", world.address()))).await.status, 200, "{path}");
    }
    Answer::of(world.ada().send(Method::GET, "/carryall/nowhere")).await.refused(404, "not_found");
    Answer::of(world.ada().send(Method::GET, "/carryall/v1/exports")).await.refused(405, "method_not_allowed");
    let foreign = Client::new().post(format!("{}/carryall/v1/exports", world.address())).bearer_auth("ada");
    Answer::of(foreign.body("{}")).await.refused(403, "origin_not_allowed");
    world.ada().request().await.expect(201);
    world.mail_with(&["https://app.example/carryall/confirm?lang=en#"]).await;
}

#[tokio::test]
async fn an_address_nobody_can_follow_is_refused_as_the_public_one() {
    let host = Host::start().await;
    let folder = tempfile::tempdir().unwrap();
    for listen in ["0.0.0.0:0", "[::]:0", "[::ffff:0.0.0.0]:0"] {
        let config = config_for(&host, "", "preset = \"talkif\"").replace("127.0.0.1:0", listen);
        let config = Config::parse(&config, folder.path()).unwrap();
        let opened = App::open(config, Arc::new(ManualClock::at(NOON))).await;
        assert!(matches!(opened, Err(StartError::PublicUrl)), "{listen}");
    }
}
