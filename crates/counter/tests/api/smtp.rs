//! Mail by SMTP, to a server that takes one mail at a time and keeps it.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::helpers::{World, config_for};
use crate::host::{Host, owner};

#[tokio::test]
async fn a_confirmation_leaves_by_smtp() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Arc::new(Mutex::new(String::new()));
    tokio::spawn(serve(listener, Arc::clone(&taken)));

    let host = Host::start().await;
    host.knows("ada", owner("ada", "acc-1"));
    let smtp = format!("smtp = {{ host = \"127.0.0.1\", port = {port}, encryption = \"none\" }}");
    let config = config_for(&host, "", "preset = \"talkif\"").replace("folder = \"mail\"", &smtp);
    let world = World::with_config(host, config).await;
    world.ada().request().await.expect(201);
    world.mail_is("sent").await;
    let taken = taken.lock().unwrap();
    for part in ["MAIL FROM:<no-reply@app.example>", "RCPT TO:<ada@mail.example>", "/confirm#"] {
        assert!(taken.contains(part), "{part} is missing in {taken}");
    }
}

async fn serve(listener: TcpListener, taken: Arc<Mutex<String>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = converse(stream, &taken).await;
    }
}

async fn converse(stream: TcpStream, taken: &Mutex<String>) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut in_data = false;
    writer.write_all(b"220 here\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        taken.lock().unwrap().push_str(&format!("{line}\n"));
        let ends = line == ".";
        if in_data && !ends {
            continue;
        }
        in_data = line == "DATA";
        let reply = if in_data { "354 go on\r\n" } else { "250 OK\r\n" };
        writer.write_all(reply.as_bytes()).await?;
    }
    Ok(())
}
