//! What a whole export leaves behind where its mails went to a real mail server.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::helpers::{Answer, Held, text};
use crate::host::owner;
use crate::mailbox::assert_no_trace;
use crate::server::PASSWORD;
use crate::{logged, with_password};

const MAIL: &str = "grace.hopper@mail.example";
const NAME: &str = "Grace Brewster Hopper";
const SESSION: &str = "session-9f27c1";

#[tokio::test]
async fn an_export_whose_mails_went_out_leaves_no_address_no_name_and_no_token() {
    let (server, world) = with_password("starttls").await;
    let mut answer: Value = owner("usr-4c6f7665", "acc-436f6465");
    answer["user"]["email"] = json!(MAIL);
    answer["account"]["name"] = json!(NAME);
    world.host.knows(SESSION, answer);
    let person = world.person(SESSION);
    let id = text(&person.request().await.expect(201), "/id");
    let mail = String::from_utf8(server.mail(1).await).unwrap().replace("=\r\n", "").replace("=\n", "");
    let token: String = mail.split_once(&format!("#{id}.")).unwrap().1.chars().take(43).collect();
    person.confirm(&id, &token).await.expect(200);
    let held = Held::new(&person.start(&id, json!({})).await.expect(200));
    person.heartbeat(&held).await.expect(200);
    person.complete(&held).await.expect(200);
    server.mail(2).await;
    assert_eq!(server.recipients(), [MAIL, MAIL]);

    let never = [MAIL, NAME, SESSION, PASSWORD, &token, &held.ticket];
    assert_no_trace(&world, &never).await;
    assert!(world.holds("acc-436f6465") && world.holds(&id), "what is documented to be there is looked for in the wrong place");
    let metrics = Answer::of(world.stranger(Method::GET, "/metrics")).await.text;
    let page = Answer::of(Client::new().get(format!("{}/confirm", world.address()))).await.text;
    // The log of this program is the test's own too: what it asks the counter for is no secret to itself.
    let log: String = logged().lines().filter(|line| line.contains("carryall_counter") || line.contains("lettre")).collect();
    assert!(log.contains("mail handed over"), "{log}");
    for (what, text) in [("metrics", &metrics), ("page", &page), ("log", &log)] {
        for personal in never.into_iter().chain(["usr-4c6f7665", "acc-436f6465", &id, &held.lease]) {
            assert!(!text.contains(personal), "{personal:?} is in the {what}");
        }
    }
}
