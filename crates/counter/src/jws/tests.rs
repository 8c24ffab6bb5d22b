use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;

/// The secret key of RFC 8037, appendix A.1.
fn rfc_8037() -> SigningKey {
    let secret = decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    SigningKey::from_bytes(&secret.try_into().unwrap())
}

fn open(folder: &TempDir) -> Result<Keys, KeyError> {
    Keys::open(&folder.path().join("keys"))
}

fn new() -> (TempDir, Keys) {
    let folder = tempfile::tempdir().unwrap();
    let keys = open(&folder).unwrap();
    (folder, keys)
}

/// The names of a folder's files.
fn files(folder: &TempDir) -> Vec<String> {
    let names = fs::read_dir(folder.path().join("keys")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn mode(folder: &TempDir, name: &str) -> u32 {
    fs::metadata(folder.path().join("keys").join(name)).unwrap().permissions().mode() & 0o777
}

fn chmod(folder: &TempDir, name: &str, mode: u32) {
    fs::set_permissions(folder.path().join("keys").join(name), fs::Permissions::from_mode(mode)).unwrap();
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) {
    fs::write(folder.path().join("keys").join(name), bytes).unwrap();
    chmod(folder, name, 0o600);
}

fn kids(keys: &Keys) -> Vec<String> {
    keys.public().keys.into_iter().map(|key| key.kid).collect()
}

#[test]
fn the_public_key_its_name_and_a_signature_are_those_of_rfc_8037() {
    let key = rfc_8037();
    assert_eq!(encode(key.verifying_key().as_bytes()), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(thumbprint(&key.verifying_key()), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let expected = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert_eq!(encode(&key.sign(signed.as_bytes()).to_bytes()), expected);
}

#[test]
fn a_statement_is_read_back_only_whole_and_as_its_own_kind() {
    let (_folder, keys) = new();
    let compact = keys.sign("a", &42).unwrap();
    assert_eq!(keys.verify::<u32>("a", &compact), Ok(42));
    assert_eq!(keys.verify::<u32>("b", &compact), Err(Forged));
    let other = keys.sign("a", &43).unwrap();
    let (_, claims) = other.split_once('.').unwrap();
    let (header, signature) = (compact.split('.').next().unwrap(), compact.rsplit('.').next().unwrap());
    let spliced = format!("{header}.{}.{signature}", claims.split('.').next().unwrap());
    assert_eq!(keys.verify::<u32>("a", &spliced), Err(Forged));
    for broken in ["", ".", "..", "a.b.c", compact.trim_start_matches(char::is_alphabetic)] {
        assert_eq!(keys.verify::<u32>("a", broken), Err(Forged), "{broken:?}");
    }
}

#[test]
fn a_statement_without_an_algorithm_or_by_a_foreign_key_under_a_known_name_is_refused() {
    let (_folder, keys) = new();
    let kid = kids(&keys).remove(0);
    let none = format!(r#"{{"alg":"none","typ":"a","kid":"{kid}"}}"#);
    assert_eq!(keys.verify::<u32>("a", &format!("{}.{}.", encode(none.as_bytes()), encode(b"42"))), Err(Forged));
    let header = format!(r#"{{"alg":"EdDSA","typ":"a","kid":"{kid}"}}"#);
    let signed = format!("{}.{}", encode(header.as_bytes()), encode(b"42"));
    let signature = rfc_8037().sign(signed.as_bytes()).to_bytes();
    assert_eq!(keys.verify::<u32>("a", &format!("{signed}.{}", encode(&signature))), Err(Forged));
}

#[test]
fn the_first_start_makes_everything_for_its_owner_alone_and_the_second_nothing() {
    let (folder, keys) = new();
    let compact = keys.sign("a", &1).unwrap();
    assert_eq!(files(&folder), ["000001.private.pem", "secret"]);
    assert_eq!((mode(&folder, ""), mode(&folder, "000001.private.pem"), mode(&folder, "secret")), (0o700, 0o600, 0o600));
    let again = open(&folder).unwrap();
    assert_eq!(again.verify::<u32>("a", &compact), Ok(1));
    assert_eq!((files(&folder).len(), kids(&again)), (2, kids(&keys)));
}

#[test]
fn the_newest_key_signs_and_all_verify_before_and_after_a_restart() {
    let (folder, keys) = new();
    let first = keys.sign("a", &1).unwrap();
    let second_kid = keys.rotate().unwrap();
    let second = keys.sign("a", &2).unwrap();
    let third_kid = keys.rotate().unwrap();
    assert_eq!(files(&folder), ["000001.public.pem", "000002.public.pem", "000003.private.pem", "secret"]);
    let again = open(&folder).unwrap();
    for keys in [&keys, &again] {
        assert_eq!(keys.verify::<u32>("a", &first), Ok(1));
        assert_eq!(keys.verify::<u32>("a", &second), Ok(2));
        assert_eq!(kids(keys)[..2], [third_kid.clone(), second_kid.clone()]);
        let header: Header =
            serde_json::from_slice(&decode(keys.sign("a", &3).unwrap().split('.').next().unwrap()).unwrap()).unwrap();
        assert_eq!(header.kid, third_kid);
    }
    assert_eq!(kids(&again), kids(&keys));
}

#[test]
fn whatever_is_signed_while_keys_are_rotated_is_good() {
    let (_folder, keys) = new();
    std::thread::scope(|scope| {
        let sign = || (0..200).map(|n| keys.sign("a", &n).unwrap()).collect::<Vec<_>>();
        let signing: Vec<_> = (0..3).map(|_| scope.spawn(sign)).collect();
        for _ in 0..5 {
            keys.rotate().unwrap();
        }
        for signed in signing {
            for (n, compact) in signed.join().unwrap().iter().enumerate() {
                assert_eq!(keys.verify::<usize>("a", compact), Ok(n));
            }
        }
    });
    assert_eq!(kids(&keys).len(), 6);
}

#[test]
fn a_crash_at_any_step_leaves_a_folder_that_is_put_right() {
    let whole = |folder: &TempDir, name: &str| fs::read(folder.path().join("keys").join(name)).unwrap();
    // On the first start: the secret is there, the key is half written.
    let (folder, _) = new();
    fs::rename(folder.path().join("keys/000001.private.pem"), folder.path().join("keys/000001.private.pem.new")).unwrap();
    open(&folder).unwrap();
    assert_eq!(files(&folder), ["000001.private.pem", "secret"]);

    // While rotating: the new key is half written; then whole, the old one not reduced; then reduced, the private half still there.
    let (folder, keys) = new();
    let (signed, old) = (keys.sign("a", &1).unwrap(), whole(&folder, "000001.private.pem"));
    write(&folder, "000002.private.pem.new", b"-----BEGIN PRIV");
    assert_eq!(kids(&open(&folder).unwrap()), kids(&keys));
    let kid = keys.rotate().unwrap();
    let public = whole(&folder, "000001.public.pem");
    for both in [false, true] {
        write(&folder, "000001.private.pem", &old);
        fs::remove_file(folder.path().join("keys/000001.public.pem")).unwrap();
        if both {
            write(&folder, "000001.public.pem", &public);
            write(&folder, "000001.public.pem.new", &public);
        }
        let again = open(&folder).unwrap();
        assert_eq!(files(&folder), ["000001.public.pem", "000002.private.pem", "secret"]);
        assert_eq!((again.verify::<u32>("a", &signed), kids(&again).remove(0)), (Ok(1), kid.clone()));
    }
    assert_eq!(keys.rotate().map(|_| files(&folder).len()).unwrap(), 4);
}

#[test]
fn without_a_key_that_signs_a_new_one_is_made_and_the_old_ones_verify() {
    let (folder, keys) = new();
    let signed = keys.sign("a", &1).unwrap();
    keys.rotate().unwrap();
    fs::remove_file(folder.path().join("keys/000002.private.pem")).unwrap();
    let again = open(&folder).unwrap();
    assert_eq!(files(&folder), ["000001.public.pem", "000002.private.pem", "secret"]);
    assert_eq!(again.verify::<u32>("a", &signed), Ok(1));
}

#[test]
fn what_others_may_read_is_refused() {
    for (name, bits) in
        [("", 0o750), ("", 0o701), ("000001.private.pem", 0o640), ("000001.private.pem", 0o604), ("secret", 0o644)]
    {
        let (folder, _) = new();
        chmod(&folder, name, bits);
        let error = open(&folder).err().unwrap();
        assert!(matches!(error, KeyError::Exposed { .. }), "{name} {bits:o}: {error}");
        assert!(error.to_string().contains("chmod"), "{error}");
    }
}

#[test]
fn a_broken_key_and_a_lost_secret_are_named_and_nothing_is_made_in_their_place() {
    for (name, bytes) in [("000001.private.pem", &b"-----BEGIN PRIVATE KEY-----\n"[..]), ("secret", b"short")] {
        let (folder, _) = new();
        write(&folder, name, bytes);
        let error = open(&folder).err().unwrap().to_string();
        assert!(error.contains(name), "{error}");
    }
    let (folder, _) = new();
    fs::remove_file(folder.path().join("keys/secret")).unwrap();
    assert!(matches!(open(&folder), Err(KeyError::NoSecret { .. })));
    assert_eq!(files(&folder), ["000001.private.pem"]);
}

#[test]
fn an_account_is_called_the_same_for_ever_and_only_here() {
    let (folder, keys) = new();
    let [ada, bob] = ["ada", "bob"].map(|account| AccountId::new(account).unwrap());
    let called = keys.pseudonym(&ada);
    keys.rotate().unwrap();
    assert_eq!((called.len(), open(&folder).unwrap().pseudonym(&ada)), (64, called.clone()));
    assert_ne!(called, keys.pseudonym(&bob));
    assert_ne!(called, new().1.pseudonym(&ada));
    let secret = fs::read(folder.path().join("keys/secret")).unwrap();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
    let tag = ring::hmac::sign(&key, b"carryall account pseudonym\0ada");
    assert_eq!(called, random::hex(tag.as_ref()));
}
