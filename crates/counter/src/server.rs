//! The accept loop: connections in, requests to a router, all of it within limits.
//!
//! What one peer can hold is bounded in time and in bytes: a head that does not come, a body that does not end, an answer
//! that is not read, and a connection that does nothing all end by themselves. Connections beyond the bound wait in the
//! kernel's backlog. HTTP/1.1 only: a proxy in front speaks whatever else there is.
//!
//! **An error of accepting ends nothing**: where the process has no file descriptors left, the loop waits for some.

mod socket;

use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use crate::config::HttpConfig;
use socket::{Socket, Turn};

/// The most header fields a request may have.
const MAX_HEADERS: usize = 64;

/// The longest head of a request, in bytes: request line and header fields.
const MAX_HEAD: usize = 16 * 1024;

/// How long to wait where no connection can be accepted.
const BACK_OFF: Duration = Duration::from_millis(500);

/// How much longer than one request the last ones may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// What one listener lets its peers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// How many connections are open at once; the next ones wait unaccepted.
    pub(crate) connections: usize,
    /// How long the head of a request may take from its first byte on.
    pub(crate) head: Duration,
    /// How long a request may take from its head to the answer, its body included. Who routes enforces it; here it bounds
    /// how long a peer may leave an answer unread, and how long stopping takes.
    pub(crate) request: Duration,
    /// How long a connection may be open without a request.
    pub(crate) idle: Duration,
}

impl From<&HttpConfig> for Limits {
    fn from(config: &HttpConfig) -> Self {
        Self {
            connections: config.max_connections,
            head: Duration::from_secs(config.header_seconds),
            request: Duration::from_secs(config.request_seconds),
            idle: Duration::from_secs(config.idle_seconds),
        }
    }
}

/// Answers until `stop` resolves. Requests under way are answered still, for as long as any may take; then whatever holds
/// a connection is left behind. A request carries its peer as `ConnectInfo<SocketAddr>`.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()> + Send) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let (told, stopping) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, place) = tokio::select! {
            () = &mut stop => break,
            next = next(&listener, &places) => match next {
                Ok(next) => next,
                Err(error) => {
                    rest(&error).await;
                    continue;
                }
            },
        };
        let connection = answer(stream, peer, router.clone(), limits, stopping.clone());
        tokio::spawn(async move {
            connection.await;
            drop(place);
        });
    }
    drop((listener, stopping));
    let _ = told.send(());
    if timeout(limits.request.saturating_add(GRACE), told.closed()).await.is_err() {
        warn!("a connection does not end; stopping without it");
    }
}

type Accepted = (TcpStream, SocketAddr, OwnedSemaphorePermit);

/// The next connection, once there is a place for it.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<Accepted> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

/// Waits where the reason is the machine's; a peer that has gone away already is none.
async fn rest(error: &io::Error) {
    let of_the_peer = [ErrorKind::ConnectionRefused, ErrorKind::ConnectionAborted, ErrorKind::ConnectionReset];
    if !of_the_peer.contains(&error.kind()) {
        warn!(%error, "no connection can be accepted; trying again");
        sleep(BACK_OFF).await;
    }
}

/// One connection, from its first request to its end.
async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, limits: Limits, mut stopping: watch::Receiver<()>) {
    // Answers are small and whole: there is nothing to wait for.
    let _ = stream.set_nodelay(true);
    let turn = Arc::<Turn>::default();
    let socket = Socket::new(stream, limits, Arc::clone(&turn));
    let router = TowerToHyperService::new(router);
    let service = service_fn(|mut request: Request<Incoming>| {
        turn.pass();
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.call(request);
        let turn = Arc::clone(&turn);
        async move {
            let answer = answer.await;
            turn.pass();
            answer
        }
    });
    let mut connection = pin!(builder(limits).serve_connection(TokioIo::new(socket), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%error, "a connection broke off");
    }
}

fn builder(limits: Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // The time for a head counts from its first byte (`Socket`); before it, a connection is idle.
        .header_read_timeout(limits.idle)
        .max_headers(MAX_HEADERS)
        .max_header_size(MAX_HEAD)
        .max_buf_size(2 * MAX_HEAD);
    builder
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::*;

    const LIMITS: Limits = Limits {
        connections: 1,
        head: Duration::from_millis(100),
        request: Duration::from_secs(1),
        idle: Duration::from_millis(300),
    };

    async fn peer(ConnectInfo(peer): ConnectInfo<SocketAddr>) -> String {
        peer.to_string()
    }

    async fn start(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await;
        };
        (address, stop, tokio::spawn(serve(listener, Router::new().route("/", get(peer)), limits, stopped)))
    }

    /// Everything that is answered until the connection ends.
    async fn rest_of(stream: &mut TcpStream) -> String {
        let mut text = Vec::new();
        stream.read_to_end(&mut text).await.unwrap();
        String::from_utf8(text).unwrap()
    }

    #[tokio::test]
    async fn a_request_knows_its_peer() {
        let (address, _stop, _server) = start(LIMITS).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let own = stream.local_addr().unwrap().to_string();
        assert!(rest_of(&mut stream).await.ends_with(&own));
    }

    #[tokio::test]
    async fn a_connection_beyond_the_bound_waits_for_its_turn() {
        let (address, _stop, _server) = start(Limits { idle: Duration::from_secs(60), ..LIMITS }).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = [0; 512];
        assert!(first.read(&mut answer).await.unwrap() > 0);
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let early = timeout(Duration::from_millis(200), second.read(&mut answer)).await;
        assert!(early.is_err(), "it was answered beside the first");
        drop(first);
        assert!(rest_of(&mut second).await.starts_with("HTTP/1.1 200"));
    }

    #[tokio::test]
    async fn a_connection_that_does_nothing_ends() {
        let (address, _stop, _server) = start(LIMITS).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert_eq!(rest_of(&mut stream).await, "");
    }

    #[tokio::test]
    async fn a_head_that_does_not_end_ends_the_connection_long_before_it_would_be_idle() {
        let (address, _stop, _server) = start(Limits { idle: Duration::from_secs(60), ..LIMITS }).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await.unwrap();
        timeout(Duration::from_secs(10), rest_of(&mut stream)).await.unwrap();
    }

    #[tokio::test]
    async fn an_answer_that_is_not_read_ends_the_connection() {
        let (address, stop, server) = start(Limits { idle: Duration::from_secs(60), ..LIMITS }).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        // More answers than both sides' buffers hold, asked for and never read.
        let requests = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1000);
        let flood = async { while stream.write_all(&requests).await.is_ok() {} };
        timeout(Duration::from_secs(30), flood).await.unwrap();
        stop.send(()).unwrap();
        server.await.unwrap();
    }

    #[tokio::test]
    async fn told_to_stop_it_leaves_idle_connections_and_takes_no_new_ones() {
        let (address, stop, server) = start(Limits { idle: Duration::from_secs(60), ..LIMITS }).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = [0; 512];
        assert!(stream.read(&mut answer).await.unwrap() > 0);
        stop.send(()).unwrap();
        timeout(Duration::from_secs(4), server).await.expect("it waits for an idle connection").unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
