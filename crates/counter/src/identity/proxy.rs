//! Headers set by a trusted reverse proxy.
//!
//! **From any address but the proxy's own they say nothing**, and one that was sent twice says nothing either: a proxy
//! that adds its header beside the caller's would otherwise let the caller choose.

use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::IpNet;
use serde_json::{Map, Value};
use tracing::warn;

use super::{Identity, IdentityError, Shown, read, unavailable};
use crate::config::{Pointers, ProxyConfig};

/// Reads what a trusted reverse proxy says.
pub(super) struct Proxy {
    addresses: Vec<IpNet>,
    pointers: Pointers,
}

impl Proxy {
    /// A proxy at these addresses.
    pub(super) fn new(config: &ProxyConfig, pointers: Pointers) -> Self {
        Self { addresses: config.addresses.iter().map(|network| network.0).collect(), pointers }
    }

    /// Who the proxy says it is.
    pub(super) fn identify(&self, shown: Shown<'_>) -> Result<Identity, IdentityError> {
        if !shown.peer.is_some_and(|peer| self.trusts(peer)) {
            return Err(IdentityError::Unauthenticated);
        }
        let told = self.told(shown.headers)?;
        let names_nobody = |pointer: &str| told.pointer(pointer).is_none();
        if names_nobody(&self.pointers.subject) || names_nobody(&self.pointers.account) {
            return Err(IdentityError::Unauthenticated);
        }
        read(&told, &self.pointers)
    }

    fn trusts(&self, peer: IpAddr) -> bool {
        self.addresses.iter().any(|network| network.contains(&peer.to_canonical()))
    }

    /// The headers pointed at, as an object; those that are empty are none.
    fn told(&self, headers: &HeaderMap) -> Result<Value, IdentityError> {
        let mut told = Map::new();
        for (_, pointer) in self.pointers.all() {
            let name = pointer.trim_start_matches('/');
            if let Some(text) = one(headers, name)?.filter(|text| !text.is_empty()) {
                told.insert(name.to_owned(), self.value(name, text));
            }
        }
        Ok(Value::Object(told))
    }

    /// What a header's text says: a header knows neither booleans nor lists nor numbers.
    fn value(&self, name: &str, text: &str) -> Value {
        let is = |pointer: &str| pointer.trim_start_matches('/') == name;
        if is(&self.pointers.mail_verified) {
            Value::Bool(text == "true")
        } else if is(&self.pointers.roles) {
            text.split(',').map(str::trim).collect()
        } else if is(&self.pointers.auth_time) {
            text.parse::<u64>().map_or_else(|_| Value::from(text), Value::from)
        } else {
            Value::from(text)
        }
    }
}

/// A header's text, if it was sent; an error where it was sent twice.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, IdentityError> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        warn!(name, "the proxy sends a header of identity twice; it must replace what the caller sent");
        return Err(IdentityError::Unauthenticated);
    }
    let text = value.to_str().map_err(|_| unavailable(format!("the proxy's header {name} is not visible ASCII")))?;
    Ok(Some(text.trim()))
}
