//! Rules that a schema can say and a type cannot: ranges, names, what excludes what. The core's table says the same.

use serde_json::{Value, json};

use crate::catalog::{CATALOG_VERSION, KEPT_HEADERS};

const HEADER_NAME: &str = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";
const PATH: &str = r"^/([^/?#\\\s][^?#\\\s]*)?$";

const ORIGIN: &str = r"^(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]+)?$";

/// Adds them.
pub(super) fn add(schema: &mut Value) {
    merge(schema, &catalog());
    for (name, rules) in definitions() {
        merge(&mut schema["$defs"][name], &rules);
    }
}

fn catalog() -> Value {
    let link = json!({"pattern": "^(https://|mailto:)"});
    json!({
        "properties": {
            "catalog_version": {"const": CATALOG_VERSION},
            "base_url": {"pattern": r"^(/|(/|https://)[^?#\\\s]*[^/?#\\\s])$"},
            "max_concurrency": range(1, 40),
            "categories": {"minItems": 1},
        },
        "$defs": {
            "Links": {"properties": {
                "formal_request": link, "privacy_policy": link, "deletion": link, "account_deletion": link, "correction": link,
                "complaint": link,
            }},
        },
    })
}

fn definitions() -> Vec<(&'static str, Value)> {
    let inside = || json!({"pattern": "^/"});
    let some = || json!({"minLength": 1});
    let either = || json!({"oneOf": [{"required": ["equals"]}, {"required": ["not_equals"]}]});
    let above_0 = || json!({"minimum": 1});
    vec![
        ("Category", json!({"properties": {"streams": {"minItems": 1}}})),
        ("HostRate", json!({"properties": {"requests": range(1, 10_000), "seconds": range(1, 86_400)}})),
        (
            "Rate",
            json!({
                "properties": {"requests": range(1, 10_000), "seconds": range(1, 86_400), "max_concurrency": range(1, 40)},
                "dependentRequired": {"requests": ["seconds"], "seconds": ["requests"]},
            }),
        ),
        (
            "Retry",
            json!({"properties": {"max_attempts": range(1, 100), "max_wait": range(1, 86_400), "patience": range(0, 86_400)}}),
        ),
        ("Stream", stream()),
        ("Request", request()),
        (
            "PaginatorFields",
            json!({"properties": {
                "page_size": range(1, 10_000), "window": above_0(), "result_cap": above_0(), "max_pages": above_0(),
                "ceiling": above_0(), "rel": some(), "param": some(), "page_size_param": some(), "from_param": some(),
                "to_param": some(), "token_header": {"pattern": HEADER_NAME}, "total_header": {"pattern": HEADER_NAME},
                "path_prefix": {"pattern": r"^/([^/?#\\\s{}][^?#\\\s{}]*)?$"},
            }}),
        ),
        ("UpperBound", json!({"properties": {"param": some()}})),
        ("ForEach", json!({"properties": {"as": {"pattern": "^[A-Za-z0-9_-]{1,48}$", "not": {"const": "account"}}}})),
        ("Condition", either()),
        ("Exclusion", either()),
        ("DateRange", json!({"properties": {"field": inside(), "since_param": some(), "until_param": some()}})),
        ("Include", json!({"properties": {"by": inside(), "as": some()}})),
        ("LinkExpansion", json!({"properties": {"text": inside()}})),
        ("TimeFormat", json!({"properties": {"pointer": inside()}})),
        (
            "Derivation",
            json!({
                "properties": {"to": inside(), "text": {"pattern": r"^([^{}]|\{(/([^{}~/]|~[01])*)+\})*$"}},
                "oneOf": [{"required": ["from"]}, {"required": ["text"]}],
            }),
        ),
        ("Group", json!({"properties": {"by": inside(), "key": some(), "as": some(), "wrap": some()}})),
        ("MediaOptions", json!({"properties": {"max_concurrency": range(1, 8), "origins": {"items": {"pattern": ORIGIN}}}})),
        ("MediaLimit", json!({"properties": {"max_file_bytes": above_0(), "max_total_bytes": above_0()}})),
        ("ResponseRule", json!({"properties": {"status": range(100, 599)}, "dependentRequired": {"equals": ["body_pointer"]}})),
    ]
}

fn stream() -> Value {
    let places = json!({"items": {"pattern": "^/"}});
    let windows =
        json!({"properties": {"paginator": {"properties": {"type": {"const": "time_window"}}}}, "required": ["paginator"]});
    json!({
        "properties": {
            "document_key": {"minLength": 1},
            "keep_fields": places,
            "remove_fields": places,
            "readmit_fields": places,
            "rename_fields": {"propertyNames": {"pattern": "^/"}, "additionalProperties": {"minLength": 1}},
            "add_fields": {"propertyNames": {"minLength": 1}},
            "wrap": {"minLength": 1},
        },
        "not": {
            "required": ["keep_fields", "remove_fields"],
            "properties": {"keep_fields": {"minItems": 1}, "remove_fields": {"minItems": 1}},
        },
        "if": windows,
        "then": {"required": ["primary_key"]},
    })
}

fn request() -> Value {
    json!({
        "properties": {
            "path": {"pattern": PATH},
            "query": {"propertyNames": {"minLength": 1}},
            "headers": {
                "propertyNames": {"pattern": HEADER_NAME, "not": {"pattern": kept_headers()}},
                "additionalProperties": {"pattern": r"^[^\u0000-\u001f\u007f]*$"},
            },
        },
        "if": {"properties": {"method": {"const": "POST"}}, "required": ["method"]},
        "then": {"properties": {"safe": {"const": true}}, "required": ["safe"]},
        "else": {"not": {"required": ["body"]}},
    })
}

fn range(from: u32, to: u32) -> Value {
    json!({"minimum": from, "maximum": to})
}

/// A pattern of headers that a catalog may not send; patterns of schemas cannot ignore case, so each letter stands for both.
fn kept_headers() -> String {
    let pattern = |kept: &str| -> String {
        let (stem, rest) = kept.strip_suffix('*').map_or((kept, "$"), |stem| (stem, ""));
        let letters = stem.chars().map(|c| match c {
            '-' => "-".to_owned(),
            letter => format!("[{}{letter}]", letter.to_ascii_uppercase()),
        });
        letters.chain([rest.to_owned()]).collect()
    };
    let all: Vec<String> = KEPT_HEADERS.split_ascii_whitespace().map(pattern).collect();
    format!("^({})", all.join("|"))
}

/// Adds members to what is there, object by object.
fn merge(target: &mut Value, more: &Value) {
    match (target.as_object_mut(), more.as_object()) {
        (Some(members), Some(more)) => {
            for (name, value) in more {
                merge(members.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        _ => *target = more.clone(),
    }
}
