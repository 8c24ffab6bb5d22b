//! The counter as a whole: opened from its configuration, then run until it is told to stop.

use std::future::{Future, IntoFuture as _};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::sleep;
use tracing::warn;

use crate::clock::Clock;
use crate::config::{Config, ConfigError, HttpUrl};
use crate::http::{self, Counter};
use crate::identity::Introspection;
use crate::jws::{KeyError, Keys};
use crate::ledger::{Ledger, LedgerError, SqliteLedger};
use crate::mail::{Links, Postman};

/// A counter that listens but does not answer yet.
pub struct App {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    postman: Option<Postman>,
}

/// Why a counter does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The signing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The address.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address wanted.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The public address.
    #[error("public_url: the address listened on is none people can use; set it")]
    PublicUrl,
}

/// How long requests under way may take once the counter is told to stop: as long as any, and a little more.
const DRAIN: Duration = http::TIMEOUT.saturating_add(Duration::from_secs(5));

impl App {
    /// Opens everything a counter needs.
    ///
    /// # Errors
    ///
    /// [`StartError`], saying what to change.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        if config.public_url.is_none() && config.listen.ip().to_canonical().is_unspecified() {
            return Err(StartError::PublicUrl);
        }
        let listen = |source| StartError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let own_url = || HttpUrl::try_from(format!("http://{address}")).map_err(|_| StartError::PublicUrl);
        let public_url = config.public_url.clone().map_or_else(own_url, Ok)?;

        let policy = config.policy();
        let ledger: Arc<dyn Ledger> = Arc::new(SqliteLedger::open(&config.database, policy.clone(), Arc::clone(&clock)).await?);
        let return_url = config.return_url.as_ref().map(|url| url.as_str().to_owned());
        let links = Links { public_url: public_url.to_string(), return_url: return_url.clone() };
        let bell = config.mail.as_ref().map(|_| Arc::new(Notify::new()));
        let postman = match config.mail.as_ref().zip(bell.clone()) {
            Some((mail, bell)) => Some(Postman::new(mail, links, Arc::clone(&ledger), Arc::clone(&clock), bell)?),
            None => {
                // An earlier configuration may have left mails that nobody hands over now.
                ledger.drop_mails().await?;
                None
            }
        };

        let mut origins = config.allowed_origins;
        origins.push(public_url.origin());
        let counter = Counter {
            policy,
            ledger,
            identity: Introspection::new(config.identity, Arc::clone(&clock))?,
            keys: Keys::open(&config.key)?,
            clock,
            bell,
            public_url: public_url.to_string(),
            origins,
            contact: config.contact,
            return_url,
        };
        let router = http::router(Arc::new(counter), public_url.mount());
        Ok(Self { listener, address, router, postman })
    }

    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` resolves; requests under way are answered still, for as long as any request may take.
    ///
    /// # Errors
    ///
    /// Those of the listener.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let postman = self.postman.map(|postman| tokio::spawn(postman.work()));
        let stopped = Arc::new(Notify::new());
        let told = Arc::clone(&stopped);
        let told_to_stop = async move {
            stop.await;
            told.notify_one();
        };
        let serve = axum::serve(self.listener, self.router).with_graceful_shutdown(told_to_stop).into_future();
        let served = tokio::select! {
            served = serve => served,
            () = overdue(&stopped) => Ok(()),
        };
        if let Some(postman) = postman {
            // A mail cut off here is sent again at the next start, under the same Message-ID.
            postman.abort();
        }
        served
    }
}

/// Resolves when the counter was told to stop and a connection still holds it: one with a half-sent request, say.
async fn overdue(stopped: &Notify) {
    stopped.notified().await;
    sleep(DRAIN).await;
    warn!("a connection does not end; stopping without it");
}
