//! Bodies cut into records: where they stand, what is none, what is noticed on the way.

use super::*;

fn at(pointer: &str) -> Records {
    Records::at(RecordsAt::Pointer(Pointer::new(pointer).unwrap()))
}

fn single(pointer: &str) -> Records {
    Records::at(RecordsAt::Single(Pointer::new(pointer).unwrap()))
}

fn entries(pointer: &str) -> Records {
    Records::at(RecordsAt::Entries(Pointer::new(pointer).unwrap()))
}

fn texts(body: &str, records: &Records) -> Result<Vec<String>, PageError> {
    let mut arena = String::new();
    let slices = slice(body.as_bytes(), records, &[], &mut arena)?;
    Ok(slices.records.iter().map(|record| record.text().to_owned()).collect())
}

#[test]
fn records_keep_their_exact_text() {
    let body = r#"{"meta":{"limit":2,"total":7},"calls":[{"id":9223372036854775809,"cost":12.50}, "x"]}"#;
    let total = Pointer::new("/meta/total").unwrap();
    let mut arena = String::new();
    let page = slice(body.as_bytes(), &at("/calls"), &[&total], &mut arena).unwrap();
    assert_eq!(page.found, [Some("7")]);
    assert_eq!(page.records[0].text(), r#"{"id":9223372036854775809,"cost":12.50}"#);
    assert_eq!(page.records[1].text(), r#""x""#);
}

#[test]
fn records_and_other_places_may_share_their_way() {
    let body = r#"{"data":{"items":[1],"info":{"end":"c","more":true}},"errors":[ 1 ]}"#;
    let others =
        ["/data/info", "/data/info/more", "/errors", "/data", "/none", "/data/items/0"].map(|p| Pointer::new(p).unwrap());
    let mut arena = String::new();
    let page = slice(body.as_bytes(), &at("/data/items"), &others.each_ref(), &mut arena).unwrap();
    assert_eq!(page.records.len(), 1);
    let data = r#"{"items":[1],"info":{"end":"c","more":true}}"#;
    let info = r#"{"end":"c","more":true}"#;
    assert_eq!(page.found, [Some(info), Some("true"), Some("[ 1 ]"), Some(data), None, Some("1")]);
}

#[test]
fn entries_become_records_but_for_secrets() {
    let body = r#"{"notes":{"12":"hi","a\"b":{"token":1},"password":"x","mfa_token":null}}"#;
    let mut arena = String::new();
    let page = slice(body.as_bytes(), &entries("/notes"), &[], &mut arena).unwrap();
    let found: Vec<_> = page.records.iter().map(|record| (record.text(), record.is_plain())).collect();
    let plain = r#"{"key":"12","value":"hi"}"#;
    assert_eq!(found[..2], [(plain, true), (r#"{"key":"a\"b","value":{"token":1}}"#, false)]);
    assert_eq!(page.secret_entries, ["password"]);
    assert_eq!(found[2].0, r#"{"key":"mfa_token","value":null}"#);
    assert_eq!(texts("{}", &entries("/notes")), Err(PageError::RecordsMissing));
    assert_eq!(texts(r#"{"notes":[]}"#, &entries("/notes")), Err(PageError::RecordsNotArray));
}

#[test]
fn a_record_with_a_name_that_may_be_a_secrets_is_not_plain() {
    let body =
        r#"[{"id":1,"a":"token"},{"Api-Key":1},{"toke_n":1},{"passwor\u0064":1},{"a":[{"b":{"token":1}}]},{"te\u0078t":1}]"#;
    let mut arena = String::new();
    let page = slice(body.as_bytes(), &at(""), &[], &mut arena).unwrap();
    let plain: Vec<_> = page.records.iter().map(Record::is_plain).collect();
    // Nobody knows what an escape says before it is read.
    assert_eq!(plain, [true, false, false, false, false, false]);
}

#[test]
fn what_may_be_absent_is_an_empty_page() {
    for records in [at("/data"), single("/data"), entries("/data")] {
        let records = Records { may_be_absent: true, ..records };
        assert_eq!(texts("{}", &records).unwrap(), [""; 0]);
        assert_eq!(texts(r#"{"data":null}"#, &records).unwrap(), [""; 0]);
    }
    let records = Records { may_be_absent: true, ..at("/data") };
    assert_eq!(texts(r#"{"data":"x"}"#, &records), Err(PageError::RecordsNotArray));
}

#[test]
fn a_record_may_be_a_part_of_its_element() {
    let records = Records { each: Some(Pointer::new("/node").unwrap()), ..at("/edges") };
    let mut arena = String::new();
    let body = r#"{"edges":[{"node":{"id":1}},{"node":null},{"cursor":"x"}]}"#;
    let page = slice(body.as_bytes(), &records, &[], &mut arena).unwrap();
    assert_eq!((page.records[0].text(), page.records.len(), page.hollow), (r#"{"id":1}"#, 1, 2));
}

#[test]
fn a_way_may_lead_through_an_array() {
    assert_eq!(texts(r#"[{"x":[1]},{"calls":[2]}]"#, &at("/1/calls")).unwrap(), ["2"]);
    assert_eq!(texts(r#"[{"calls":[2]}]"#, &at("/1/calls")), Err(PageError::RecordsMissing));
}

#[test]
fn a_whole_answer_may_be_the_array_or_the_record() {
    assert_eq!(texts("[1,2]", &at("")).unwrap(), ["1", "2"]);
    assert_eq!(texts(r#"{"user":{"id":1}}"#, &single("/user")).unwrap(), [r#"{"id":1}"#]);
}

#[test]
fn what_is_no_page_is_named() {
    let calls = at("/calls");
    assert_eq!(texts("<!doctype html>", &calls), Err(PageError::NotJson));
    assert_eq!(texts(r#"{"calls":[{"a":1}"#, &calls), Err(PageError::NotJson));
    assert_eq!(texts(r#"{"calls":[1]} x"#, &calls), Err(PageError::NotJson));
    assert_eq!(texts(r#"{"meta":{}}"#, &calls), Err(PageError::RecordsMissing));
    assert_eq!(texts(r#"{"calls":{"a":1}}"#, &calls), Err(PageError::RecordsNotArray));
    assert_eq!(texts(r#"{"calls":null}"#, &calls), Err(PageError::RecordsNotArray));
    assert_eq!(texts("7", &calls), Err(PageError::RecordsMissing));
    assert_eq!(slice(b"{\"calls\":[\"\xff\"]}", &calls, &[], &mut String::new()).map(|_| ()), Err(PageError::NotUtf8));
    assert_eq!(
        slice("{\"calls\":[\"ü".as_bytes().split_last().unwrap().1, &calls, &[], &mut String::new()).map(|_| ()),
        Err(PageError::NotJson)
    );
}

#[test]
fn a_page_of_too_many_records_is_refused() {
    let many = format!("{{\"calls\":[1{}]}}", ",1".repeat(PAGE_RECORDS));
    assert_eq!(texts(&many, &at("/calls")), Err(PageError::TooManyRecords));
}

#[test]
fn nesting_without_end_is_an_error_and_no_crash() {
    let deep = format!("{{\"calls\":[{}", "[".repeat(200_000));
    assert_eq!(texts(&deep, &at("/calls")), Err(PageError::NotJson));
}
