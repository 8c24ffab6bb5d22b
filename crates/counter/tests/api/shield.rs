//! How many requests one address may make, and whose address counts.

use reqwest::{Client, Method};

use crate::helpers::{Answer, PAGE, World, config_for, text};
use crate::host::{Host, owner};

/// A world whose shield lets three requests through; the second line goes below `[http]`.
async fn shielded(http: &str) -> World {
    let host = Host::start().await;
    host.knows("ada", owner("ada", "acc-1"));
    let config = config_for(&host, "", "preset = \"talkif\"");
    let config = config.replace("per_minute = 60000", "per_minute = 1").replace("burst = 10000", "burst = 3");
    World::with_config(host, format!("{config}\n[http]\n{http}")).await
}

/// Looks at the export, as if a proxy had written this header.
async fn look(world: &World, header: &str, value: &str) -> Answer {
    Answer::of(world.ada().send(Method::GET, "/v1/exports/current").header(header, value)).await
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let world = shielded("").await;
    for path in ["/v1/exports/current", "/confirm", "/nowhere"] {
        let answer = Answer::of(world.ada().send(Method::GET, path)).await;
        assert_ne!(answer.status, 429, "{path}");
    }
    for path in ["/v1/exports/current", "/v1/keys", "/nowhere"] {
        let refused = Answer::of(world.ada().send(Method::GET, path)).await;
        assert_eq!(refused.header("access-control-allow-origin"), Some(PAGE), "the page must be able to read why");
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait} seconds");
        assert_eq!(refused.header("ratelimit"), Some("\"shield\";r=0;t=180"));
        let problem = refused.refused(429, "too_many_requests");
        assert!(text(&problem, "/detail").contains("wait"), "{problem}");
    }
    world.ada().request().await.refused(429, "too_many_requests");
    assert!(world.host.asked().len() <= 1, "the host was asked for one who is refused");
}

#[tokio::test]
async fn health_is_told_to_whoever_asks_however_often() {
    let world = shielded("").await;
    for _ in 0..10 {
        for path in ["/healthz", "/readyz"] {
            assert_eq!(Answer::of(Client::new().get(format!("{}{path}", world.address()))).await.status, 200);
        }
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_counts_for_itself() {
    let world = shielded("trusted_proxies = [\"127.0.0.0/8\"]").await;
    for client in 1..=5 {
        for _ in 0..3 {
            look(&world, "x-forwarded-for", &format!("192.0.2.{client}")).await.expect(200);
        }
        look(&world, "x-forwarded-for", &format!("192.0.2.{client}")).await.refused(429, "too_many_requests");
    }
    // A client has a whole network of IPv6 addresses.
    for host in 1..=3 {
        look(&world, "x-forwarded-for", &format!("2001:db8::{host}")).await.expect(200);
    }
    look(&world, "x-forwarded-for", "2001:db8::4").await.refused(429, "too_many_requests");
    look(&world, "x-forwarded-for", "2001:db8:0:1::4").await.expect(200);
}

#[tokio::test]
async fn a_header_spoofed_past_the_proxy_changes_nothing() {
    let world = shielded("trusted_proxies = [\"127.0.0.1\"]").await;
    for spoofed in 1..=3 {
        look(&world, "x-forwarded-for", &format!("198.51.100.{spoofed}, 192.0.2.1")).await.expect(200);
    }
    look(&world, "x-forwarded-for", "198.51.100.9, 192.0.2.1").await.refused(429, "too_many_requests");
    look(&world, "forwarded", "for=198.51.100.9").await.expect(200);
}

#[tokio::test]
async fn a_header_from_one_who_is_no_trusted_proxy_changes_nothing() {
    for http in ["", "trusted_proxies = [\"10.0.0.0/8\"]", "forwarded_header = \"forwarded\""] {
        let world = shielded(http).await;
        for (header, value) in [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.2"), ("x-real-ip", "192.0.2.3")] {
            look(&world, header, value).await.expect(200);
        }
        look(&world, "x-forwarded-for", "192.0.2.4").await.refused(429, "too_many_requests");
        look(&world, "forwarded", "for=192.0.2.5").await.refused(429, "too_many_requests");
    }
}

#[tokio::test]
async fn the_standard_header_is_read_where_the_operator_says_so() {
    let world = shielded("trusted_proxies = [\"127.0.0.1\"]\nforwarded_header = \"forwarded\"").await;
    for _ in 0..3 {
        look(&world, "forwarded", "for=198.51.100.9, for=192.0.2.1").await.expect(200);
    }
    look(&world, "forwarded", "for=198.51.100.8, for=192.0.2.1").await.refused(429, "too_many_requests");
    look(&world, "forwarded", "for=192.0.2.2").await.expect(200);
}
