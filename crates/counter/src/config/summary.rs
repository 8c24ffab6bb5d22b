//! What a configuration comes to, in words. **Never a secret**: of files only the names, of addresses no query.

use std::fmt::{self, Write as _};

use super::{Config, JwtKeys, MailConfig, PageUrl, SourceConfig};

/// What holds under a configuration, line by line, with every preset and default filled in.
#[derive(Debug, Clone, Copy)]
pub struct Summary<'c>(pub(super) &'c Config);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.0;
        let public = config.public_url.as_ref().map_or_else(|| format!("http://{}", config.listen), ToString::to_string);
        let origins: Vec<&str> = config.allowed_origins.iter().map(super::Origin::as_str).collect();
        writeln!(f, "listens on      {}", config.listen)?;
        writeln!(f, "is reached at   {public}")?;
        writeln!(f, "serves pages of {}", if origins.is_empty() { "no other origin".to_owned() } else { origins.join(", ") })?;
        writeln!(f, "database        {}", config.database.display())?;
        writeln!(f, "keys            {}", config.keys.display())?;
        writeln!(f, "who asks        {}", identity(config))?;
        writeln!(f, "may export      {}", roles(&config.identity.allowed_roles))?;
        writeln!(f, "mail            {}", config.mail.as_ref().map_or_else(|| "none is sent".to_owned(), mail))?;
        if let Some(admin) = &config.admin {
            writeln!(f, "operator's      {}, token in {}", admin.listen, admin.token_file.display())?;
        }
        section(f, "policy", &config.policy())?;
        section(f, "retention", &config.retention)?;
        section(f, "http", &config.http)
    }
}

/// Every field of a value of plain numbers and words.
fn section(f: &mut fmt::Formatter<'_>, name: &str, value: &dyn fmt::Debug) -> fmt::Result {
    let all = format!("{value:#?}");
    writeln!(f, "\n{name}")?;
    for line in all.lines().skip(1).filter(|line| !line.trim().starts_with(['}', ')'])) {
        writeln!(f, "{}", line.trim_end_matches([',', '{', '(', ' ']))?;
    }
    Ok(())
}

fn identity(config: &Config) -> String {
    match config.identity.source() {
        Ok(SourceConfig::Introspection(whoami)) => {
            let mut shown = whoami.forward_headers.clone();
            shown.extend(whoami.cookie.iter().map(|name| format!("cookie {name}")));
            format!("asked of {}, which is shown {}", without_query(&whoami.whoami_url), shown.join(", "))
        }
        Ok(SourceConfig::Jwt(jwt)) => {
            let keys = match jwt.keys() {
                Ok(JwtKeys::Url(url)) => without_query(url),
                Ok(JwtKeys::Public(file) | JwtKeys::Shared(file)) => file.display().to_string(),
                Err(_) => "nowhere".to_owned(),
            };
            let from = jwt.cookie.as_ref().map_or_else(|| "Authorization: Bearer".to_owned(), |name| format!("cookie {name}"));
            format!("by token ({from}) of {} for {}, {:?}, keys from {keys}", jwt.issuer, jwt.audience, jwt.algorithms)
        }
        Ok(SourceConfig::Proxy(proxy)) => {
            let addresses: Vec<String> = proxy.addresses.iter().map(|network| network.0.to_string()).collect();
            format!("told by the proxy at {}", addresses.join(", "))
        }
        Err(_) => "unknown".to_owned(),
    }
}

fn roles(roles: &[String]) -> String {
    if roles.is_empty() { "every role".to_owned() } else { roles.join(", ") }
}

fn mail(mail: &MailConfig) -> String {
    let mut told = format!("from {}, ", mail.from);
    match (&mail.folder, &mail.smtp) {
        (Some(folder), _) => told.push_str(&format!("into the folder {}", folder.display())),
        (None, Some(smtp)) => {
            let port = smtp.port.map_or_else(|| "usual port".to_owned(), |port| format!("port {port}"));
            let _ = write!(told, "by {}, {port}, encryption {:?}", smtp.host, smtp.encryption);
        }
        (None, None) => told.push_str("nowhere"),
    }
    told
}

fn without_query(url: &PageUrl) -> String {
    let mut url = url.url().clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}
