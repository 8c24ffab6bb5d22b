//! The token that an operator shows: read from its file, or drawn on the first start.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use subtle::ConstantTimeEq as _;

use crate::{private, random};

/// The fewest characters a token may have.
const SHORTEST: usize = 16;

/// The token an operator shows.
#[derive(Clone)]
pub(crate) struct AdminToken(Arc<str>);

impl AdminToken {
    /// The token in this file, without the line's end that editors leave; drawn and written where there is no file.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read or made, others can read it, or it holds too little.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Self::draw(path),
            Err(other) => return Err(other),
        };
        if private::is_exposed(&file.metadata()?) {
            return Err(io::Error::other("others can read it; make its mode 0600"));
        }
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let token = text.trim_end();
        if token.len() < SHORTEST {
            return Err(io::Error::other(format!("it holds fewer than {SHORTEST} characters; remove it to get a new one")));
        }
        Ok(Self(token.into()))
    }

    fn draw(path: &Path) -> io::Result<Self> {
        let drawn = random::Token::draw().map_err(io::Error::other)?;
        let mut file = private::file().create_new(true).open(path)?;
        writeln!(file, "{}", drawn.as_str())?;
        file.sync_all()?;
        Ok(Self(drawn.as_str().into()))
    }

    /// Whether this is what was shown. In constant time.
    pub(super) fn is(&self, shown: &str) -> bool {
        self.0.as_bytes().ct_eq(shown.as_bytes()).into()
    }
}
