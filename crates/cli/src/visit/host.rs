//! One page of the host's API, natively, by the rules of the browser's edge: **credentials go to the origin that was named, below
//! the catalog's base path**, redirects are refused, a body is given up as soon as it passes the limit.

use std::time::Duration;

use anyhow::{Context, bail};
use carryall_core::export::PageRequest;
use carryall_core::limits::PAGE_BYTES;
use carryall_core::page::{FetchError, Page};
use carryall_protocol::catalog::Method;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use ureq::{Agent, Body};
use url::{Host as Name, Url};

/// How long one page may take.
const SILENCE: Duration = Duration::from_secs(120);

/// A host and the session to ask it with.
pub(crate) struct Host {
    base: Url,
    session: HeaderMap,
    header_names: Vec<String>,
    agent: Agent,
}

/// What came of a request: what the machine is told, and what a person may want to know beside.
pub(crate) struct Answer {
    pub(crate) page: Result<Page, FetchError>,
    /// It was a redirect, which is refused.
    pub(crate) is_redirect: bool,
    /// The answer calls itself a web page.
    pub(crate) is_html: bool,
    /// A `Link` header names a next page.
    pub(crate) links_on: bool,
}

impl Host {
    /// # Errors
    ///
    /// Where an address is none, or not the one that was named; where a header is none, or its variable is not set.
    pub(crate) fn new(
        url: &str,
        base_url: &str,
        header_names: Vec<String>,
        headers: &[String],
        token_env: Option<&str>,
    ) -> anyhow::Result<Self> {
        let origin = Url::parse(url).with_context(|| format!("--against {url} is no address"))?;
        if origin.scheme() != "https" && !is_own_machine(&origin) {
            bail!("--against {url}: credentials go over https only, unless the host is this machine");
        }
        let base = origin.join(base_url).with_context(|| format!("base_url {base_url} is no address"))?;
        if base.origin() != origin.origin() {
            bail!("the catalog's API is at {}; say so with --against", base.origin().ascii_serialization());
        }
        let config = Agent::config_builder().max_redirects(0).http_status_as_error(false).timeout_global(Some(SILENCE));
        let agent = config.user_agent(concat!("carryall/", env!("CARGO_PKG_VERSION"))).build().into();
        Ok(Self { base, session: session(headers, token_env)?, header_names, agent })
    }

    /// The origin of the API.
    pub(crate) fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// Asks for one page.
    pub(crate) fn ask(&self, request: &PageRequest) -> Answer {
        let nothing = |error| Answer { page: Err(error), is_redirect: false, is_html: false, links_on: false };
        let Some(built) = self.address(&request.target).and_then(|address| self.build(request, &address)) else {
            return nothing(FetchError::Forbidden);
        };
        match self.agent.run(built) {
            Ok(response) => self.read(response),
            Err(_) => nothing(FetchError::Connection),
        }
    }

    fn build(&self, request: &PageRequest, address: &Url) -> Option<Request<String>> {
        let mut built = Request::builder().method(request.method.as_str()).uri(address.as_str());
        let headers = built.headers_mut()?;
        headers.insert("accept", HeaderValue::from_static("application/json"));
        if request.method == Method::Post {
            headers.insert("content-type", HeaderValue::from_static("application/json"));
        }
        for (name, value) in &request.headers {
            headers.insert(HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
        }
        for (name, value) in &self.session {
            headers.insert(name, value.clone());
        }
        built.body(request.body.clone().unwrap_or_default()).ok()
    }

    fn read(&self, response: Response<Body>) -> Answer {
        let (parts, body) = response.into_parts();
        let headers = &parts.headers;
        // As a browser gives them: several of a name are one.
        let header = |name: &str| {
            let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        let is_redirect = parts.status.is_redirection();
        let is_html = header("content-type").is_some_and(|of| of.contains("text/html"));
        let links_on = header("link").is_some_and(|link| link.contains("rel=\"next\"") || link.contains("rel=next"));
        let page = match body.into_with_config().limit(PAGE_BYTES as u64).read_to_vec() {
            Err(ureq::Error::BodyExceedsLimit(_)) => Err(FetchError::TooLarge { limit: PAGE_BYTES }),
            Err(_) => Err(FetchError::Connection),
            Ok(_) if is_redirect => Err(FetchError::Connection),
            Ok(body) => {
                let headers = self.header_names.iter().filter_map(|name| Some((name.clone(), header(name)?))).collect();
                Ok(Page { status: parts.status.as_u16(), headers, body })
            }
        };
        Answer { page, is_redirect, is_html, links_on }
    }

    /// The address of a target, where it stays on the origin and below the base path.
    fn address(&self, target: &str) -> Option<Url> {
        let below = self.base.path().trim_end_matches('/');
        let url = self.base.join(&format!("{below}{target}")).ok()?;
        let is_inside = url.origin() == self.base.origin() && url.path().starts_with(&format!("{below}/"));
        (is_inside && target.starts_with('/')).then_some(url)
    }
}

/// Whether an address leads to this machine and no other.
pub(crate) fn is_own_machine(url: &Url) -> bool {
    match url.host() {
        Some(Name::Ipv4(address)) => address.is_loopback(),
        Some(Name::Ipv6(address)) => address.is_loopback(),
        Some(Name::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The headers of every request. Errors name a header and never its value.
fn session(headers: &[String], token_env: Option<&str>) -> anyhow::Result<HeaderMap> {
    let mut session = HeaderMap::new();
    for header in headers {
        let (name, value) = header.split_once(':').context("a --header is a name, a colon and a value")?;
        let name = HeaderName::try_from(name.trim()).context("a --header begins with the name of a header")?;
        let value = HeaderValue::try_from(value.trim()).with_context(|| format!("the value of the header {name}"))?;
        session.insert(name, value);
    }
    if let Some(variable) = token_env {
        let token = std::env::var(variable).with_context(|| format!("--token-env {variable}"))?;
        let value =
            HeaderValue::try_from(format!("Bearer {}", token.trim())).with_context(|| format!("--token-env {variable}"))?;
        session.insert("authorization", value);
    }
    Ok(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(url: &str, base_url: &str) -> anyhow::Result<Host> {
        Host::new(url, base_url, Vec::new(), &[], None)
    }

    #[test]
    fn an_address_stays_on_the_origin_and_below_the_base() {
        let host = host("https://app.example", "/api/v1").unwrap();
        assert_eq!(host.address("/items?a=b").unwrap().as_str(), "https://app.example/api/v1/items?a=b");
        for target in ["", "items", "@evil.example/", "/../admin", "/%2e%2e/admin", "/..\\..\\x", "//../../x"] {
            assert!(host.address(target).is_none_or(|url| url.as_str().starts_with("https://app.example/api/v1/")), "{target}");
        }
    }

    #[test]
    fn credentials_go_to_the_origin_named_and_nowhere_else() {
        assert!(host("https://app.example", "https://api.example/v1").err().unwrap().to_string().contains("https://api.example"));
        assert!(host("https://api.example", "https://api.example/v1").is_ok());
        assert!(host("http://app.example", "/api").is_err());
        assert!(host("http://127.0.0.1:8080", "/api").is_ok());
        assert!(host("app.example", "/api").is_err());
    }

    #[test]
    fn no_error_tells_the_value_of_a_header() {
        for header in ["Authorization Bearer s3cret", "Author ization: s3cret", "authorization: s3cret\n"] {
            let error = session(&[header.to_owned()], None).map_err(|error| format!("{error:#}"));
            assert!(error.as_ref().err().is_none_or(|error| !error.contains("s3cret")), "{error:?}");
        }
        assert!(session(&["authorization: s3cret\nx".to_owned()], None).is_err());
    }
}
