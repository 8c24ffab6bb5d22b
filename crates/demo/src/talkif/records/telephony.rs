//! Phone numbers, telephone providers and call schedules.

use crate::json::Json;
use crate::random::Random;
use crate::talkif::dataset::{Dataset, Stream, some_moment};
use crate::texts::PLACES;

impl Dataset {
    pub(in crate::talkif) fn write_phone_number(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::PhoneNumbers, index);
        let (city, country) = random.pick(&PLACES);
        json.record(random.next(), |json| {
            json.plain("id", format_args!("num_{}_{index:04}", self.account.number));
            json.plain("number", format_args!("+4930{}", random.within(1_000_000, 9_999_999)));
            json.text("country", &[country]);
            json.text("label", &["Front desk, ", city]);
            json.list("capabilities", |json| {
                json.text_item("voice");
                json.text_item("sms");
            });
            json.raw("monthlyFee", format_args!("1.00"));
            json.object("sip", |json| {
                json.secret("password");
                json.plain("username", format_args!("trunk-{index}"));
                json.text("realm", &["sip.example"]);
            });
            json.moment("passwordChangedAt", some_moment(&mut random));
            json.list("integrations", |json| {
                json.item(|json| {
                    json.text("name", &["messaging"]);
                    json.secret("accessToken");
                    json.moment("tokenExpiresAt", some_moment(&mut random));
                    json.secret("signing-key");
                });
                json.item(|json| json.secret("token"));
            });
        });
    }

    pub(in crate::talkif) fn write_provider(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::VoipProviders, index);
        json.record(random.next(), |json| {
            json.plain("id", format_args!("vop_{}_{index:04}", self.account.number));
            json.text("name", &[random.pick(&["Fernsprecher AG", "Trunk & Line", "הטלפון", "電話局"])]);
            json.text("type", &["sip"]);
            json.plain("host", format_args!("sip{index}.provider.example"));
            json.number("port", 5061);
            json.secret_object("credentials", |json| {
                json.secret("username");
                json.secret("password");
                json.object("fallback", |json| json.secret("password"));
            });
            json.text("credentialsStatus", &["valid"]);
            json.moment("passwordChangedAt", some_moment(&mut random));
            json.object("settings", |json| {
                json.secret("PrivateKey");
                json.text("transport", &["tls"]);
            });
            json.moment("createdAt", some_moment(&mut random));
        });
    }

    pub(in crate::talkif) fn write_schedule(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::CallSchedules, index);
        json.record(0, |json| {
            json.plain("id", format_args!("sch_{}_{index:04}", self.account.number));
            json.text("name", &[random.pick(&["Recall", "Nachsorge", "تذكير", "毎週の確認"])]);
            json.plain("flowId", format_args!("flw_{}_{:04}", self.account.number, random.below(self.count(Stream::Flows))));
            json.text("timeZone", &["Europe/Berlin"]);
            json.plain("cron", format_args!("{} 9 * * 1-5", random.below(60)));
            json.list("windows", |json| windows(&mut random, json));
            json.object("retry", |json| {
                json.number("maxAttempts", random.within(1, 5));
                json.number("intervalMinutes", 15);
            });
            json.boolean("enabled", random.one_in(2));
            json.text("remark", &[self.texts.remark(&mut random)]);
            json.moment("createdAt", some_moment(&mut random));
        });
    }
}

fn windows(random: &mut Random, json: &mut Json) {
    for day in ["mon", "tue", "wed", "thu", "fri"] {
        if random.one_in(2) {
            json.item(|json| {
                json.text("day", &[day]);
                json.plain("from", format_args!("{:02}:00", random.within(7, 11)));
                json.plain("to", format_args!("{:02}:30", random.within(14, 19)));
            });
        }
    }
}
