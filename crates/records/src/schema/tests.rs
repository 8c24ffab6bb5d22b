use super::*;
use serde_json::{Value, json};

fn inferred<'r>(records: impl IntoIterator<Item = &'r str>) -> Value {
    let mut schema = Inference::default();
    records.into_iter().for_each(|record| schema.see(record));
    serde_json::from_str(&schema.text()).unwrap()
}

#[test]
fn types_members_and_what_every_record_has() {
    let found = inferred([
        r#"{"id":1,"name":"Zoë","at":{"x":1},"tags":["a",{"b":true}],"n":1}"#,
        r#"{"id":2,"name":null,"at":{"x":1.5,"y":[]},"n":"2"}"#,
    ]);
    let expected = json!({
        "$comment": "inferred from 2 of 2 records",
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "name": {"type": ["null", "string"]},
            "at": {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "array"}}, "required": ["x"]},
            "tags": {
                "type": "array",
                "items": {"type": ["string", "object"], "properties": {"b": {"type": "boolean"}}, "required": ["b"]}
            },
            "n": {"type": ["integer", "string"]}
        },
        "required": ["id", "name", "at", "n"]
    });
    assert_eq!(found, expected);
}

#[test]
fn a_member_that_stands_twice_in_one_object_is_not_required_of_others() {
    let found = inferred([r#"{"a":1,"\u0061":2}"#, r#"{"b":1}"#]);
    assert_eq!(found["required"], Value::Null);
    assert_eq!(found["properties"].as_object().unwrap().len(), 2);
}

#[test]
fn names_that_look_like_ids_are_told_by_nobody() {
    for name in ["123456", "zoe@app.example", "Zoë Smith", "0b4aa45e260a6254e286a97608a4f157"] {
        let record = json!({"by": {"a": {"x": 1}, name: {"y": "2"}, "b": 3}}).to_string();
        let found = inferred([record.as_str()]);
        assert!(!found.to_string().contains(name), "{found}");
        let each = &found["properties"]["by"]["additionalProperties"];
        assert_eq!(each["type"], json!(["integer", "object"]), "{found}");
        assert_eq!(each["properties"], json!({"x": {"type": "integer"}, "y": {"type": "string"}}), "{found}");
        assert_eq!(each["required"], Value::Null, "{found}");
    }
}

#[test]
fn very_many_names_are_a_map_and_a_schema_is_bounded() {
    let many = |names: usize| {
        let members = (0..names).map(|at| (format!("n{at}"), json!({"x": at})));
        Value::Object(members.collect()).to_string()
    };
    let found = inferred([many(201).as_str()]);
    assert_eq!(found["additionalProperties"]["required"], json!(["x"]));
    assert_eq!(found["properties"], Value::Null);
    let wide: Value =
        (0..100).map(|at| (format!("w{at}"), many(150).parse::<Value>().unwrap())).collect::<serde_json::Map<_, _>>().into();
    let found = inferred([wide.to_string().as_str()]);
    assert!(found.to_string().len() < 100_000, "{}", found.to_string().len());
    let deep = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
    assert!(inferred([deep.as_str()]).to_string().len() < 500);
}

#[test]
fn of_very_many_records_a_sample_is_looked_at_and_nothing_is_required() {
    let records = (0..10_000).map(|_| r#"{"id":1}"#);
    let found = inferred(records);
    assert_eq!(found["$comment"], "inferred from 1141 of 10000 records");
    assert_eq!((&found["required"], &found["properties"]["id"]["type"]), (&Value::Null, &json!("integer")));
}

#[test]
fn no_value_comes_into_a_schema() {
    let found = inferred([r#"{"a":"SECRET-1","b":[{"c":"SECRET-2"}],"d":{"555123456":"SECRET-3"}}"#]);
    assert!(!found.to_string().contains("SECRET") && !found.to_string().contains("555"), "{found}");
}
