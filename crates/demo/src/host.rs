//! The host: everything put together behind one listener.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::serve::ListenerExt;
use clap::ValueEnum;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::misbehaviour::Misbehaviour;
use crate::people::{HashingFailed, People};
use crate::problem::Problem;
use crate::session::{self, Sessions};
use crate::system::{Size, System};
use crate::texts::Texts;
use crate::{access, assets, headers};

/// How long requests under way may take once the host is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How the host behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// The system imitated.
    pub system: System,
    /// The seed of its data.
    pub seed: u64,
    /// How much there is.
    pub size: Size,
    /// What its long texts are like.
    pub texts: Texts,
    /// Where the browser finds the counter.
    pub counter_url: String,
    /// The directory that holds `www`, `pkg` and `catalogs`; without it there are no static files.
    pub assets: Option<PathBuf>,
    /// Whether some requests meet 429 and 503.
    pub faults: bool,
    /// How long an access token is good.
    pub session_ttl: Duration,
    /// The largest page the API hands out; larger wishes are clamped.
    pub page_limit: u64,
    /// Which contact is deleted while contacts are read.
    pub deletion: Deletion,
    /// The file that every request to the API is written into; none where absent.
    pub access_log: Option<PathBuf>,
    /// Whether the search is there, where the system has one.
    pub search: Search,
    /// How long a window of the system's limits is; as long as its model's where absent.
    pub limit_window: Option<Duration>,
    /// Paths that never answer as they should.
    pub misbehave: Vec<Misbehaviour>,
    /// Whether the policy lets the pages compile WebAssembly.
    pub wasm: bool,
}

impl Options {
    /// A host with all its traps, as its real model behaves.
    #[must_use]
    pub fn new(system: System, seed: u64, size: Size) -> Self {
        Self {
            system,
            seed,
            size,
            texts: Texts::Awkward,
            counter_url: "http://127.0.0.1:9001".to_owned(),
            assets: None,
            faults: true,
            session_ttl: Duration::from_secs(300),
            page_limit: 100,
            deletion: Deletion::Read,
            access_log: None,
            search: Search::On,
            limit_window: None,
            misbehave: Vec::new(),
            wasm: true,
        }
    }
}

/// The contact that vanishes, once per server process and account, when the second page of contacts is first asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deletion {
    /// None does.
    None,
    /// One of the first page, which was read by then: later contacts shift by one. It belongs to the export.
    Read,
    /// The very last, which nobody can have read: the export must say that it received less than was promised.
    Unread,
}

/// Whether this instance has a search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Search {
    /// It has, as most have.
    #[default]
    On,
    /// Its operator has switched it off: it answers 403 with `{"code":"FEATURE_TEMPORARILY_DISABLED"}`.
    Off,
}

/// The host could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFailed {
    /// The passwords could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// `--counter-url` is not an http or https address.
    #[error("the counter's address `{0}` is not an http or https address")]
    CounterUrl(String),
    /// The access log cannot be opened.
    #[error("the access log cannot be opened: {0}")]
    AccessLog(io::Error),
    /// The listener is of no use.
    #[error("the listener failed: {0}")]
    Listener(#[from] io::Error),
}

/// A host that runs inside this process, for tests. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Serves on a free port of the loopback interface.
    ///
    /// # Errors
    /// As [`Host::new`], or when there is no port.
    pub async fn start(options: Options) -> Result<Self, StartFailed> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let host = Host::new(&options)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(host.serve(listener, async move { stopped.await.unwrap_or_default() }));
        Ok(Self { address, stop, server })
    }

    /// Its address, without a slash at the end: `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it; requests under way are answered first.
    ///
    /// # Errors
    /// When the server had failed.
    pub async fn stop(self) -> io::Result<()> {
        self.stop.send(()).ok();
        self.server.await.unwrap_or_else(|panicked| Err(io::Error::other(panicked)))
    }
}

/// A host ready to serve: its passwords are hashed, its options are good.
#[derive(Debug)]
pub struct Host {
    router: Router,
    resets: bool,
}

impl Host {
    /// Puts everything together.
    ///
    /// # Errors
    /// When the passwords cannot be hashed, or the counter's address is none.
    pub fn new(options: &Options) -> Result<Self, StartFailed> {
        Ok(Self { router: router(options)?, resets: options.misbehave.iter().any(Misbehaviour::resets) })
    }

    /// Serves on `listener` until `stop` is ready; requests under way are then answered, for 5 seconds at most.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (stopping, stopped) = oneshot::channel();
        let announced = async move {
            stop.await;
            stopping.send(()).ok();
        };
        // Small answers on a warm connection must not wait for the acknowledgement of the one before.
        let listener = listener.tap_io(move |connection| {
            drop(connection.set_nodelay(true));
            if self.resets {
                drop(connection.set_zero_linger());
            }
        });
        let server = axum::serve(listener, self.router).with_graceful_shutdown(announced);
        let out_of_patience = async {
            stopped.await.ok();
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            ended = server.into_future() => ended,
            () = out_of_patience => Ok(()),
        }
    }
}

fn router(options: &Options) -> Result<Router, StartFailed> {
    let policy = headers::content_security_policy(&options.counter_url, options.wasm)
        .ok_or_else(|| StartFailed::CounterUrl(options.counter_url.clone()))?;
    let people = People::hashed(options.system.people())?;
    let sessions = Arc::new(Sessions::new(people, options.system.scheme(), options.session_ttl));
    let no_store = SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let api = access::logged(options.system.api(options, Arc::clone(&sessions)), options.access_log.as_deref());
    let answers = session::routes(sessions).merge(api.map_err(StartFailed::AccessLog)?).layer(no_store);
    let files = options.assets.as_deref().map(|directory| assets::routes(directory, options.system, &options.counter_url));
    let all = files.unwrap_or_default().merge(answers);
    Ok(headers::guard(
        all.fallback(async || Problem::NotFound).method_not_allowed_fallback(async || Problem::MethodNotAllowed),
        policy,
    ))
}
