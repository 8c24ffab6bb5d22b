//! Who asks, told by a token that the host signed: by a pinned algorithm, with one of its keys, for this counter, now.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::helpers::{Answer, NOON, Person, World, config_with};
use crate::host::Host;
use crate::tokens::{Publisher, Signer, encode};

const WHO: &str = "issuer = \"https://id.example\"\naudience = \"carryall\"";

/// What a token says that is good for an hour.
fn claims() -> Value {
    let (now, hour) = (NOON.as_secs(), 3600);
    json!({"iss": "https://id.example", "aud": ["app", "carryall"], "sub": "ada", "exp": now + hour, "nbf": now, "auth_time": now - 60})
}

/// The claims with one of them replaced; by null, taken away.
fn claims_but(name: &str, value: Value) -> Value {
    let mut claims = claims();
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

async fn world(keys: &str, algorithms: &[&str]) -> World {
    world_under("preset = \"fluxer\"", keys, algorithms).await
}

async fn world_under(policy: &str, keys: &str, algorithms: &[&str]) -> World {
    let identity = format!("[identity.jwt]\n{WHO}\nalgorithms = {algorithms:?}\n{keys}");
    World::with_config(Host::start().await, config_with(&identity, policy)).await
}

async fn world_of(publisher: &Publisher, algorithms: &[&str]) -> World {
    world(&format!("jwks_url = \"{}\"", publisher.url), algorithms).await
}

async fn status(person: &Person) -> u16 {
    Answer::of(person.send(Method::GET, "/v1/exports/current")).await.status
}

#[tokio::test]
async fn every_pinned_algorithm_says_who_asks() {
    let (rsa, p256, ed25519) = (Signer::rsa(), Signer::p256(), Signer::ed25519());
    let publisher = Publisher::of(&[rsa.jwk("r"), p256.jwk("p"), ed25519.jwk("e")]).await;
    let world = world_of(&publisher, &["RS256", "PS256", "ES256", "EdDSA"]).await;
    for (signer, kid, algorithm) in [(&rsa, "r", "RS256"), (&rsa, "r", "PS256"), (&p256, "p", "ES256"), (&ed25519, "e", "EdDSA")]
    {
        let token = signer.token(algorithm, kid, &claims());
        assert_eq!(status(&world.person(&token)).await, 200, "{algorithm}");
        let without_kid = signer.token_with(&json!({"alg": algorithm}), &claims());
        assert_eq!(status(&world.person(&without_kid)).await, 200, "{algorithm} without a kid");
    }
    assert_eq!(publisher.fetched(), 1);
    let token = rsa.token("RS256", "r", &claims());
    let export = world.person(&token).request().await.expect(201);
    let started = world.person(&token).start(export["id"].as_str().unwrap(), json!({})).await.expect(200);
    assert_eq!(started["account"], "ada");
}

#[tokio::test]
async fn a_token_that_is_not_for_this_counter_now_is_refused() {
    let (rsa, foreign) = (Signer::rsa(), Signer::p256());
    let publisher = Publisher::of(&[rsa.jwk("r"), Signer::p256().jwk("p")]).await;
    let world = world_of(&publisher, &["RS256", "ES256"]).await;
    let now = NOON.as_secs();
    for (claim, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", Value::Null),
        ("aud", json!("app")),
        ("aud", json!(["app"])),
        ("aud", Value::Null),
        ("exp", json!(now - 60)),
        ("exp", json!("2099-01-01")),
        ("exp", Value::Null),
        ("nbf", json!(now + 61)),
        ("nbf", json!("now")),
    ] {
        let token = rsa.token("RS256", "r", &claims_but(claim, value.clone()));
        world.person(&token).request().await.refused(401, "unauthenticated");
    }
    for (claim, value) in [("exp", json!(now - 59)), ("nbf", json!(now + 60)), ("aud", json!("carryall"))] {
        assert_eq!(status(&world.person(&rsa.token("RS256", "r", &claims_but(claim, value)))).await, 200, "{claim}");
    }
    let good = rsa.token("RS256", "r", &claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let none = format!("{}.{}.", encode(r#"{"alg":"none"}"#), encode(claims().to_string()));
    let none_signed = format!("{}.{}.{signature}", encode(r#"{"alg":"none","kid":"r"}"#), encode(claims().to_string()));
    for (what, token) in [
        ("no token", String::new()),
        ("no JWS", "a.b.c".to_owned()),
        ("no signature", format!("{message}.")),
        ("alg=none", none),
        ("alg=none and a signature", none_signed),
        ("a foreign key under a known name", foreign.token("ES256", "p", &claims())),
        ("a foreign key under none", foreign.token_with(&json!({"alg": "ES256"}), &claims())),
        ("an algorithm that is not pinned", rsa.token("PS256", "r", &claims())),
        ("another algorithm's signature", rsa.token_with(&json!({"alg": "ES256", "kid": "r"}), &claims())),
        ("an unknown key", rsa.token("RS256", "z", &claims())),
        ("a critical extension", rsa.token_with(&json!({"alg": "RS256", "kid": "r", "crit": ["b64"], "b64": true}), &claims())),
        ("the key within the token", foreign.token_with(&json!({"alg": "ES256", "jwk": foreign.jwk("p")}), &claims())),
    ] {
        assert_eq!(status(&world.person(&token)).await, 401, "{what}");
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret_and_a_published_secret_is_no_key() {
    let (rsa, p256, ed25519) = (Signer::rsa(), Signer::p256(), Signer::ed25519());
    let shared = Signer::Secret(vec![7; 40]);
    let publisher = Publisher::of(&[rsa.jwk("r"), p256.jwk("p"), ed25519.jwk("e"), shared.jwk("s")]).await;
    let world = world_of(&publisher, &["RS256", "ES256", "EdDSA"]).await;
    for (signer, kid) in [(&rsa, "r"), (&p256, "p"), (&ed25519, "e")] {
        for secret in [signer.public_bytes(), signer.pem().into_bytes(), signer.jwk(kid).to_string().into_bytes()] {
            let confused = Signer::Secret(secret).token("HS256", kid, &claims());
            assert_eq!(status(&world.person(&confused)).await, 401, "{kid}");
        }
    }
    assert_eq!(status(&world.person(&shared.token("HS256", "s", &claims()))).await, 401);
    assert_eq!(status(&world.person(&rsa.token("RS256", "r", &claims()))).await, 200);
}

#[tokio::test]
async fn a_new_key_is_fetched_when_a_token_names_it_and_at_most_once_in_thirty_seconds() {
    let (old, new) = (Signer::ed25519(), Signer::ed25519());
    let publisher = Publisher::of(&[old.jwk("old")]).await;
    let world = world_of(&publisher, &["EdDSA"]).await;
    let (by_old, by_new) = (old.token("EdDSA", "old", &claims()), new.token("EdDSA", "new", &claims()));
    assert_eq!(status(&world.person(&by_old)).await, 200);
    publisher.publishes(&[old.jwk("old"), new.jwk("new")]);
    for second in 1..=29 {
        world.pass(1);
        assert_eq!(status(&world.person(&by_new)).await, 401, "after {second} s");
    }
    assert_eq!(publisher.fetched(), 1);
    world.pass(1);
    assert_eq!(status(&world.person(&by_new)).await, 200);
    assert_eq!(publisher.fetched(), 2);
    publisher.publishes(&[new.jwk("new")]);
    world.pass(599);
    assert_eq!(status(&world.person(&by_old)).await, 200);
    world.pass(1);
    assert_eq!(status(&world.person(&by_old)).await, 401, "a key that was withdrawn lasts no longer than ten minutes");
    assert_eq!(status(&world.person(&by_new)).await, 200);
}

#[tokio::test]
async fn known_keys_serve_for_an_hour_without_the_host_and_unknown_ones_not_at_all() {
    let signer = Signer::ed25519();
    let publisher = Publisher::of(&[signer.jwk("k")]).await;
    let world = world_of(&publisher, &["EdDSA"]).await;
    let token = signer.token("EdDSA", "k", &claims_but("exp", json!(NOON.as_secs() + 9000)));
    assert_eq!(status(&world.person(&token)).await, 200);
    publisher.breaks();
    let unknown = signer.token("EdDSA", "z", &claims());
    world.pass(60);
    world.person(&unknown).request().await.refused(503, "unavailable");
    world.pass(3600 - 61);
    assert_eq!(status(&world.person(&token)).await, 200);
    world.pass(1);
    world.person(&token).request().await.refused(503, "unavailable");
    publisher.publishes(&[signer.jwk("k")]);
    world.pass(30);
    assert_eq!(status(&world.person(&token)).await, 200);
}

#[tokio::test]
async fn many_tokens_at_once_fetch_the_keys_once() {
    let signer = Signer::ed25519();
    let publisher = Publisher::of(&[signer.jwk("k")]).await;
    let world = world_of(&publisher, &["EdDSA"]).await;
    let person = world.person(&signer.token("EdDSA", "k", &claims()));
    let asked: Vec<_> = (0..20)
        .map(|_| {
            tokio::spawn({
                let person = person.clone();
                async move { status(&person).await }
            })
        })
        .collect();
    for answer in asked {
        assert_eq!(answer.await.unwrap(), 200);
    }
    assert_eq!(publisher.fetched(), 1);
}

#[tokio::test]
async fn a_key_may_lie_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    for (signer, algorithm) in [(Signer::rsa(), "RS256"), (Signer::p256(), "ES256"), (Signer::ed25519(), "EdDSA")] {
        let world = world(&file(&folder, "key_file", signer.pem().as_bytes()), &[algorithm]).await;
        assert_eq!(status(&world.person(&signer.token(algorithm, "any", &claims()))).await, 200, "{algorithm}");
        for secret in [signer.public_bytes(), signer.pem().into_bytes()] {
            let confused = Signer::Secret(secret).token("HS256", "any", &claims());
            assert_eq!(status(&world.person(&confused)).await, 401);
        }
    }
    let secret = b"correct horse battery staple, and more";
    let world = world(&file(&folder, "shared_key_file", &[secret.as_slice(), b"\n"].concat()), &["HS256"]).await;
    assert_eq!(status(&world.person(&Signer::Secret(secret.to_vec()).token("HS256", "", &claims()))).await, 200);
    assert_eq!(status(&world.person(&Signer::Secret(vec![0; 32]).token("HS256", "", &claims()))).await, 401);
}

fn file(folder: &TempDir, key: &str, contents: &[u8]) -> String {
    let path = folder.path().join(key);
    std::fs::write(&path, contents).unwrap();
    format!("{key} = {path:?}")
}

#[tokio::test]
async fn a_token_may_come_in_a_cookie_and_then_in_nothing_else() {
    let signer = Signer::ed25519();
    let publisher = Publisher::of(&[signer.jwk("k")]).await;
    let world = world(&format!("cookie = \"sid\"\njwks_url = \"{}\"", publisher.url), &["EdDSA"]).await;
    let token = signer.token("EdDSA", "k", &claims());
    assert_eq!(status(&world.person(&token)).await, 401);
    let request = Client::new().get(format!("{}/v1/exports/current", world.address()));
    let answer = Answer::of(request.header("cookie", format!("a=b; sid={token}")).header("origin", "https://app.example")).await;
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    answer.expect(200);
}

#[tokio::test]
async fn a_token_says_when_the_password_was_entered() {
    let signer = Signer::ed25519();
    let publisher = Publisher::of(&[signer.jwk("k")]).await;
    let world = world_under("preset = \"x\"", &format!("jwks_url = \"{}\"", publisher.url), &["EdDSA"]).await;
    let old = signer.token("EdDSA", "k", &claims_but("auth_time", json!(NOON.as_secs() - 601)));
    let never = signer.token("EdDSA", "k", &claims_but("auth_time", Value::Null));
    world.person(&old).request().await.refused(403, "reauth_required");
    world.person(&never).request().await.refused(403, "reauth_required");
    world.person(&signer.token("EdDSA", "k", &claims())).request().await.expect(201);
}
