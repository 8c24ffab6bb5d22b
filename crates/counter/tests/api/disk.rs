//! A disk that has no room, and files that are not what they should be.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use carryall_counter::ledger::sqlite::backup;
use reqwest::Client;
use serde_json::json;
use tempfile::TempDir;

use crate::binary::{Program, folder_with};
use crate::helpers::{Answer, Held, text};
use crate::host::{Host, owner};

const POLICY: &str = "preset = \"fluxer\"";

async fn host() -> Host {
    let host = Host::start().await;
    host.knows("ada", owner("ada", "acc-1"));
    host
}

/// Resolves once it is ready, or is not.
async fn ready(program: &Program, expected: u16) {
    for _ in 0..1000 {
        if Answer::of(Client::new().get(format!("{}/readyz", program.address))).await.status == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("readyz never answers {expected}");
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_granted_and_with_room_it_goes_on() {
    let host = host().await;
    let folder = folder_with(&host, POLICY);
    let program = Program::start_on_small_disk(&folder);
    let ada = program.ada();
    let id = text(&ada.request().await.expect(201), "/id");
    let held = Held::new(&ada.start(&id, json!({})).await.expect(200));

    program.have_room(false);
    for _ in 0..3 {
        ada.heartbeat(&held).await.refused(503, "unavailable");
        ada.complete(&held).await.refused(503, "unavailable");
        ada.cancel(&id).await.refused(503, "unavailable");
    }
    // What is there can be looked at, and is as it was.
    assert_eq!(ada.state().await, "processing");
    ready(&program, 503).await;

    program.have_room(true);
    ada.heartbeat(&held).await.expect(200);
    ada.complete(&held).await.expect(200);
    ready(&program, 200).await;
    assert!(program.end("-TERM").1);
}

/// What the counter says that does not start with this folder.
fn refusal(folder: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carryall-counter"));
    let output = command.arg("--config").arg(folder.join("counter.toml")).output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty(), "it starts");
    String::from_utf8(output.stderr).unwrap()
}

async fn folder_after_a_run() -> TempDir {
    let host = host().await;
    let folder = folder_with(&host, POLICY);
    let program = Program::start_quietly(&folder);
    program.ada().request().await.expect(201);
    program.end("-TERM");
    folder
}

#[tokio::test]
async fn a_database_that_is_of_no_use_is_told_so() {
    let folder = folder_after_a_run().await;
    let database = folder.path().join("counter.sqlite3");
    let whole = fs::read(&database).unwrap();
    fs::write(&database, [7; 9000]).unwrap();
    assert!(refusal(folder.path()).contains("counter.sqlite3: error returned from database: (code: 26) file is not a database"));
    fs::remove_file(&database).unwrap();
    fs::create_dir(&database).unwrap();
    assert!(refusal(folder.path()).contains("cannot open the database"));
    fs::remove_dir(&database).unwrap();
    fs::write(&database, whole).unwrap();
    Program::start_quietly(&folder).end("-TERM");
}

#[tokio::test]
async fn a_database_of_a_newer_counter_is_left_alone() {
    let folder = folder_after_a_run().await;
    let database = folder.path().join("counter.sqlite3");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", database.display())).await.unwrap();
    let step = "INSERT INTO _sqlx_migrations VALUES (4711, 'of tomorrow', '2027-01-01', 1, x'00', 0)";
    sqlx::query(step).execute(&pool).await.unwrap();
    pool.close().await;
    let before = fs::read(&database).unwrap();
    let told = refusal(folder.path());
    assert!(told.contains("the database is a newer counter's (its tables have step 4711"), "{told}");
    assert!(fs::read(&database).unwrap() == before, "it was changed");
    // It can be copied all the same: whoever goes back to the newer one has it.
    backup::copy(&database, &folder.path().join("copy.sqlite3")).await.unwrap();
}

#[tokio::test]
async fn a_health_check_asks_the_counter_of_its_configuration() {
    let host = host().await;
    let folder = folder_with(&host, POLICY);
    let program = Program::start_quietly(&folder);
    let listen = program.address.trim_start_matches("http://").to_owned();
    let ask = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carryall-counter"));
        command.args(["healthz", "--config"]).arg(folder.path().join("counter.toml"));
        command.env("CARRYALL_COUNTER__LISTEN", &listen).output().unwrap().status.success()
    };
    assert!(ask());
    program.end("-TERM");
    assert!(!ask(), "nobody is there");
}
