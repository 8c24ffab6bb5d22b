use super::*;

const START: Timestamp = Timestamp::from_millis(1_772_280_000_999);

fn stream(json: serde_json::Value) -> Stream {
    serde_json::from_value(json).unwrap()
}

/// Account `7`, and `call` as handed down.
fn asked(stream: &Stream, call: &str, ask: &Ask) -> Option<Request> {
    let names = ["account".to_owned(), "call".to_owned()];
    let values = ["7".into(), call.into()];
    let values = Values { names: &names, values: &values };
    request(stream, &path(stream, values)?, values, ask, &Range::default(), START)
}

#[test]
fn a_page_carries_its_window_and_the_frozen_bound() {
    let stream = stream(serde_json::json!({
        "id": "calls", "request": {"path": "/calls", "query": {"kind": "in & out", "by": "{account}"}}, "records": {"pointer": "/calls"},
        "paginator": {"type": "offset", "page_size": 100, "upper_bound": {"param": "endDate"}}
    }));
    let request = asked(&stream, "x", &Ask::Window { offset: 200, limit: 100 }).unwrap();
    assert_eq!(request.target, "/calls?by=7&kind=in%20%26%20out&endDate=2026-02-28T12%3A00%3A00Z&limit=100&offset=200");
    assert_eq!((request.method, request.body), (Method::Get, None));
}

#[test]
fn a_value_from_a_record_cannot_leave_its_segment() {
    let stream = stream(serde_json::json!({
        "id": "t", "request": {"path": "/calls/{call}/transcript"}, "records": {"single": ""},
        "for_each": {"stream": "calls", "key": "/id", "as": "call"}
    }));
    let target = |call| asked(&stream, call, &Ask::Plain).map(|request| request.target);
    assert_eq!(target("..a?b#c/d").unwrap(), "/calls/..a%3Fb%23c%2Fd/transcript");
    assert_eq!(target("{call}").unwrap(), "/calls/%7Bcall%7D/transcript");
    for key in ["", ".", "..", "../a", "a/./b", "a\\..\\b", "..;a=b", "a/..;/b"] {
        assert_eq!(target(key), None);
    }
}

#[test]
fn a_body_carries_values_and_what_is_injected() {
    let stream = stream(serde_json::json!({
        "id": "m", "records": {"pointer": "/messages"},
        "request": {"method": "POST", "safe": true, "path": "/search", "headers": {"x-context": "{account}"},
            "body": {"scope": "all", "author_id": ["{account}"], "deep": {"n": null}}},
        "paginator": {"type": "page_number", "page_size": 25, "page_size_param": "/hits_per_page", "param": "/page",
            "upper_bound": {"param": "/max_id", "format": {"snowflake": 1_420_070_400_000_u64}}}
    }));
    let request = asked(&stream, "x", &Ask::Number(3)).unwrap();
    assert_eq!(
        request.body.unwrap(),
        r#"{"author_id":["7"],"deep":{"n":null},"scope":"all","max_id":"1477274134118400000","hits_per_page":25,"page":3}"#
    );
    assert_eq!(request.target, "/search");
    assert_eq!(request.headers, [("x-context".to_owned(), "7".to_owned())]);
}

#[test]
fn a_token_goes_where_the_catalog_says() {
    let with = |paginator: serde_json::Value, path: &str| {
        stream(serde_json::json!({"id": "m", "records": {"pointer": ""}, "request": {"path": path}, "paginator": paginator}))
    };
    let token = Ask::Token("a/b".to_owned());
    let query = with(serde_json::json!({"type": "cursor", "token": "/next"}), "/m");
    assert_eq!(asked(&query, "x", &token).unwrap().target, "/m?cursor=a%2Fb");
    let header = with(serde_json::json!({"type": "cursor", "token": "/next", "param": "x-next", "inject_into": "header"}), "/m");
    assert_eq!(asked(&header, "x", &token).unwrap().headers, [("x-next".to_owned(), "a/b".to_owned())]);
    let path = with(serde_json::json!({"type": "cursor", "token": "/next", "param": "at", "inject_into": "path"}), "/m/{at}");
    assert_eq!(asked(&path, "x", &token).unwrap().target, "/m/a%2Fb");
    assert_eq!(asked(&path, "x", &Ask::Plain).unwrap().target, "/m");
    assert_eq!(asked(&path, "x", &Ask::Token("..".to_owned())), None);
}

#[test]
fn a_continuation_replaces_what_it_names() {
    let stream = stream(serde_json::json!({"id": "m", "records": {"pointer": ""},
        "request": {"path": "/w", "query": {"action": "query", "continue": ""}}, "paginator": {"type": "continue_object", "token": "/continue"}}));
    let ask = Ask::Members(vec![("rvcontinue".to_owned(), "1|2".to_owned()), ("continue".to_owned(), "||".to_owned())]);
    assert_eq!(asked(&stream, "x", &ask).unwrap().target, "/w?action=query&continue=%7C%7C&rvcontinue=1%7C2");
}
