//! Keys of the configuration that come from the environment: `CARRYALL_COUNTER__POLICY__COOLDOWN_SECONDS=60` replaces
//! `cooldown_seconds` of `[policy]`.
//!
//! Two underscores stand between levels. A value is read as TOML, and where it is none, as text: `10`, `true`,
//! `["https://app.example"]` and `counter.sqlite3` are what they look like.

use std::collections::BTreeMap;
use std::ffi::OsString;

use toml::{Table, Value};

use super::{ConfigError, key_error};

const PREFIX: &str = "CARRYALL_COUNTER__";

/// The variables that concern the counter, under the key each one gives ("policy.cooldown_seconds").
#[derive(Debug, Default)]
pub(super) struct Environment {
    given: BTreeMap<String, Variable>,
}

#[derive(Debug)]
struct Variable {
    name: String,
    value: String,
}

impl Environment {
    /// Those among these variables.
    pub(super) fn of(variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Self, ConfigError> {
        let mut given = BTreeMap::new();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)).map(str::to_owned) else { continue };
            let key = name.trim_start_matches(PREFIX).split("__").map(str::to_lowercase).collect::<Vec<_>>().join(".");
            let value = value.into_string().map_err(|_| key_error(&name, "expected text in UTF-8"))?;
            given.insert(key, Variable { name, value });
        }
        Ok(Self { given })
    }

    /// Puts every value in its place.
    pub(super) fn overlay(&self, table: &mut Table) -> Result<(), ConfigError> {
        self.given.iter().try_for_each(|(key, variable)| put(table, key, variable))
    }

    /// The same error, with the variable beside the key that it gave.
    pub(super) fn name(&self, error: ConfigError) -> ConfigError {
        let ConfigError::Key { key, expected } = error else { return error };
        let within = |own: &&String| key == **own || key.starts_with(&format!("{own}.")) || key.starts_with(&format!("{own}["));
        match self.given.keys().find(within).and_then(|own| self.given.get(own)) {
            Some(variable) => key_error(format!("{key} (from {})", variable.name), expected),
            None => key_error(key, expected),
        }
    }
}

fn put(table: &mut Table, key: &str, variable: &Variable) -> Result<(), ConfigError> {
    let mut levels: Vec<&str> = key.split('.').collect();
    let last = levels.pop().unwrap_or_default();
    let mut place = table;
    for level in levels {
        let deeper = place.entry(level).or_insert_with(|| Value::Table(Table::new()));
        let no_table = || key_error(&variable.name, format!("{level} is no table; write two underscores only between levels"));
        place = deeper.as_table_mut().ok_or_else(no_table)?;
    }
    place.insert(last.to_owned(), read(&variable.value));
    Ok(())
}

fn read(text: &str) -> Value {
    let table: Option<Table> = format!("value = {text}").parse().ok();
    let alone = table.filter(|table| table.len() == 1).and_then(|mut table| table.remove("value"));
    alone.unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Config;
    use super::*;
    use crate::policy::Policy;

    const EXAMPLE: &str = include_str!("../../counter.example.toml");

    fn with(variables: &[(&str, &str)]) -> Result<Config, String> {
        let environment = Environment::of(variables.iter().map(|(name, value)| (name.into(), value.into())));
        let read = environment.and_then(|environment| Config::read(EXAMPLE, &environment, Path::new("/etc")));
        read.map_err(|error| error.to_string())
    }

    #[test]
    fn a_variable_replaces_what_the_file_says() {
        let config = with(&[
            ("CARRYALL_COUNTER__POLICY__COOLDOWN_SECONDS", "60"),
            ("CARRYALL_COUNTER__POLICY__AVAILABLE_BLOCKS", "false"),
            ("CARRYALL_COUNTER__ALLOWED_ORIGINS", "[\"https://a.example\", \"https://b.example\"]"),
            ("CARRYALL_COUNTER__LISTEN", "127.0.0.1:9"),
            ("CARRYALL_COUNTER__DATABASE", "other.sqlite3"),
            ("CARRYALL_COUNTER__LEASE__TTL_SECONDS", "90"),
            ("CARRYALL_COUNTER__RETENTION", "{ audit_days = 7 }"),
            ("CARRYALL_COUNTERFEIT", "1"),
            ("PATH", "/bin"),
        ]);
        let config = config.unwrap();
        let policy = config.policy();
        assert_eq!((config.listen.port(), config.database.to_str()), (9, Some("/etc/other.sqlite3")));
        assert_eq!(config.allowed_origins.len(), 2);
        assert_eq!((config.retention.audit_days, policy.lease.ttl.as_secs(), policy.available_blocks), (7, 90, false));
        assert_ne!(policy, Policy::talkif());
    }

    #[test]
    fn a_mistake_is_told_with_the_variable() {
        for (name, value, told) in [
            ("POLICY__COOLDOWN_SECONDS", "soon", "policy.cooldown_seconds (from CARRYALL_COUNTER__POLICY__COOLDOWN_SECONDS): "),
            (
                "POLICY__RUN_WINDOW_SECONDS",
                "0",
                "policy.run_window_seconds (from CARRYALL_COUNTER__POLICY__RUN_WINDOW_SECONDS): ",
            ),
            ("POLICY__COOLDOWN_SECOND", "1", "policy.cooldown_second (from CARRYALL_COUNTER__POLICY__COOLDOWN_SECOND): "),
            ("ALLOWED_ORIGINS", "[\"x\"]", "allowed_origins[0] (from CARRYALL_COUNTER__ALLOWED_ORIGINS): "),
            ("DATABASE__FILE", "x", "CARRYALL_COUNTER__DATABASE__FILE: database is no table"),
        ] {
            let error = with(&[(&format!("{PREFIX}{name}"), value)]).unwrap_err();
            assert!(error.starts_with(told), "{name}: {error}");
        }
    }

    #[test]
    fn a_value_is_toml_or_else_text_and_never_a_second_key() {
        for (text, value) in [
            ("60", Value::Integer(60)),
            ("\"60\"", Value::String("60".to_owned())),
            ("https://a.example", Value::String("https://a.example".to_owned())),
            ("", Value::String(String::new())),
            ("1\nother = 2", Value::String("1\nother = 2".to_owned())),
            ("1 # of them", Value::Integer(1)),
        ] {
            assert_eq!(read(text), value, "{text:?}");
        }
    }
}
