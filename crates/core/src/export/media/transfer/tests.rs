use super::*;

fn wanted(url: &str, name: Option<&str>, media_type: Option<&str>, size: Option<u64>) -> Attachment {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let (name, media_type) = (owned(name), owned(media_type));
    Attachment { rule: 0, url: Some(url.to_owned()), id: None, name, size, media_type, expires: None }
}

fn head(status: u16, headers: &[(&str, &str)]) -> MediaHead {
    MediaHead { status, headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect() }
}

#[test]
fn a_range_is_read_or_it_is_none() {
    assert_eq!(content_range("bytes 5-9/10"), Some((5, Some(10))));
    assert_eq!(content_range(" bytes 0-0/* "), Some((0, None)));
    for text in ["", "bytes 5-9", "bytes 9-5/10", "bytes 5-10/10", "items 5-9/10", "bytes */10", "bytes 5-9/x"] {
        assert_eq!(content_range(text), None, "{text}");
    }
}

#[test]
fn a_page_for_people_is_told_from_a_file_that_is_one() {
    let photo = wanted("https://m.example/a.jpg", None, None, None);
    assert!(
        is_page_instead(Some("text/HTML"), &photo)
            && !is_page_instead(Some("image/jpeg"), &photo)
            && !is_page_instead(None, &photo)
    );
    for file in [
        wanted("https://m.example/a.html?x=1", None, None, None),
        wanted("https://m.example/a", Some("notes.HTM"), None, None),
        wanted("https://m.example/a", None, Some("text/html; charset=utf-8"), None),
    ] {
        assert!(!is_page_instead(Some("text/html"), &file), "{file:?}");
    }
}

#[test]
fn what_has_come_counts_only_for_the_same_version() {
    let (mut transfer, mut scratch) = (Transfer::new(), Scratch::default());
    let wanted = wanted("https://m.example/a", None, None, None);
    let whole = head(200, &[("content-length", "10"), ("etag", "\"v1\""), ("content-type", "image/png; x=y")]);
    transfer.head(&whole, &wanted, None, &mut scratch).unwrap();
    assert_eq!(transfer.take(b"01234", &wanted, None, &mut scratch), Ok(Vec::new()));
    assert_eq!(transfer.end(&wanted), Err(Trouble::Again("cut")));
    assert_eq!((transfer.resume(&mut scratch), transfer.media_type()), ((5, Some("\"v1\"".to_owned())), Some("image/png")));
    for (headers, trouble) in [
        (&[("content-range", "bytes 5-9/10"), ("etag", "\"v2\"")][..], "changed"),
        (&[("content-range", "bytes 4-9/10")], "wrong_range"),
        (&[("content-range", "bytes 5-10/11")], "wrong_range"),
        (&[("content-length", "6")], "wrong_range"),
        (&[], "wrong_range"),
    ] {
        assert_eq!(transfer.head(&head(206, headers), &wanted, None, &mut scratch), Err(Trouble::Anew(trouble)), "{headers:?}");
    }
    transfer.head(&head(206, &[("content-length", "5")]), &wanted, None, &mut scratch).unwrap();
    transfer.take(b"56789", &wanted, None, &mut scratch).unwrap();
    assert_eq!((transfer.end(&wanted), transfer.content().bytes), (Ok(()), 10));
    let file = transfer.into_file(EntryName::new(["a"]), &mut scratch);
    assert_eq!((file.rest.as_slice(), file.ranges.len()), (&b"0123456789"[..], 0));
}

#[test]
fn a_weak_tag_is_no_ground_to_go_on() {
    let (mut transfer, mut scratch) = (Transfer::new(), Scratch::default());
    let wanted = wanted("https://m.example/a", None, None, None);
    transfer.head(&head(200, &[("etag", "W/\"v1\"")]), &wanted, None, &mut scratch).unwrap();
    transfer.take(b"01234", &wanted, None, &mut scratch).unwrap();
    assert_eq!(transfer.resume(&mut scratch), (0, None));
    transfer.head(&head(200, &[("last-modified", "Sat, 28 Feb 2026 12:00:00 GMT")]), &wanted, None, &mut scratch).unwrap();
    transfer.take(b"01", &wanted, None, &mut scratch).unwrap();
    assert_eq!(transfer.resume(&mut scratch), (2, Some("Sat, 28 Feb 2026 12:00:00 GMT".to_owned())));
    let other = head(206, &[("content-range", "bytes 2-9/10"), ("last-modified", "Sun, 01 Mar 2026 12:00:00 GMT")]);
    assert_eq!(transfer.head(&other, &wanted, None, &mut scratch), Err(Trouble::Anew("changed")));
    let same = head(206, &[("content-range", "bytes 2-9/10"), ("content-type", "text/plain")]);
    transfer.head(&same, &wanted, None, &mut scratch).unwrap();
    transfer.take(b"23456789 and more", &wanted, None, &mut scratch).unwrap();
    assert_eq!((transfer.end(&wanted), transfer.media_type()), (Err(Trouble::Anew("size_differs")), None));
}
