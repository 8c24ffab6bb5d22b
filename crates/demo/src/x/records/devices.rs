//! From where and with what the account is used: sign-ins, devices, applications.

use super::super::dataset::{Dataset, Stream, some_moment};
use super::super::style::Style;
use crate::json::Json;

impl Dataset {
    pub(in crate::x) fn write_login(&self, index: u64, style: &Style<'_>, json: &mut Json) {
        let mut random = self.random(Stream::IpAudit, index);
        json.text(style.name("account_id"), &[self.account.id]);
        json.plain(style.name("created_at"), format_args!("{}", self.newest_first(Stream::IpAudit, index)));
        let host = random.below(250);
        if random.one_in(3) {
            json.plain(style.name("login_ip"), format_args!("2001:db8::{host:x}"));
        } else {
            json.plain(style.name("login_ip"), format_args!("203.0.113.{host}"));
        }
        style.number("login_port", random.within(1_024, 65_535), json);
    }

    /// The token that names a device is what the archive is asked for; the one that lets somebody push to it is not.
    pub(in crate::x) fn write_device(&self, index: u64, style: &Style<'_>, json: &mut Json) {
        let mut random = self.random(Stream::Devices, index);
        json.plain(style.name("client_application_id"), format_args!("{}", 129_032 + index));
        json.plain("token", format_args!("{:016x}{:016x}", random.next(), random.next()));
        style.other_moment("created_at", some_moment(&mut random), json);
        style.other_moment("last_seen_at", some_moment(&mut random), json);
        json.text(
            style.name("client_application_name"),
            &[["X for iPhone (X)", "X Web App", "X for Android"][index as usize % 3]],
        );
        json.object("push", |json| {
            json.secret("token");
            json.boolean("enabled", random.one_in(2));
        });
    }

    pub(in crate::x) fn write_application(&self, index: u64, style: &Style<'_>, json: &mut Json) {
        let mut random = self.random(Stream::Applications, index);
        json.plain("id", format_args!("{}", 8_220_000 + index * 31));
        json.text(
            "name",
            &[["Buffer & Queue", "写真帳", "<Analytics>", "TweetDelete", "Login for Café", "=Bot"][index as usize % 6]],
        );
        json.text("description", &[self.texts.remark(&mut random)]);
        json.object("organization", |json| {
            json.plain("name", format_args!("Organisation {index}"));
            json.plain("url", format_args!("https://app{index}.example"));
            json.plain(style.name("organization/privacy_policy_url"), format_args!("https://app{index}.example/privacy"));
        });
        json.list("permissions", |json| {
            json.text_item("read");
            if random.one_in(2) {
                json.text_item("write");
            }
        });
        style.other_moment("approved_at", some_moment(&mut random), json);
        json.secret("consumer_secret");
        json.object("grant", |json| {
            json.secret("access_token");
            json.secret("access_token_secret");
        });
    }
}
