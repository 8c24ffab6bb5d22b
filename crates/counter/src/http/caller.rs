//! Who asks, found out before a handler runs.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Path};
use axum::http::Extensions;
use axum::http::request::Parts;
use carryall_protocol::ExportId;

use super::Counter;
use super::problem::Refused;
use crate::identity::{Freshness, Identity, Shown};
use crate::rule::Refusal;

/// The person asking, as the host knew them a few seconds ago or knows them now.
pub(super) struct Caller(pub(super) Identity);

impl FromRequestParts<Arc<Counter>> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, counter: &Arc<Counter>) -> Result<Self, Refused> {
        let shown = Shown { headers: &parts.headers, peer: peer(&parts.extensions) };
        Ok(Self(counter.identity.identify(shown, Freshness::Recent).await?))
    }
}

/// The address at the other end of the connection.
pub(super) struct Peer(pub(super) Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(peer(&parts.extensions)))
    }
}

fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

/// The export a path names. What is no id at all is answered as an unknown one.
pub(super) struct Named(pub(super) ExportId);

impl FromRequestParts<Arc<Counter>> for Named {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, counter: &Arc<Counter>) -> Result<Self, Refused> {
        let path = Path::<String>::from_request_parts(parts, counter).await;
        let id = path.ok().and_then(|Path(id)| ExportId::new(id).ok());
        id.map(Self).ok_or_else(|| Refusal::UnknownExport.into())
    }
}
