//! What a host says about when to ask again, in whichever of the many ways.
//!
//! `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3), `RateLimit` (IETF draft 10: `"default";r=0;t=30`), the older
//! `RateLimit-Reset`, `X-RateLimit-Reset` as epoch seconds, epoch milliseconds or seconds from now, and a number in the body.

use std::time::Duration;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{MomentFormat, Retry};
use carryall_records::json::lookup;

use crate::page::Page;

/// Above this a number of seconds is a moment since 1970, not a span.
const EPOCH_SECONDS: f64 = 1e9;
/// Above this it is in milliseconds.
const EPOCH_MILLIS: f64 = 1e11;

/// How long the host asks to wait, by the most precise thing it says: the body where the catalog names a place in it, then the
/// headers.
#[must_use]
pub(crate) fn wait(page: &Page, rule: &Retry, now: Timestamp) -> Option<Duration> {
    in_body(page, rule).or_else(|| retry_after(page.header("retry-after")?, clock(page, now))).or_else(|| reset(page, now))
}

/// Until when nothing may be asked after an answer that says that nothing is left.
#[must_use]
pub(crate) fn exhausted(page: &Page, now: Timestamp) -> Option<Duration> {
    let is_zero = |text: &str| text.trim().parse() == Ok(0_u64);
    let left =
        ["x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining"].iter().find_map(|name| page.header(name));
    let is_exhausted =
        left.is_some_and(is_zero) || member(page.header("ratelimit").unwrap_or_default(), "r").is_some_and(is_zero);
    if is_exhausted { reset(page, now) } else { None }
}

fn in_body(page: &Page, rule: &Retry) -> Option<Duration> {
    let body = std::str::from_utf8(&page.body).ok()?;
    let value = lookup(body, rule.after_body.as_ref()?.tokens())?;
    seconds(value.trim_matches('"'))
}

fn reset(page: &Page, now: Timestamp) -> Option<Duration> {
    let span = member(page.header("ratelimit").unwrap_or_default(), "t").and_then(seconds);
    let names = ["x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"];
    span.or_else(|| names.iter().find_map(|name| span_or_moment(page.header(name)?, clock(page, now))))
}

/// A member of a structured field's first item: `"default";r=0;t=30`.
fn member<'a>(field: &'a str, name: &str) -> Option<&'a str> {
    let first = field.split(',').next()?;
    first.split(';').find_map(|member| member.trim().strip_prefix(name)?.strip_prefix('=')).map(str::trim)
}

/// The host's own clock where it tells it: moments are compared with that, not with the device's.
fn clock(page: &Page, now: Timestamp) -> Timestamp {
    page.header("date").and_then(http_date).unwrap_or(now)
}

fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    span_or_moment(value, now).or_else(|| http_date(value).map(|moment| moment.since(now)))
}

fn span_or_moment(value: &str, now: Timestamp) -> Option<Duration> {
    let span = seconds(value.trim())?;
    let number = span.as_secs_f64();
    if number >= EPOCH_MILLIS {
        return Some(Timestamp::from_millis(span.as_secs()).since(now));
    }
    Some(if number >= EPOCH_SECONDS { Timestamp::from_millis(u64::try_from(span.as_millis()).ok()?).since(now) } else { span })
}

/// A number of seconds, with or without a fraction.
fn seconds(value: &str) -> Option<Duration> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let whole: u64 = whole.parse().ok()?;
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let millis: u64 = digits.parse().ok()?;
    Some(Duration::from_millis(whole.min(u64::MAX / 2000).saturating_mul(1000).saturating_add(millis)))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7, the form that must be sent).
fn http_date(value: &str) -> Option<Timestamp> {
    let mut words = value.split_once(", ")?.1.split(' ');
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = months.find(month).filter(|at| at % 3 == 0 && month.len() == 3)? / 3 + 1;
    let text = format!("\"{year}-{month:02}-{day}T{time}Z\"");
    carryall_records::moment::read(&text, MomentFormat::Rfc3339)
}

#[cfg(test)]
mod tests {
    use super::*;
    use carryall_protocol::pointer::Pointer;

    const NOW: Timestamp = Timestamp::from_secs(1_772_280_000);

    fn page(headers: &[(&str, &str)], body: &str) -> Page {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Page { status: 429, headers, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn every_hint_is_read() {
        for (name, value, millis) in [
            ("retry-after", "7", 7_000),
            ("retry-after", "0.25", 250),
            ("retry-after", "Sat, 28 Feb 2026 12:00:09 GMT", 9_000),
            ("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT", 0),
            ("ratelimit", "\"default\";r=0;t=30, \"other\";t=1", 30_000),
            ("ratelimit-reset", "12", 12_000),
            ("x-ratelimit-reset", "1772280015", 15_000),
            ("x-ratelimit-reset", "1772280015.5", 15_500),
            ("x-ratelimit-reset", "1772280015000", 15_000),
            ("x-rate-limit-reset", "1772280020", 20_000),
        ] {
            let wait = wait(&page(&[(name, value)], ""), &Retry::default(), NOW);
            assert_eq!(wait, Some(Duration::from_millis(millis)), "{name}: {value}");
        }
        for value in ["", "soon", "-1", "Sat, 28 Foo 2026 12:00:09 GMT"] {
            assert_eq!(wait(&page(&[("retry-after", value)], ""), &Retry::default(), NOW), None, "{value}");
        }
    }

    #[test]
    fn the_body_is_the_most_precise() {
        let rule = Retry { after_body: Some(Pointer::new("/retry_after").unwrap()), ..Retry::default() };
        let page = page(&[("retry-after", "2")], r#"{"code":"RATE_LIMITED","retry_after":1.337}"#);
        assert_eq!(wait(&page, &rule, NOW), Some(Duration::from_millis(1337)));
        assert_eq!(wait(&page, &Retry::default(), NOW), Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_device_with_a_wrong_clock_waits_by_the_hosts_own() {
        let headers = [("x-ratelimit-reset", "1772280015"), ("date", "Sat, 28 Feb 2026 12:00:10 GMT")];
        let wrong = Timestamp::from_secs(1_700_000_000);
        assert_eq!(wait(&page(&headers, ""), &Retry::default(), wrong), Some(Duration::from_secs(5)));
    }

    #[test]
    fn an_answer_that_used_the_last_request_tells_how_long_to_rest() {
        let left = |left| page(&[("x-ratelimit-remaining", left), ("x-ratelimit-reset", "1772280015")], "");
        assert_eq!(exhausted(&left("0"), NOW), Some(Duration::from_secs(15)));
        assert_eq!(exhausted(&left("1"), NOW), None);
        assert_eq!(exhausted(&page(&[("ratelimit", "\"d\";r=0;t=4")], ""), NOW), Some(Duration::from_secs(4)));
    }
}
