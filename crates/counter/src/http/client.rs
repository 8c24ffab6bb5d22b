//! Whose request it is, as far as the network knows: the peer, or whom a trusted proxy names.
//!
//! **A header is believed from a trusted proxy only, and in it only what that proxy wrote**: addresses are read from the
//! right, and the first that is no trusted proxy is the client. What stands left of it the client may have written.

mod forwarded;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::{IpNet, Ipv6Net};

use super::Counter;
use crate::config::{ForwardedHeader, HttpConfig};

/// The bits of an IPv6 address that tell networks apart; a host may change the rest as it likes.
const NETWORK_BITS: u8 = 64;

/// The header in which most proxies name the client.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The client of a request, in its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client(pub(crate) IpAddr);

impl Client {
    /// What it counts as: the network of an IPv6 address; an IPv4 address, mapped or not, as itself.
    pub(crate) fn network(self) -> IpAddr {
        match self.0.to_canonical() {
            v4 @ IpAddr::V4(_) => v4,
            IpAddr::V6(v6) => Ipv6Net::new(v6, NETWORK_BITS).map_or(IpAddr::V6(v6), |net| IpAddr::V6(net.network())),
        }
    }
}

/// The proxies that may name a client, and how they do.
#[derive(Debug, Clone)]
pub(crate) struct Proxies {
    trusted: Vec<IpNet>,
    header: ForwardedHeader,
}

impl From<&HttpConfig> for Proxies {
    fn from(config: &HttpConfig) -> Self {
        Self { trusted: config.trusted_proxies.iter().map(|network| network.0).collect(), header: config.forwarded_header }
    }
}

impl Proxies {
    /// The client behind this peer.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Client {
        let mut client = peer.to_canonical();
        let mut named = match self.header {
            ForwardedHeader::XForwardedFor => listed(headers),
            ForwardedHeader::Forwarded => forwarded::named(headers),
        };
        while self.trusts(client) {
            // One who is not named, or not by an address, counts as the proxy that keeps the name to itself.
            let Some(Some(next)) = named.pop() else { break };
            client = next.to_canonical();
        }
        Client(client)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}

/// Notes the client of a request in its extensions.
pub(super) async fn locate(State(counter): State<Arc<Counter>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    if let Some(peer) = peer {
        let client = counter.proxies.client(peer, request.headers());
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}

/// The addresses of every `X-Forwarded-For`, in order; nothing where one is no address.
fn listed(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let values = headers.get_all(X_FORWARDED_FOR).iter();
    values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')).map(|part| address(part.trim_ascii())).collect()
}

/// An address, with or without a port, in brackets or not.
fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse().map(|socket: SocketAddr| socket.ip()).ok())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client(header: ForwardedHeader, peer: &str, values: &[&str]) -> IpAddr {
        let trusted = ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"].map(|net| net.parse().unwrap()).to_vec();
        let name = match header {
            ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
            ForwardedHeader::Forwarded => "forwarded",
        };
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        Proxies { trusted, header }.client(ip(peer), &headers).0
    }

    #[test]
    fn the_client_is_the_rightmost_that_is_no_trusted_proxy() {
        for (peer, values, expected) in [
            ("127.0.0.1", &["192.0.2.1"][..], "192.0.2.1"),
            ("127.0.0.1", &["192.0.2.1, 10.1.2.3"], "192.0.2.1"),
            ("127.0.0.1", &["192.0.2.1", "10.1.2.3,10.0.0.1"], "192.0.2.1"),
            ("::ffff:127.0.0.1", &["::ffff:192.0.2.1"], "192.0.2.1"),
            ("fd00::1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("127.0.0.1", &["192.0.2.1:80"], "192.0.2.1"),
            ("127.0.0.1", &["10.0.0.1"], "10.0.0.1"),
            ("127.0.0.1", &[], "127.0.0.1"),
        ] {
            assert_eq!(client(ForwardedHeader::XForwardedFor, peer, values), ip(expected), "{peer} {values:?}");
        }
    }

    #[test]
    fn what_a_client_writes_itself_changes_nothing() {
        for (peer, values, expected) in [
            ("192.0.2.1", &["198.51.100.7"][..], "192.0.2.1"),
            ("127.0.0.1", &["198.51.100.7, 192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["127.0.0.1, 192.0.2.1, 10.0.0.1"], "192.0.2.1"),
            ("127.0.0.1", &["198.51.100.7", "192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["198.51.100.7, unknown"], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.7,"], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.7, ,10.0.0.1"], "10.0.0.1"),
        ] {
            assert_eq!(client(ForwardedHeader::XForwardedFor, peer, values), ip(expected), "{peer} {values:?}");
        }
    }

    #[test]
    fn the_standard_header_is_read_the_same_way() {
        for (peer, values, expected) in [
            ("127.0.0.1", &["for=192.0.2.1"][..], "192.0.2.1"),
            ("127.0.0.1", &["For=\"[2001:db8::1]:4711\";proto=https;by=10.0.0.1"], "2001:db8::1"),
            ("127.0.0.1", &["for=198.51.100.7", "proto=http;for=192.0.2.1, for=10.0.0.1;host=\"a,b\""], "192.0.2.1"),
            ("127.0.0.1", &["for=198.51.100.7, for=unknown"], "127.0.0.1"),
            ("127.0.0.1", &["for=198.51.100.7, for=_hidden, for=10.0.0.1"], "10.0.0.1"),
            ("127.0.0.1", &["for=198.51.100.7, proto=https"], "127.0.0.1"),
            ("192.0.2.1", &["for=198.51.100.7"], "192.0.2.1"),
        ] {
            assert_eq!(client(ForwardedHeader::Forwarded, peer, values), ip(expected), "{peer} {values:?}");
        }
    }

    #[test]
    fn an_ipv6_client_counts_as_its_network_and_a_mapped_one_as_ipv4() {
        let network = |text| Client(ip(text)).network();
        assert_eq!(network("2001:db8:1:2:3::4"), ip("2001:db8:1:2::"));
        assert_eq!(network("2001:db8:1:2:ffff::"), network("2001:db8:1:2:3::4"));
        assert_ne!(network("2001:db8:1:3::"), network("2001:db8:1:2::"));
        assert_eq!(network("::ffff:192.0.2.1"), ip("192.0.2.1"));
    }
}
