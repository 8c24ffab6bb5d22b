use super::*;
use std::io::Read;

/// A table of records, without its byte order mark.
fn table(records: &[&str]) -> (String, Counts<String>) {
    let mut table = Table::default();
    records.iter().for_each(|record| table.push(record));
    let data = table.end().deflated.to_vec();
    let mut text = String::new();
    flate2::read::DeflateDecoder::new(data.as_slice()).read_to_string(&mut text).unwrap();
    (text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text).to_owned(), table.take_guarded())
}

#[test]
fn leaves_are_columns_and_what_has_none_is_a_member_of_the_last() {
    let first = r#"{"id":9223372036854775808,"user":{"name":"Zoë","a/b~":{"c":{"d":{"e":1}}}},"tags":[1, "x"],"none":null,"yes":true,"{}":{}}"#;
    let mut records = vec![first; 1000];
    records.push(r#"{"new":{"x":1},"id":2,"user":"gone","id":3,"_more":[]}"#);
    let (text, _) = table(&records);
    let mut rows = text.split("\r\n");
    assert_eq!(rows.next(), Some("id,user/name,user/a~1b~0/c/d,tags,none,yes,{},_more"));
    assert_eq!(rows.next(), Some(r#"9223372036854775808,Zoë,"{""e"":1}","[1, ""x""]",,true,"{}","#));
    assert_eq!(rows.nth(999), Some(r#"2,,,,,,,"{""new/x"":1,""user"":""gone"",""id"":3,""_more"":[]}""#));
}

#[test]
fn records_that_are_no_objects_have_one_column() {
    assert_eq!(table(&["1", "\"a\"", "[]", "{}"]).0, "value,_more\r\n1,\r\na,\r\n\"[]\",\r\n\"{}\",\r\n");
}

#[test]
fn columns_are_bounded_and_nothing_is_lost() {
    let members = (0..600).map(|at| format!("\"c{at}\":{at}"));
    let record = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    let (text, _) = table(&[&record]);
    let (header, row) = text.split_once("\r\n").unwrap();
    assert_eq!(header.split(',').count(), 501);
    let more = row.trim_end().splitn(501, ',').last().unwrap();
    let more: serde_json::Value = serde_json::from_str(&more.trim_matches('"').replace("\"\"", "\"")).unwrap();
    assert_eq!((more.as_object().unwrap().len(), &more["c599"]), (100, &599.into()));
}

#[test]
fn no_text_is_taken_for_a_formula_and_every_guard_is_counted() {
    for (text, cell) in [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "\"'\t'=1\""),
        ("\rx", "\"'\rx\""),
        ("\nx", "\"'\nx\""),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("  =1", "\"  '=1\""),
        ("\u{a0}\u{feff}=1", "\u{a0}\u{feff}'=1"),
        ("\u{3000}＝1", "\u{3000}'＝1"),
        ("x;=1", "\"x;'=1\""),
        ("x\n- y", "\"x\n'- y\""),
        ("x\t @y", "\"x\t '@y\""),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("=HYPERLINK(\"https://a.example\",\"x\")", "\"'=HYPERLINK(\"\"https://a.example\"\",\"\"x\"\")\""),
    ] {
        let json = serde_json::json!({"a": text}).to_string();
        let (table, guarded) = table(&[&json]);
        assert_eq!(table, format!("a,_more\r\n{cell},\r\n"), "{text:?}");
        assert_eq!(guarded.get("a"), Some(&1), "{text:?}");
    }
}

#[test]
fn what_is_no_formula_stays_as_it_is() {
    for (json, cell) in [
        ("-5", "-5"),
        ("-1.50e+3", "-1.50e+3"),
        ("\"a=b\"", "a=b"),
        ("\"a, -b\"", "\"a, -b\""),
        ("\"'=1\"", "'=1"),
        ("\"\"", ""),
        ("\"\\u0000x\"", "\u{fffd}x"),
        ("[\"a; =1\",\n-5]", "\"[\"\"a; \\u003d1\"\", -5]\""),
        ("[\"a;＝\"]", "\"[\"\"a;\\uff1d\"\"]\""),
        ("\"</script>\\u2028\"", "</script>\u{2028}"),
    ] {
        let (table, guarded) = table(&[&format!("{{\"a\":{json}}}")]);
        assert_eq!(table, format!("a,_more\r\n{cell},\r\n"), "{json}");
        assert!(guarded.is_empty(), "{json}");
    }
}

#[test]
fn names_of_columns_are_guarded_too() {
    let (text, guarded) = table(&[r#"{"=1+1":1,"a\n@b":{"=2":"=3"},"__proto__":2}"#]);
    assert_eq!(text, "'=1+1,\"a\n'@b/=2\",__proto__,_more\r\n1,'=3,2,\r\n");
    assert_eq!((guarded.get("=1+1"), guarded.get("a\n@b/=2")), (Some(&1), Some(&2)));
}
