use super::*;
use crate::limits::{PART_DEFLATED_BYTES, PART_JSON_BYTES};
use crate::page::slice;
use crate::redact::{Redactor, RemovedFields};
use carryall_protocol::catalog::{Records, RecordsAt};
use carryall_protocol::pointer::Pointer;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::Read;

fn inflate(data: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::DeflateDecoder::new(data).read_to_string(&mut text).unwrap();
    text
}

fn text(part: &Part) -> String {
    inflate(&part.segment.deflated.to_vec())
}

fn stream(more: serde_json::Value) -> Stream {
    let mut stream = json!({"id": "call-logs", "request": {"path": "/s"}, "records": {"pointer": ""}});
    stream.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(stream).unwrap()
}

fn outputs(layout: LayoutChoice, format: FormatChoice) -> Outputs {
    Outputs::of(&stream(json!({})), layout, format)
}

fn push(outputs: &mut Outputs, record: &str, key: Option<&str>) -> Vec<Part> {
    let page = format!("[{record}]");
    let mut arena = String::new();
    let records = Records::at(RecordsAt::Pointer(Pointer::default()));
    let slices = slice(page.as_bytes(), &records, &[], &mut arena).unwrap();
    outputs.push(&Redactor::default().redact(slices.records[0], &mut RemovedFields::new()).unwrap(), key)
}

fn parts(mut outputs: Outputs, records: &[String]) -> Vec<Part> {
    let mut parts: Vec<Part> = records.iter().flat_map(|record| push(&mut outputs, record, None)).collect();
    parts.extend(outputs.finish());
    parts
}

/// Records that do not compress, and fill a part each hundred.
fn noise(count: usize) -> Vec<String> {
    let mut state = 1u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{state:016x}")
    };
    (0..count).map(|_| format!("{{\"a\":\"{}\"}}", (0..4096).map(|_| noise()).collect::<String>())).collect()
}

fn assert_sums(part: &Part) {
    let text = text(part);
    assert_eq!(part.segment.crc32, crc32fast::hash(text.as_bytes()));
    assert_eq!(part.segment.sha256, Some(Sha256::digest(text.as_bytes()).into()));
    assert_eq!(part.segment.bytes, text.len() as u64);
}

#[test]
fn an_array_has_a_record_a_line_and_its_true_checksums() {
    let parts = parts(outputs(LayoutChoice::Files, FormatChoice::Json), &["1".into(), "{\"a\":12.50}".into()]);
    assert_eq!(text(&parts[0]), "[\n1,\n{\"a\":12.50}\n]\n");
    assert_sums(&parts[0]);
    assert_eq!((parts.len(), parts[0].records, parts[0].elements), (1, 2, 2));
}

#[test]
fn lines_hold_a_record_each_whatever_line_breaks_stood_between_its_tokens() {
    let records = ["{\r\n \"a\": 1,\n\"b\":\t\"\\n\"}".to_owned(), "2".to_owned()];
    let parts = parts(outputs(LayoutChoice::Files, FormatChoice::Ndjson), &records);
    assert_eq!(text(&parts[0]), "{ \"a\": 1,\"b\":\t\"\\n\"}\n2\n");
    assert_sums(&parts[0]);
}

#[test]
fn a_script_names_the_array_that_stands_beside_it() {
    let parts = parts(outputs(LayoutChoice::X, FormatChoice::Json), &["1".into(), "{\"</script>\":\"\u{2028}\"}".into()]);
    let [array, script] = &parts[..] else { panic!("{} parts", parts.len()) };
    assert_eq!((array.kind, script.kind), (Kind::Array, Kind::Script));
    assert_eq!(text(array), "[\n1,\n{\"</script>\":\"\u{2028}\"}\n]\n");
    assert_eq!(text(script), format!("window.YTD.call_logs.part0 = {}", text(array)));
    parts.iter().for_each(assert_sums);
}

#[test]
fn scripts_and_tables_hold_the_records_of_the_array_with_the_same_number() {
    let records = noise(300);
    for (layout, format, kind) in
        [(LayoutChoice::X, FormatChoice::Json, Kind::Script), (LayoutChoice::Files, FormatChoice::Csv, Kind::Table)]
    {
        let parts = parts(outputs(layout, format), &records);
        assert!(parts.len() >= 4, "{} parts", parts.len());
        for (at, pair) in parts.chunks(2).enumerate() {
            pair.iter().for_each(assert_sums);
            assert_eq!((pair[0].kind, pair[1].kind), (Kind::Array, kind));
            assert_eq!((pair[0].number as usize, pair[1].number as usize), (at + 1, at + 1));
            let array: Vec<serde_json::Value> = serde_json::from_str(&text(&pair[0])).unwrap();
            assert_eq!(array.len() as u64, pair[0].elements);
            let other = text(&pair[1]);
            if kind == Kind::Script {
                assert_eq!(other, format!("window.YTD.call_logs.part{at} = {}", text(&pair[0])));
            } else {
                let rows = array.iter().map(|record| format!("{},\r\n", record["a"].as_str().unwrap()));
                assert_eq!(other, format!("\u{feff}a,_more\r\n{}", rows.collect::<String>()));
            }
        }
    }
}

#[test]
fn an_empty_stream_is_an_empty_file_and_no_piece() {
    let empty = |layout, format| {
        let texts = parts(outputs(layout, format), &[]);
        texts.iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(empty(LayoutChoice::Files, FormatChoice::Json), ["[]\n"]);
    assert_eq!(empty(LayoutChoice::Files, FormatChoice::Ndjson), [""]);
    assert_eq!(empty(LayoutChoice::Files, FormatChoice::Csv), ["[]\n", ""]);
    assert_eq!(empty(LayoutChoice::X, FormatChoice::Json), ["[]\n", "window.YTD.call_logs.part0 = []\n"]);
    assert!(empty(LayoutChoice::Document, FormatChoice::Json).is_empty());
}

#[test]
fn pieces_join_into_one_text_and_one_checksum() {
    let records: Vec<String> = (0..400).map(|i| format!("\"{}\"", format!("{i} ").repeat(20_000))).collect();
    let pieces = parts(outputs(LayoutChoice::Document, FormatChoice::Json), &records);
    assert!(pieces.len() > 1, "{} pieces", pieces.len());
    let mut crc = crc32fast::Hasher::new();
    let mut data = Vec::new();
    for piece in &pieces {
        crc.combine(&crc32fast::Hasher::new_with_initial_len(piece.segment.crc32, piece.segment.bytes));
        data.extend_from_slice(&piece.segment.deflated.to_vec());
    }
    data.extend_from_slice(&[0x03, 0x00]);
    let text = inflate(&data);
    assert_eq!(text, records.join(",\n"));
    assert_eq!(crc.finalize(), crc32fast::hash(text.as_bytes()));
}

#[test]
fn a_part_of_what_does_not_compress_stays_under_its_bound() {
    for format in [FormatChoice::Json, FormatChoice::Csv] {
        let parts = parts(outputs(LayoutChoice::Files, format), &noise(300));
        assert!(parts.len() > 1);
        for part in parts {
            assert!(part.segment.deflated.len() < PART_DEFLATED_BYTES + 2 * CHUNK_BYTES, "{}", part.segment.deflated.len());
            assert!(part.segment.bytes < PART_JSON_BYTES + (80 << 10));
        }
    }
}

#[test]
fn records_of_one_key_are_one_element_in_the_order_of_first_appearance() {
    let group = json!({"group": {"by": "/c", "key": "id", "as": "messages", "wrap": "talk"}, "numbers_as_strings": true});
    let mut outputs = Outputs::of(&stream(group), LayoutChoice::Files, FormatChoice::Json);
    let keys = [Some("9223372036854775808"), Some("\"a\\\"\""), None, Some("9223372036854775808"), Some("[1]")];
    for (at, key) in keys.into_iter().enumerate() {
        assert!(push(&mut outputs, &at.to_string(), key).is_empty());
    }
    let parts = outputs.finish();
    assert_eq!((parts[0].records, parts[0].elements), (5, 3));
    let expected = [
        r#"{"talk":{"id":"9223372036854775808","messages":[0,3]}}"#,
        r#"{"talk":{"id":"a\"","messages":[1]}}"#,
        r#"{"talk":{"id":null,"messages":[2,4]}}"#,
    ];
    assert_eq!(text(&parts[0]), format!("[\n{}\n]\n", expected.join(",\n")));
}

#[test]
fn what_is_gathered_is_bounded_and_ends_at_the_same_records_always() {
    let group = json!({"group": {"by": "/c", "key": "id", "as": "messages"}});
    let mut outputs = Outputs::of(&stream(group), LayoutChoice::Files, FormatChoice::Ndjson);
    let record = format!("\"{}\"", "x".repeat(1000));
    let mut parts = Vec::new();
    for at in 0..9000u32 {
        parts.extend(push(&mut outputs, &record, Some(&(at % 2).to_string())));
        let gathered = outputs.gathering.as_ref().unwrap().bytes();
        assert!(gathered <= 4 << 20, "{gathered}");
    }
    parts.extend(outputs.finish());
    let lines: String = parts.iter().map(text).collect();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let counts: Vec<(u64, usize)> =
        lines.iter().map(|line| (line["id"].as_u64().unwrap(), line["messages"].as_array().unwrap().len())).collect();
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), 9000);
    assert_eq!(counts.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [0, 1, 0, 1, 0, 1]);
    assert_eq!(parts.iter().map(|part| part.records).sum::<u64>(), 9000);
}
