//! Who may sign in. Each system seeds its own few people; their passwords are kept as Argon2id hashes.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// Someone who may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: &'static str,
    /// Their mail address, verified.
    pub email: &'static str,
    /// Their password, for people who try the sample and for tests; the server keeps its hash only.
    pub password: &'static str,
    /// What they may do in their account, in the host's own words.
    pub role: &'static str,
    /// Their account.
    pub account: Account,
}

/// Whose data it is: each system invents two accounts, so that one can be shown not to see the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Its place among the system's accounts, from 0.
    pub number: u64,
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// The people with the hashes of their passwords.
pub(crate) struct People {
    entries: Vec<(Person, String)>,
}

/// The system's source of randomness or the hash function failed.
#[derive(Debug, thiserror::Error)]
#[error("the passwords could not be hashed: {0}")]
pub struct HashingFailed(#[from] argon2::password_hash::Error);

impl People {
    /// Hashes every password: some tens of milliseconds each.
    ///
    /// # Errors
    /// When the operating system gives no salt.
    pub(crate) fn hashed(people: &[Person]) -> Result<Self, HashingFailed> {
        let hashed = |person: &Person| {
            let hash = Argon2::default().hash_password(person.password.as_bytes())?;
            Ok((*person, hash.to_string()))
        };
        Ok(Self { entries: people.iter().map(hashed).collect::<Result<_, HashingFailed>>()? })
    }

    /// The person with this mail address and password. Takes as long for an unknown address as for a known one.
    pub(crate) fn verify(&self, email: &str, password: &str) -> Option<Person> {
        let known = self.entries.iter().find(|(person, _)| person.email == email);
        let (_, hash) = known.or(self.entries.first())?;
        let right =
            PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        known.filter(|_| right).map(|(person, _)| *person)
    }

    /// The person with this id.
    pub(crate) fn by_id(&self, id: &str) -> Option<Person> {
        self.entries.iter().map(|(person, _)| *person).find(|person| person.id == id)
    }
}
