//! Addresses in the configuration, read once and then trusted.

use std::fmt;

use serde::Deserialize;
use url::Url;

/// An http or https address without a user, a query or a fragment; its path has no trailing slash.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HttpUrl(Url);

impl HttpUrl {
    /// The address as text, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The host's name.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Scheme, host and port, as a browser writes them in `Origin`.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin(self.0.origin().ascii_serialization())
    }

    /// The path it is mounted at, "/carryall"; nothing where that is the root.
    #[must_use]
    pub fn mount(&self) -> Option<&str> {
        Some(self.0.path().trim_end_matches('/')).filter(|path| !path.is_empty())
    }
}

impl TryFrom<String> for HttpUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let expected = || format!("{text:?} is not an address; expected one like https://example.org/path");
        let url = Url::parse(&text).map_err(|_| expected())?;
        let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        let known = matches!(url.scheme(), "http" | "https") && url.has_host() && url.password().is_none();
        if plain && known { Ok(Self(url)) } else { Err(expected()) }
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Any http or https address without a user: a page or a route.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PageUrl(Url);

impl PageUrl {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host's name.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The address itself.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }
}

impl TryFrom<String> for PageUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        let anonymous = |url: &Url| url.username().is_empty() && url.password().is_none();
        Url::parse(&text)
            .ok()
            .filter(|url| web(url) && anonymous(url))
            .map(Self)
            .ok_or_else(|| format!("{text:?} is not an address; expected one like https://example.org/page"))
    }
}

/// Scheme, host and port, exactly as a browser writes them in `Origin`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

impl Origin {
    /// The origin as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Origin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let origin = HttpUrl::try_from(text.clone()).map(|url| url.origin());
        match origin {
            Ok(origin) if origin.0 == text => Ok(origin),
            Ok(origin) => Err(format!("{text:?} is not how a browser writes an origin; expected {:?}", origin.0)),
            Err(_) => Err(format!("{text:?} is not an origin; expected one like https://example.org")),
        }
    }
}
