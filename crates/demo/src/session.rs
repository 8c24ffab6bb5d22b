//! Sign-in: a password for a short access token and a refresh cookie.
//!
//! The access token is a JWT for the `Authorization` header, with or without a word before it; the cookie is `HttpOnly` and `SameSite=Strict` and is only
//! good for the next access token. Both are signed with a key that lives as long as the process and name a session in
//! memory, so **signing out ends both at once**. `authTime` is the moment the password was entered; a refresh keeps it.
//!
//! Absent: rotation of the refresh cookie (two tabs may refresh at the same time), and its `Secure` attribute (WebKit
//! drops it on plain-http loopback, where the sample runs).

mod routes;
mod token;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use carryall_protocol::Timestamp;
use serde_json::{Value, json};

use self::token::{Claims, Seal, Use};
use crate::people::{People, Person};
use crate::problem::Problem;

pub(crate) use self::routes::routes;

/// How long a refresh cookie is good.
const REFRESH_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Everyone who is signed in.
pub(crate) struct Sessions {
    people: People,
    seal: Seal,
    scheme: Option<&'static str>,
    lifetime: Duration,
    open: Mutex<HashMap<String, Timestamp>>,
}

/// Who is asking: the answer to a good access token, for handlers to take as an argument.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The person.
    pub(crate) person: Person,
    /// When they entered their password.
    pub(crate) auth_time: Timestamp,
    session: String,
}

impl Caller {
    /// What the counter is told about them: person, account, and when the password was entered.
    pub(crate) fn introduction(&self) -> Value {
        let person = self.person;
        json!({
            "user": {"id": person.id, "email": person.email, "emailVerified": true, "role": person.role, "locale": "en"},
            "account": {"id": person.account.id, "name": person.account.name},
            "authTime": self.auth_time,
        })
    }
}

/// What signing in gives.
struct Tokens {
    access: String,
    refresh: String,
    scheme: Option<&'static str>,
    expires_in: Duration,
}

impl Sessions {
    /// Nobody signed in yet; access tokens will be good for `lifetime`, after the word `scheme` where the host wants one.
    pub(crate) fn new(people: People, scheme: Option<&'static str>, lifetime: Duration) -> Self {
        Self { people, seal: Seal::random(), scheme, lifetime, open: Mutex::default() }
    }

    fn sign_in(&self, email: &str, password: &str, now: Timestamp) -> Result<Tokens, Problem> {
        let person = self.people.verify(email, password).ok_or(Problem::WrongPassword)?;
        let session = format!("{:032x}", rand::random::<u128>());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, ends| now < *ends);
        open.insert(session.clone(), now.after(REFRESH_LIFETIME));
        Ok(self.tokens(&Caller { person, auth_time: now, session }, now))
    }

    fn refresh(&self, cookie: &str, now: Timestamp) -> Result<Tokens, Problem> {
        let caller = self.caller_of(cookie, Use::Refresh, now)?;
        Ok(self.tokens(&caller, now))
    }

    fn sign_out(&self, session: &str) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(session);
    }

    /// Whose `Authorization` header this is.
    ///
    /// # Errors
    /// [`Problem::TokenExpired`] for one that was good, [`Problem::Unauthenticated`] for any other.
    pub(crate) fn caller(&self, authorization: &str, now: Timestamp) -> Result<Caller, Problem> {
        let bare = |scheme| authorization.strip_prefix(scheme)?.strip_prefix(' ');
        let access = self.scheme.map_or(Some(authorization), bare).ok_or(Problem::Unauthenticated)?;
        self.caller_of(access, Use::Access, now)
    }

    fn caller_of(&self, token: &str, used_as: Use, now: Timestamp) -> Result<Caller, Problem> {
        let claims = self.seal.open(token).filter(|claims| claims.used_as == used_as).ok_or(Problem::Unauthenticated)?;
        if claims.exp <= now.as_secs() {
            return Err(Problem::TokenExpired);
        }
        let person = self.people.by_id(&claims.sub).ok_or(Problem::Unauthenticated)?;
        if !self.open.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&claims.sid) {
            return Err(Problem::Unauthenticated);
        }
        Ok(Caller { person, auth_time: Timestamp::from_secs(claims.auth_time), session: claims.sid })
    }

    fn tokens(&self, caller: &Caller, now: Timestamp) -> Tokens {
        let claims = |used_as, exp: Timestamp| Claims {
            sub: caller.person.id.to_owned(),
            account: caller.person.account.id.to_owned(),
            role: caller.person.role.to_owned(),
            sid: caller.session.clone(),
            auth_time: caller.auth_time.as_secs(),
            iat: now.as_secs(),
            exp: exp.as_secs(),
            used_as,
        };
        let refresh_ends = caller.auth_time.after(REFRESH_LIFETIME);
        Tokens {
            access: self.seal.close(&claims(Use::Access, now.after(self.lifetime))),
            refresh: self.seal.close(&claims(Use::Refresh, refresh_ends)),
            scheme: self.scheme,
            expires_in: self.lifetime,
        }
    }
}

/// The server's clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::default().after(since)
}
