//! A request as the host sees it, read as a browser reads it.
//!
//! **Nothing that the machine asks for may leave the origin, the base path or the stream's own path**, nor carry a credential that
//! the embedding page did not give. That is held over every request of every test here.

use std::collections::BTreeMap;

use carryall_core::export::PageRequest;
use carryall_core::plan::Plan;
use carryall_protocol::catalog::Method;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

/// A request as the host sees it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// What tells it from others, faults included.
    pub(crate) identity: String,
    pub(crate) is_post: bool,
    /// The path below the base address, its segments decoded.
    pub(crate) path: Vec<String>,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

impl Call {
    /// What the host makes of a request, once it was held against the law.
    pub(crate) fn of(request: &PageRequest, plan: &Plan) -> Self {
        let base = plan.catalog.base_url.as_str();
        let url = lawful(request, &plan.run.origin, base, &prefixes(plan));
        let path = url.path().strip_prefix(base).unwrap();
        // A host may lead to a path that is no UTF-8, and answer it.
        let decoded = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(names.len(), query.len(), "a parameter stands twice: {url}");
        let body: Value = request.body.as_ref().map_or(Value::Null, |body| serde_json::from_str(body).unwrap());
        assert_eq!(request.body.is_some(), request.method == Method::Post);
        Self {
            identity: format!("{url} {body} {:?}", request.headers),
            is_post: request.method == Method::Post,
            path: path.split('/').skip(1).map(decoded).collect(),
            query,
            headers: request.headers.iter().cloned().collect(),
            body,
        }
    }

    /// A query parameter, where it stands.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// A number in the query or, by its place, in the body.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        match self.body.pointer(name) {
            Some(value) => value.as_u64().map(|number| number as usize),
            None => self.param(name)?.parse().ok(),
        }
    }
}

/// Where the streams of a plan may ask: their paths up to the first value, or what their paginators allow.
fn prefixes(plan: &Plan) -> Vec<String> {
    let of = |path: &str| path.split("/{").next().unwrap_or_default().trim_end_matches('/').to_owned();
    let streams = plan.streams.iter().map(|planned| &planned.stream);
    streams
        .flat_map(|stream| [Some(&stream.request.path), stream.paginator.path_prefix.as_ref()])
        .flatten()
        .map(|path| of(path))
        .collect()
}

/// The address as a browser understands it. **Panics where it leaves what is allowed.**
pub(crate) fn lawful(request: &PageRequest, origin: &str, base: &str, prefixes: &[String]) -> Url {
    let target = &request.target;
    let url = Url::parse(&format!("{origin}{base}{target}")).unwrap();
    assert_eq!(url.origin().ascii_serialization(), Url::parse(origin).unwrap().origin().ascii_serialization(), "{target}");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{target}");
    let raw = target.split('?').next().unwrap();
    let below = url.path().strip_prefix(base).unwrap_or_else(|| panic!("{target} is not below {base}"));
    let is_below = |prefix: &String| below == prefix || below.starts_with(&format!("{prefix}/"));
    assert!(prefixes.iter().any(is_below), "{target} is below none of {prefixes:?}");
    assert_eq!(below.split('/').count(), raw.split('/').count(), "a browser takes {target} for {below}");
    assert!(!target.contains(['\\', '\t', '\r', '\n']), "{target:?}");
    // A proxy that decodes a path before it resolves its dots must not be led astray either.
    let decoded = percent_decode_str(raw).decode_utf8_lossy().into_owned();
    assert!(!decoded.split(['/', '\\']).any(|segment| matches!(segment, "." | "..")), "{target} means {decoded} to a proxy");
    for (name, value) in &request.headers {
        assert!(!is_credential(name), "{name} is sent");
        assert!(!name.contains(char::is_control) && !value.contains(char::is_control), "{name}: {value:?}");
    }
    url
}

fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let starts = ["cookie", "proxy-", "sec-", "x-csrf", "x-xsrf", "x-auth", "x-api-key"];
    let whole = ["authorization", "host", "origin", "referer", "content-length", "connection", "transfer-encoding"];
    whole.contains(&name.as_str()) || starts.iter().any(|start| name.starts_with(start))
}
