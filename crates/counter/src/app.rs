//! The counter as a whole: opened from its configuration, then run until it is told to stop.

use std::future::{Future, pending};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use carryall_protocol::AccountId;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::time::sleep;
use tracing::{info, warn};

use crate::clock::Clock;
use crate::config::{Config, ConfigError, HttpUrl, PageUrl};
use crate::http::admin::AdminToken;
use crate::http::{self, Counter, Proxies, Shield, Waiters};
use crate::identity::IdentitySource;
use crate::jws::{KeyError, Keys};
use crate::languages::Languages;
use crate::ledger::registry::Upkept;
use crate::ledger::{Ledger, LedgerError, Registry, SqliteLedger};
use crate::mail::{Links, Postman};
use crate::metrics::Metrics;
use crate::server::{self, Limits};

/// A counter that listens but does not answer yet.
pub struct App {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    admin: Option<(TcpListener, Router)>,
    limits: Limits,
    waiters: Arc<Waiters>,
    postman: Option<Postman>,
    registry: Arc<dyn Registry>,
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
    /// The operator's token.
    #[error("admin.token_file: {} cannot be used: {source}", .path.display())]
    AdminToken {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The public address.
    #[error("public_url: the address listened on is none people can use; set it")]
    PublicUrl,
}

/// From one look after the ledger to the next. It is its sign of life too: a counter that was killed is down since the last one.
const UPKEEP: Duration = Duration::from_secs(5);

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
        let listener = bind(config.listen).await?;
        let address = listener.local_addr().map_err(|source| StartError::Listen { address: config.listen, source })?;
        let own_url = || HttpUrl::try_from(format!("http://{address}")).map_err(|_| StartError::PublicUrl);
        let public_url = config.public_url.clone().map_or_else(own_url, Ok)?;

        let metrics: Arc<Metrics> = Arc::default();
        let limits = Limits::from(&config.http);
        // Whoever waits holds a connection: half of them are left for all others.
        let waiters = Arc::new(Waiters::new(limits.connections / 2));
        let policy = config.policy();
        let retention = config.retention.lengths();
        let keys = Arc::new(Keys::open(&config.keys)?);
        let names = Arc::clone(&keys);
        let pseudonym = Box::new(move |account: &AccountId| names.pseudonym(account));
        let sqlite = SqliteLedger::open(&config.database, policy.clone(), retention, Arc::clone(&clock), pseudonym);
        let sqlite = Arc::new(sqlite.await?);
        let (ledger, registry): (Arc<dyn Ledger>, Arc<dyn Registry>) = (sqlite.clone(), sqlite);
        let return_url = config.return_url.as_ref().map(|url| url.as_str().to_owned());
        let host = config.return_url.as_ref().map_or_else(|| public_url.host(), PageUrl::host).to_owned();
        let links = Links { public_url: public_url.to_string(), return_url: return_url.clone(), host: host.clone() };
        let languages = Arc::new(Languages::load(config.mail.as_ref())?);
        let postman = match &config.mail {
            Some(mail) => {
                let (languages, ledger, clock) = (Arc::clone(&languages), Arc::clone(&ledger), Arc::clone(&clock));
                Some(Postman::new(mail, links, languages, ledger, clock, Arc::clone(&metrics), Arc::clone(&waiters))?)
            }
            None => {
                // An earlier configuration may have left mails that nobody hands over now.
                ledger.drop_mails().await?;
                None
            }
        };

        let mut origins = config.allowed_origins;
        origins.push(public_url.origin());
        let admin = match &config.admin {
            Some(admin) => Some((bind(admin.listen).await?, admin_token(&admin.token_file)?)),
            None => None,
        };
        let counter = Counter {
            policy,
            ledger,
            registry: Arc::clone(&registry),
            metrics,
            identity: IdentitySource::new(&config.identity, Arc::clone(&clock))?,
            keys,
            clock,
            sends_mail: postman.is_some(),
            public_url: public_url.to_string(),
            origins,
            contact: config.contact,
            return_url,
            time_limit: limits.request,
            languages,
            host,
            waiters: Arc::clone(&waiters),
            proxies: Proxies::from(&config.http),
            shield: Shield::of_addresses(&config.shield),
            bulk_shield: Shield::of_accounts(&config.shield),
        };
        let counter = Arc::new(counter);
        let admin = admin.map(|(listener, token)| (listener, http::admin::router(Arc::clone(&counter), token)));
        let router = http::router(counter, public_url.mount());
        Ok(Self { listener, address, router, admin, limits, waiters, postman, registry })
    }

    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address the operator's listener has, if there is one.
    #[must_use]
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin.as_ref().and_then(|(listener, _)| listener.local_addr().ok())
    }

    /// Answers until `stop` resolves; requests under way are answered still, for as long as any request may take.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let postman = self.postman.map(|postman| tokio::spawn(postman.work()));
        let upkeep = tokio::spawn(keep_up(self.registry));
        // The operator's listener answers for as long as anybody is answered.
        let admin = self.admin.map(|(listener, router)| tokio::spawn(server::serve(listener, router, self.limits, pending())));
        let waiters = self.waiters;
        let stop = async {
            stop.await;
            waiters.close();
        };
        server::serve(self.listener, self.router, self.limits, stop).await;
        if let Some(admin) = admin {
            admin.abort();
        }
        upkeep.abort();
        if let Some(postman) = postman {
            // A mail cut off here is sent again at the next start, under the same Message-ID.
            postman.abort();
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })
}

fn admin_token(path: &Path) -> Result<AdminToken, StartError> {
    AdminToken::open(path).map_err(|source| StartError::AdminToken { path: path.to_owned(), source })
}

/// Looks after the ledger until it is dropped.
async fn keep_up(registry: Arc<dyn Registry>) {
    let mut more = false;
    loop {
        if !more {
            sleep(UPKEEP).await;
        }
        let Upkept { lapsed, exports, entries, more: left } = registry.upkeep().await.unwrap_or_else(|error| {
            warn!(%error, "the upkeep of the ledger failed");
            Upkept::default()
        });
        if lapsed + exports + entries > 0 {
            info!(lapsed, exports, entries, "upkeep: lapsed accounts recorded, old exports and audit entries forgotten");
        }
        more = left;
    }
}
