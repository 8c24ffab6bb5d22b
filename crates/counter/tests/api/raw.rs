//! Bytes to and from the counter, as no well-behaved client would send them.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::helpers::{World, config_for};
use crate::host::{Host, owner};

/// No answer takes so long.
const PATIENCE: Duration = Duration::from_secs(15);

/// A world with these lines below `[http]`.
pub(crate) async fn world_with(http: &str) -> World {
    let host = Host::start().await;
    host.knows("ada", owner("ada", "acc-1"));
    let config = config_for(&host, "", "preset = \"talkif\"");
    World::with_config(host, format!("{config}\n[http]\n{http}")).await
}

/// A connection to the counter.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn to(world: &World) -> Self {
        Self(TcpStream::connect(world.address().trim_start_matches("http://")).await.unwrap())
    }

    /// Sends bytes; says whether the other side still takes them.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        timeout(PATIENCE, self.0.write_all(bytes.as_ref())).await.expect("the counter does not read").is_ok()
    }

    /// What is answered until the other side ends the connection.
    pub(crate) async fn whole_answer(&mut self) -> String {
        let mut answer = Vec::new();
        // A reset after the answer is an end too.
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut answer)).await.expect("the counter leaves the connection open");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// What has been answered by now, or within a moment.
    pub(crate) async fn some_answer(&mut self, moment: Duration) -> Option<String> {
        let mut answer = vec![0; 65536];
        let read = timeout(moment, self.0.read(&mut answer)).await.ok()?.unwrap_or(0);
        Some(String::from_utf8_lossy(&answer[..read]).into_owned())
    }
}

/// The whole answer to these bytes, on a connection of their own that the counter ends.
pub(crate) async fn exchange(world: &World, bytes: impl AsRef<[u8]>) -> String {
    let mut raw = Raw::to(world).await;
    raw.send(bytes).await;
    raw.whole_answer().await
}

/// The statuses in what was answered, one for each answer.
pub(crate) fn statuses(answer: &str) -> Vec<u16> {
    let lines = answer.split("HTTP/1.1 ").skip(1);
    lines.map(|rest| rest.get(..3).unwrap().parse().unwrap()).collect()
}
