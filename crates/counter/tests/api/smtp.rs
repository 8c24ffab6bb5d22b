//! Mail to a server so slow that much can happen meanwhile. What a real one does stands in `tests/mail_server`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::helpers::{World, config_for, text};
use crate::host::{Host, owner};
use crate::mailbox::assert_no_trace;

#[tokio::test]
async fn a_mail_cancelled_while_it_is_tried_does_not_come_back() {
    let (world, server) = world().await;
    world.host.knows("late", owner("late", "acc-2"));
    let late = world.person("late");
    let export = late.request().await.expect(201);
    server.sees("RCPT TO:<late@").await;
    late.cancel(&text(&export, "/id")).await.expect(200);
    server.answers_late.notify_one();

    world.ada().request().await.expect(201);
    server.sees("RCPT TO:<ada@").await;
    assert_no_trace(&world, &["late@mail.example"]).await;
    let database = world.database().await;
    let waits = sqlx::query("SELECT id FROM outbox WHERE id = 1 AND state != 'dropped'").fetch_all(&database).await;
    assert!(waits.unwrap().is_empty());
    world.pass(60);
    world.mail_is("sent").await;
    assert_eq!(server.taken().matches("RCPT TO:<late@").count(), 1);
}

/// A world whose mail goes to such a server.
async fn world() -> (World, Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = Server::default();
    tokio::spawn(serve(listener, server.clone()));

    let host = Host::start().await;
    host.knows("ada", owner("ada", "acc-1"));
    let smtp = format!("smtp = {{ host = \"127.0.0.1\", port = {port}, encryption = \"none\" }}");
    let config = config_for(&host, "", "preset = \"talkif\"").replace("folder = \"mail\"", &smtp);
    (World::with_config(host, config).await, server)
}

#[derive(Clone, Default)]
struct Server {
    taken: Arc<Mutex<String>>,
    /// Until this rings, a mail to `late@` is not answered; then it is refused for now.
    answers_late: Arc<Notify>,
}

impl Server {
    /// All that was said to it.
    fn taken(&self) -> String {
        self.taken.lock().unwrap().clone()
    }

    /// Waits until this was said to it.
    async fn sees(&self, part: &str) {
        for _ in 0..500 {
            if self.taken().contains(part) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{part} is missing in {}", self.taken());
    }
}

async fn serve(listener: TcpListener, server: Server) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = converse(stream, &server).await;
    }
}

async fn converse(stream: TcpStream, server: &Server) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut in_data = false;
    writer.write_all(b"220 here\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        server.taken.lock().unwrap().push_str(&format!("{line}\n"));
        let ends = line == ".";
        if in_data && !ends {
            continue;
        }
        in_data = line == "DATA";
        let reply = if in_data {
            "354 go on\r\n"
        } else if line.starts_with("RCPT TO:<late@") {
            server.answers_late.notified().await;
            "451 later\r\n"
        } else {
            "250 OK\r\n"
        };
        writer.write_all(reply.as_bytes()).await?;
    }
    Ok(())
}
