//! The same rules on values: slow, simple, and written apart from what is tested.

use carryall_protocol::catalog::MomentFormat;
use carryall_records::moment;
use serde_json::{Map, Value};

pub(crate) fn is_secret(name: &str) -> bool {
    ["token", "api_key", "Password"].contains(&name)
}

/// A record as the archive has it.
pub(crate) fn shaped(rules: &Value, mut record: Value, users: &Value, missing: &mut u64) -> Value {
    include(rules, &mut record, users, missing);
    expand(rules, &mut record);
    redact(rules, &mut record);
    record = renamed(rules, &[], record);
    if let Value::Object(members) = &mut record {
        for (name, value) in rules["add_fields"].as_object().unwrap() {
            members.insert(name.clone(), if value == "{account}" { "me".into() } else { value.clone() });
        }
    }
    change(&mut record, &mut Vec::new(), &mut |value, way| time(rules, value, way));
    if rules["numbers_as_strings"] == true {
        change(&mut record, &mut Vec::new(), &mut |value, _| {
            if value.is_number() {
                *value = value.to_string().into();
            }
        });
    }
    for rule in rules["derive_fields"].as_array().unwrap() {
        derive(rule, &mut record, &tokens(&rule["at"]));
    }
    match rules["wrap"].as_str() {
        Some(name) => [(name.to_owned(), record)].into_iter().collect(),
        None => record,
    }
}

fn places<'r>(rules: &'r Value, name: &str) -> Vec<Vec<&'r str>> {
    rules[name].as_array().map(|list| list.iter().map(tokens).collect()).unwrap_or_default()
}

fn tokens(pointer: &Value) -> Vec<&str> {
    pointer.as_str().unwrap().split('/').skip(1).collect()
}

/// Calls this for every value, with its way; containers after what is in them.
fn change(value: &mut Value, way: &mut Vec<String>, to: &mut dyn FnMut(&mut Value, &[String])) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                way.push(name.clone());
                change(value, way, to);
                way.pop();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| change(value, way, to)),
        _ => {}
    }
    to(value, way);
}

/// The values at a place, and whether each is one of many.
fn at(value: &Value, tokens: &[&str], is_one_of_many: bool) -> Vec<(Value, bool)> {
    match (value, tokens) {
        (Value::Array(list), _) => list.iter().flat_map(|value| at(value, tokens, true)).collect(),
        (value, []) => vec![(value.clone(), is_one_of_many)],
        (value, [first, rest @ ..]) => value.get(first).map(|value| at(value, rest, is_one_of_many)).unwrap_or_default(),
    }
}

fn key(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.is_number().then(|| value.to_string()))
}

fn include(rules: &Value, record: &mut Value, users: &Value, missing: &mut u64) {
    let before = record.clone();
    let Value::Object(members) = record else { return };
    let mut put = Map::new();
    for rule in rules["include"].as_array().unwrap() {
        let mut list = None;
        let mut one = None;
        for (by, is_one_of_many) in at(&before, &tokens(&rule["by"]), false) {
            let Some(by) = key(&by) else { continue };
            let user = users.as_array().unwrap().iter().find(|user| user.get("id").and_then(key).as_ref() == Some(&by));
            *missing += u64::from(user.is_none());
            if is_one_of_many {
                list.get_or_insert_with(Vec::new).extend(user.cloned());
            } else {
                one = user.cloned();
            }
        }
        if let Some(value) = list.map(Value::from).or(one) {
            put.entry(rule["as"].as_str().unwrap()).or_insert(value);
        }
    }
    members.extend(put);
}

fn expand(rules: &Value, record: &mut Value) {
    let before = record.clone();
    let rules = rules["expand_links"].as_array().unwrap();
    let links = |way: &[String]| {
        let rules = rules.iter().filter(|rule| tokens(&rule["text"]) == way);
        let public = rules.filter(|rule| !tokens(&rule["from"]).into_iter().chain(tokens(&rule["full"])).any(is_secret));
        let objects = public.flat_map(|rule| {
            let from = at(&before, &tokens(&rule["from"]), false);
            from.into_iter().filter_map(|(object, _)| {
                Some((object.get("text")?.as_str()?.to_owned(), object.pointer(rule["full"].as_str()?)?.as_str()?.to_owned()))
            })
        });
        let mut links: Vec<_> = objects.filter(|(short, _)| !short.is_empty()).collect();
        links.sort_by_key(|(short, _)| std::cmp::Reverse(short.len()));
        links
    };
    change(record, &mut Vec::new(), &mut |value, way| {
        let Value::String(text) = value else { return };
        let links = links(way);
        let mut expanded = String::new();
        let mut rest = text.as_str();
        while let Some(character) = rest.chars().next() {
            match links.iter().find(|(short, _)| rest.starts_with(short.as_str())) {
                Some((short, full)) => {
                    expanded.push_str(full);
                    rest = &rest[short.len()..];
                }
                None => {
                    expanded.push(character);
                    rest = &rest[character.len_utf8()..];
                }
            }
        }
        *text = expanded;
    });
}

fn redact(rules: &Value, record: &mut Value) {
    let (kept, removed, readmitted) =
        (places(rules, "keep_fields"), places(rules, "remove_fields"), places(rules, "readmit_fields"));
    let is_kept = |way: &[String], value: &Value| {
        kept.is_empty()
            || kept.iter().any(|place| way.len() >= place.len() && place.iter().zip(way).all(|(token, name)| token == name))
            || (value.is_object() || value.is_array())
                && kept.iter().any(|place| way.len() < place.len() && place.iter().zip(way).all(|(token, name)| token == name))
    };
    change(record, &mut Vec::new(), &mut |value, way| match value {
        Value::Object(members) => members.retain(|name, value| {
            let way: Vec<_> = way.iter().chain([name]).cloned().collect();
            is_kept(&way, value)
                && !removed.iter().any(|place| *place == way)
                && (!is_secret(name) || readmitted.iter().any(|place| *place == way))
        }),
        Value::Array(list) => list.retain(|value| is_kept(way, value)),
        scalar if way.is_empty() && !is_kept(way, scalar) => *scalar = Value::Null,
        _ => {}
    });
}

fn renamed(rules: &Value, way: &[String], value: Value) -> Value {
    let members = match value {
        Value::Array(list) => return list.into_iter().map(|value| renamed(rules, way, value)).collect(),
        Value::Object(members) => members,
        scalar => return scalar,
    };
    let mut names: Vec<String> = members.keys().cloned().collect();
    let mut with_names = Map::new();
    for (name, value) in members {
        let way: Vec<_> = way.iter().chain([&name]).cloned().collect();
        let new = rules["rename_fields"].as_object().unwrap().get(&format!("/{}", way.join("/")));
        let new = new.and_then(Value::as_str).filter(|new| !names.contains(&(*new).to_owned()));
        names.extend(new.map(str::to_owned));
        with_names.insert(new.map_or(name, str::to_owned), renamed(rules, &way, value));
    }
    with_names.into()
}

/// Goes on to every object of a rule.
fn derive(rule: &Value, value: &mut Value, way: &[&str]) {
    match (value, way) {
        (Value::Array(list), _) => list.iter_mut().for_each(|value| derive(rule, value, way)),
        (Value::Object(members), [first, rest @ ..]) => {
            if let Some(value) = members.get_mut(*first) {
                derive(rule, value, rest);
            }
        }
        (Value::Object(members), []) => {
            if let Some(value) = source(rule, &Value::Object(members.clone())) {
                put(members, &tokens(&rule["to"]), value);
            }
        }
        _ => {}
    }
}

fn source(rule: &Value, object: &Value) -> Option<Value> {
    if let Some(from) = rule["from"].as_str() {
        return object.pointer(from).cloned();
    }
    if let Some(list) = rule["from"].as_array() {
        return Some(list.iter().flat_map(|from| at(object, &tokens(from), false)).map(|(value, _)| value).collect());
    }
    let (before, rest) = rule["text"].as_str().unwrap().split_once('{').unwrap();
    let (place, after) = rest.split_once('}').unwrap();
    Some(format!("{before}{}{after}", key(object.pointer(place)?)?).into())
}

fn put(members: &mut Map<String, Value>, to: &[&str], value: Value) {
    match to {
        [name] => drop(members.entry(*name).or_insert(value)),
        [name, rest @ ..] => {
            if let Value::Object(inside) = members.entry(*name).or_insert(Map::new().into()) {
                put(inside, rest, value);
            }
        }
        [] => {}
    }
}

fn time(rules: &Value, value: &mut Value, way: &[String]) {
    for rule in rules["time_formats"].as_array().unwrap().iter().filter(|rule| tokens(&rule["pointer"]) == way) {
        let format = |name: &str| serde_json::from_value::<MomentFormat>(rule[name].clone()).unwrap();
        if let Some(moment) = moment::read(&value.to_string(), format("from")) {
            let text = moment::write(moment, format("to"));
            let stays_number = value.is_number() && matches!(format("to"), MomentFormat::Unix | MomentFormat::UnixMillis);
            *value = if stays_number { serde_json::from_str(&text).unwrap() } else { text.into() };
            return;
        }
    }
}
