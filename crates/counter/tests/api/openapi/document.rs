//! The OpenAPI document: paths by hand, schemas from the types.

use carryall_protocol::counter::{INTENT_HEADER, TICKET_HEADER, schema};
use serde_json::{Map, Value, json};

/// What the caller shows beside the host's credentials.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// Nothing, and not those either.
    Nothing,
    /// Those.
    Host,
    /// And the ticket.
    Ticket,
}

/// The whole document.
pub(crate) fn document() -> Value {
    let mut schemas = schema::schemas();
    schemas.insert("KeySet".to_owned(), key_set());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "carryall counter",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Who may export their account data, and when. Who asks is told by the host's own credentials.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": ".", "description": "Where this document lies: at the counter's root or mount path."}],
        "paths": paths(),
        "components": {
            "schemas": schemas,
            "parameters": parameters(),
            "headers": headers(),
            "responses": {"Refused": refused()},
            "securitySchemes": {
                "host": {
                    "type": "http", "scheme": "bearer",
                    "description": "The host's own credentials: as its configuration says a bearer token, another header, or a cookie.",
                },
                "ticket": {
                    "type": "apiKey", "in": "header", "name": TICKET_HEADER,
                    "description": "The permission to run one export, from `start` and `heartbeat`.",
                },
            },
        },
    })
}

fn paths() -> Value {
    let export = |operation| json!({"parameters": [parameter("Export")], "post": operation});
    json!({
        "/v1/exports": {"post": change("requestExport", "Ask for an export", "RequestExport", (201, "ExportView"), Shows::Host)},
        "/v1/exports/current": {"get": current()},
        "/v1/exports/{id}": {
            "parameters": [parameter("Export")],
            "delete": change("cancelExport", "Cancel an active export, or end the window of a finished one", "", (200, "ExportView"), Shows::Host),
        },
        "/v1/exports/{id}/confirm": export(change(
            "confirmExport", "Confirm it, with the token of the mail's link", "Confirm", (200, "ExportView"), Shows::Nothing,
        )),
        "/v1/exports/{id}/deny": export(change(
            "denyExport", "It wasn't me: end it, with the token of the mail's link", "Deny", (200, "ExportView"), Shows::Nothing,
        )),
        "/v1/exports/{id}/start": export(change("startExport", "Take the lease and a ticket", "Start", (200, "Started"), Shows::Host)),
        "/v1/exports/{id}/heartbeat": export(change(
            "renewLease", "Renew the lease and the ticket", "Heartbeat", (200, "Renewed"), Shows::Ticket,
        )),
        "/v1/exports/{id}/complete": export(change(
            "completeExport", "Present the digest and get the receipt", "Complete", (200, "Completed"), Shows::Ticket,
        )),
        "/v1/exports/{id}/fail": export(change("failExport", "Give the run up", "Fail", (200, "ExportView"), Shows::Ticket)),
        "/v1/authorize": {"get": authorize()},
        "/v1/keys": {"get": {
            "operationId": "keys", "summary": "The keys that tickets and receipts are verified with", "security": [],
            "responses": {"200": answer("The keys.", "KeySet"), "default": refused_here()},
        }},
    })
}

/// A call that changes something.
fn change(id: &str, summary: &str, body: &str, (status, schema): (u16, &str), shows: Shows) -> Value {
    let security = match shows {
        Shows::Nothing => json!([]),
        Shows::Host => json!([{"host": []}]),
        Shows::Ticket => json!([{"host": [], "ticket": []}]),
    };
    let mut operation = json!({
        "operationId": id, "summary": summary, "security": security,
        "parameters": [parameter("Intent"), parameter("Origin")],
        "responses": {status.to_string(): answer("Granted.", schema), "default": refused_here()},
    });
    if !body.is_empty() {
        let content = json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{body}")}}});
        operation["requestBody"] = json!({"required": true, "content": content});
    }
    if id == "requestExport" {
        operation["responses"][status.to_string()]["headers"] = rate_limits();
    }
    operation
}

fn current() -> Value {
    let mut seen = answer("Where the account's export stands, and what a request would be refused with.", "Current");
    seen["headers"] = rate_limits();
    for name in ["ETag", "Preference-Applied"] {
        seen["headers"][name] = json!({"$ref": format!("#/components/headers/{name}")});
    }
    let unchanged = json!({"description": "Nothing has changed.", "headers": seen["headers"].clone()});
    json!({
        "operationId": "currentExport", "summary": "Look where things stand, or wait until they differ",
        "security": [{"host": []}], "parameters": [parameter("IfNoneMatch"), parameter("Prefer")],
        "responses": {"200": seen, "304": unchanged, "default": refused_here()},
    })
}

fn authorize() -> Value {
    let names = ["X-Carryall-Account", "X-Carryall-Subject", "X-Carryall-Export", "X-Carryall-Epoch", "X-Carryall-Categories"];
    let headers: Map<String, Value> =
        names.into_iter().map(|name| (name.to_owned(), json!({"schema": {"type": "string"}}))).collect();
    json!({
        "operationId": "authorize", "summary": "For reverse proxies: whether a request may pass to the host's bulk routes",
        "security": [{"host": [], "ticket": []}],
        "parameters": [{
            "name": "proxy", "in": "query", "schema": {"type": "string", "enum": ["nginx"]},
            "description": "With nginx every refusal is 401 or 403, and its own status is in X-Carryall-Status.",
        }],
        "responses": {"204": {"description": "It may.", "headers": headers}, "default": refused_here()},
    })
}

fn answer(description: &str, schema: &str) -> Value {
    let schema = json!({"$ref": format!("#/components/schemas/{schema}")});
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}

fn refused() -> Value {
    json!({
        "description": "Refused (RFC 9457); the code says why, and what lasts says until when.",
        "headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

fn refused_here() -> Value {
    json!({"$ref": "#/components/responses/Refused"})
}

fn parameter(name: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

fn parameters() -> Value {
    let text = json!({"type": "string"});
    json!({
        "Export": {"name": "id", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/ExportId"}},
        "Intent": {
            "name": INTENT_HEADER, "in": "header", "required": true, "schema": {"const": "1"},
            "description": "No form of another site can send it.",
        },
        "Origin": {
            "name": "Origin", "in": "header", "required": true, "schema": text,
            "description": "A page that the configuration allows; browsers send it by themselves.",
        },
        "IfNoneMatch": {
            "name": "If-None-Match", "in": "header", "schema": text, "description": "The ETag of what is known.",
        },
        "Prefer": {
            "name": "Prefer", "in": "header", "schema": text, "example": "wait=15",
            "description": "With If-None-Match: wait so many seconds for a change, 15 at most (RFC 7240).",
        },
    })
}

fn headers() -> Value {
    let text = json!({"type": "string"});
    json!({
        "ETag": {"schema": text, "description": "Of everything but `now`."},
        "Preference-Applied": {"schema": text, "description": "`wait=N`, where it was waited; else it was answered at once."},
        "Retry-After": {"schema": {"type": "integer", "minimum": 0}, "description": "Seconds; as `retry_at` in the problem."},
        "RateLimit-Policy": {"schema": text, "example": "\"exports\";q=1;w=86400, \"shield\";q=60;w=30"},
        "RateLimit": {"schema": text, "example": "\"exports\";r=0;t=3600, \"shield\";r=59;t=1"},
    })
}

fn rate_limits() -> Value {
    let header = |name| json!({"$ref": format!("#/components/headers/{name}")});
    json!({"RateLimit-Policy": header("RateLimit-Policy"), "RateLimit": header("RateLimit")})
}

/// A JWK Set (RFC 7517, section 5) of Ed25519 keys (RFC 8037).
fn key_set() -> Value {
    let text = json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"});
    let key = json!({
        "type": "object",
        "required": ["kty", "crv", "x", "alg", "use", "kid"],
        "properties": {
            "kty": {"const": "OKP"}, "crv": {"const": "Ed25519"}, "alg": {"const": "EdDSA"}, "use": {"const": "sig"},
            "x": text, "kid": text,
        },
    });
    json!({
        "type": "object", "required": ["keys"], "properties": {"keys": {"type": "array", "minItems": 1, "items": key}},
        "description": "A JWK Set (RFC 7517): every key that a ticket or a receipt may still be signed with.",
    })
}
