//! The host: everything put together behind two listeners, one for the app and its API, one for media.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::middleware::{self, Next};
use axum::serve::ListenerExt;
use clap::ValueEnum;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::media::{self, Mode, Origin, Terms};
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
    /// The origin that records name for media, which the host must then listen at, and how large files are at most.
    pub media: Terms,
    /// What becomes of all media; they are as they should be where absent.
    pub misbehave_media: Option<Mode>,
    /// The file that every request to the media host is written into; none where absent.
    pub media_log: Option<PathBuf>,
    /// How long the address of a recording is good, where the system signs them.
    pub recording_lifetime: Duration,
    /// Whether the policy lets the pages compile WebAssembly.
    pub wasm: bool,
    /// How long each answer of the API takes beside the work.
    pub latency: Duration,
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
            media: Terms::default(),
            misbehave_media: None,
            media_log: None,
            recording_lifetime: Duration::from_secs(5 * 60),
            wasm: true,
            latency: Duration::ZERO,
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
    /// The access log, or that of the media host, cannot be opened.
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
    media: Terms,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Serves on two free ports of the loopback interface. Records name the second one for media, whatever the options say.
    ///
    /// # Errors
    /// As [`Host::new`], or when there is no port.
    pub async fn start(mut options: Options) -> Result<Self, StartFailed> {
        let (app, media) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
        let address = app.local_addr()?;
        options.media.origin = Origin::At(media.local_addr()?);
        let host = Host::new(&options)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(host.serve(app, media, async move { stopped.await.unwrap_or_default() }));
        Ok(Self { address, media: options.media, stop, server })
    }

    /// What its media are like, and where they are.
    #[must_use]
    pub const fn media(&self) -> Terms {
        self.media
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
    app: Router,
    media: Router,
    resets: bool,
}

impl Host {
    /// Puts everything together.
    ///
    /// # Errors
    /// When the passwords cannot be hashed, or the counter's address is none.
    pub fn new(options: &Options) -> Result<Self, StartFailed> {
        let media = access::logged(media::routes(options), options.media_log.as_deref()).map_err(StartFailed::AccessLog)?;
        Ok(Self { app: router(options)?, media, resets: options.misbehave.iter().any(Misbehaviour::resets) })
    }

    /// Serves on both listeners until `stop` is ready; requests under way are then answered, for 5 seconds at most.
    ///
    /// # Errors
    /// When a listener fails.
    pub async fn serve(
        self,
        app: TcpListener,
        media: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let (stopping, stopped) = watch::channel(false);
        let both = async {
            let app = listen(app, self.app, self.resets, stopped.clone());
            tokio::try_join!(app, listen(media, self.media, false, stopped.clone())).map(drop)
        };
        let out_of_patience = async {
            stop.await;
            stopping.send_replace(true);
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            ended = both => ended,
            () = out_of_patience => Ok(()),
        }
    }
}

async fn listen(listener: TcpListener, router: Router, resets: bool, mut stopped: watch::Receiver<bool>) -> io::Result<()> {
    // Small answers on a warm connection must not wait for the acknowledgement of the one before.
    let listener = listener.tap_io(move |connection| {
        drop(connection.set_nodelay(true));
        if resets {
            drop(connection.set_zero_linger());
        }
    });
    let told = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
    axum::serve(listener, router).with_graceful_shutdown(told).into_future().await
}

/// The same routes, whose answers take so long as those of a host with a database, far away.
fn delayed(api: Router, latency: Duration) -> Router {
    if latency.is_zero() {
        return api;
    }
    api.layer(middleware::from_fn(move |request: Request, next: Next| async move {
        tokio::time::sleep(latency).await;
        next.run(request).await
    }))
}

fn router(options: &Options) -> Result<Router, StartFailed> {
    let policy = headers::content_security_policy(&options.counter_url, options.media.origin, options.wasm)
        .ok_or_else(|| StartFailed::CounterUrl(options.counter_url.clone()))?;
    let people = People::hashed(options.system.people())?;
    let sessions = Arc::new(Sessions::new(people, options.system.scheme(), options.session_ttl));
    let no_store = SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let api = access::logged(options.system.api(options, Arc::clone(&sessions)), options.access_log.as_deref());
    let api = delayed(api.map_err(StartFailed::AccessLog)?, options.latency);
    let answers = session::routes(sessions).merge(api).layer(no_store);
    let files = options.assets.as_deref().map(|directory| assets::routes(directory, options));
    let all = files.unwrap_or_default().merge(answers);
    Ok(headers::guard(
        all.fallback(async || Problem::NotFound).method_not_allowed_fallback(async || Problem::MethodNotAllowed),
        policy,
    ))
}
