//! The program is killed a hundred times while people use it. What it has said stays true.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::binary::{Program, folder_with};
use crate::helpers::{DIGEST, Held, Person};
use crate::host::{Host, owner};

const KILLS: usize = 100;
const PEOPLE: usize = 6;

/// Where the counter is now; nothing once there will be none any more.
type Address = watch::Receiver<Option<String>>;

/// Somebody whose counter comes and goes.
struct Stubborn {
    address: Address,
    token: String,
}

/// There is no counter any more.
struct Over;

impl Stubborn {
    /// Asks until there is an answer, at whatever address the counter has by then.
    async fn ask(&mut self, build: impl Fn(&Person) -> RequestBuilder) -> Result<(u16, Value), Over> {
        loop {
            let address = self.address.borrow_and_update().clone().ok_or(Over)?;
            let person = Person::at(&address, &self.token);
            if let Ok(Ok(answer)) = timeout(Duration::from_secs(5), build(&person).send()).await {
                let status = answer.status().as_u16();
                if let Ok(body) = answer.json().await {
                    return Ok((status, body));
                }
            }
            // Killed: the next address comes, or this one is still good.
            let _ = timeout(Duration::from_millis(200), self.address.changed()).await;
        }
    }

    async fn post(&mut self, path: &str, ticket: &str, body: &Value) -> Result<(u16, Value), Over> {
        self.ask(|person| person.send(reqwest::Method::POST, path).header("x-carryall-ticket", ticket).body(body.to_string()))
            .await
    }

    /// One export from its request to its completion, whatever is lost on the way.
    async fn live(&mut self) -> Result<(), Over> {
        let (status, requested) = self.post("/v1/exports", "", &json!({"categories": ["calls"]})).await?;
        // The answer to one that was granted may have been lost: then it is the current one.
        assert!(matches!((status, &requested["code"]), (201, _) | (409, Value::String(_))), "{status} {requested}");
        let (_, current) = self.ask(|person| person.send(reqwest::Method::GET, "/v1/exports/current")).await?;
        let id = current["export"]["id"].as_str().unwrap().to_owned();
        assert!(status != 201 || requested["id"] == id.as_str(), "a request that was granted is gone");

        let path = |what: &str| format!("/v1/exports/{id}/{what}");
        let (status, started) = self.post(&path("start"), "", &json!({"takeover": true})).await?;
        assert_eq!(status, 200, "{started}");
        let ticket = started["ticket"].as_str().unwrap().to_owned();
        let mut hold = json!({"lease": started["lease"], "epoch": started["epoch"]});
        let (status, renewed) = self.post(&path("heartbeat"), &ticket, &hold).await?;
        assert_eq!(status, 200, "a run that was granted is gone: {renewed}");
        hold["payload_digest"] = DIGEST.into();
        let (status, completed) = self.post(&path("complete"), &ticket, &hold).await?;
        assert_eq!(status, 200, "{completed}");

        let (status, refused) = self.post("/v1/exports", "", &json!({"categories": ["calls"]})).await?;
        assert_eq!((status, &refused["code"]), (429, &json!("cooldown")), "granted twice: {refused}");
        let (_, current) = self.ask(|person| person.send(reqwest::Method::GET, "/v1/exports/current")).await?;
        assert_eq!(current["export"]["state"], "completed", "a completion is lost");
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kills_grant_nothing_twice_and_lose_nothing() {
    let host = Host::start().await;
    let folder = folder_with(&host, "preset = \"fluxer\"");
    let (announce, address) = watch::channel(Some(String::new()));
    let lived = AtomicU64::new(0);
    let people = async {
        let everybody = (0..PEOPLE).map(|number| {
            let (host, lived, address) = (&host, &lived, address.clone());
            async move {
                for export in 0.. {
                    let name = format!("p{number}-{export}");
                    host.knows(&name, owner(&name, &format!("acc-{name}")));
                    let mut person = Stubborn { address: address.clone(), token: name };
                    if person.live().await.is_err() {
                        return;
                    }
                    lived.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        futures_util::future::join_all(everybody).await;
    };
    let killer = async {
        for kill in 0..KILLS {
            let program = Program::start_quietly(&folder);
            announce.send(Some(program.address.clone())).unwrap();
            // So long that something is under way, and each time at another point of it.
            sleep(Duration::from_millis(20 + (kill as u64 * 37) % 120)).await;
            program.end("-KILL");
        }
        announce.send(None).unwrap();
    };
    tokio::join!(people, killer);
    let lived = lived.into_inner();
    assert!(lived > 20, "only {lived} exports lived through {KILLS} kills");

    // Nothing is stuck: every account has one export, and what lies open can still be gone on with.
    let program = Program::start_quietly(&folder);
    let url = format!("sqlite://{}", folder.path().join("counter.sqlite3").display());
    let database = sqlx::SqlitePool::connect(&url).await.unwrap();
    let open = "SELECT id, account FROM exports WHERE state IN ('confirmed', 'processing')";
    for (id, account) in sqlx::query_as::<_, (String, String)>(open).fetch_all(&database).await.unwrap() {
        let person = Person::at(&program.address, account.trim_start_matches("acc-"));
        let held = Held::new(&person.start(&id, json!({"takeover": true})).await.expect(200));
        person.complete(&held).await.expect(200);
    }
    program.end("-TERM");
    let twice =
        sqlx::query("SELECT account FROM exports GROUP BY account HAVING count(*) > 1").fetch_all(&database).await.unwrap();
    assert!(twice.is_empty());
    let check: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&database).await.unwrap();
    assert_eq!(check, "ok");
}
