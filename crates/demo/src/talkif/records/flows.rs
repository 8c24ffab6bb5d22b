//! Flows: deep objects, with secrets where integrations are configured.

use crate::json::Json;
use crate::random::Random;
use crate::talkif::dataset::{Dataset, Stream, some_moment};
use crate::texts::{Name, Texts};

impl Dataset {
    pub(in crate::talkif) fn write_flow(&self, index: u64, json: &mut Json) {
        let mut random = self.random(Stream::Flows, index);
        json.record(random.next(), |json| {
            json.plain("id", format_args!("flw_{}_{index:04}", self.account.number));
            json.text("name", &[random.pick(&["Reception", "Terminvergabe", "استقبال", "予約受付", "=Flow & <Co>"])]);
            json.number("version", random.within(1, 40));
            json.text("status", &[random.pick(&["draft", "published"])]);
            json.text("secretaryName", &Name::invent(&mut random).spoken());
            json.list("nodes", |json| {
                for node in 0..random.within(3, 9) {
                    json.item(|json| write_node(self.texts, node, &mut random, json));
                }
            });
            json.list("webhooks", |json| webhooks(&mut random, json));
            integrations(json);
            json.number("tokenCount", random.within(200, 9_000));
            json.moment("createdAt", some_moment(&mut random));
            json.moment("updatedAt", some_moment(&mut random));
        });
    }
}

fn write_node(texts: Texts, node: u64, random: &mut Random, json: &mut Json) {
    json.number("node", node);
    json.text("type", &[random.pick(&["say", "ask", "http", "transfer", "hang-up"])]);
    json.text("prompt", &[texts.said(random)]);
    json.object("settings", |json| {
        json.raw("temperature", format_args!("0.70"));
        json.object("http", |json| {
            json.plain("url", format_args!("https:\\/\\/hooks.example\\/{node}"));
            // The only member of its object: what remains is `{}`.
            json.object("auth", |json| json.secret("Api-Key"));
            json.list("headers", |json| {
                json.item(|json| {
                    json.text("name", &["X-Remark"]);
                    json.text("value", &[texts.remark(random)]);
                });
            });
        });
    });
}

fn webhooks(random: &mut Random, json: &mut Json) {
    for hook in 0..random.below(3) {
        json.item(|json| {
            json.plain("url", format_args!("https://hooks.example/{hook}"));
            json.secret("webhookSecret");
            json.list("events", |json| json.text_item("call.ended"));
            json.boolean("active", random.one_in(2));
        });
    }
}

/// Secret names in the styles people use; one of them written with an escape, which means the same name.
fn integrations(json: &mut Json) {
    json.object("integrations", |json| {
        json.object("crm", |json| {
            json.text("tokenUrl", &["https://crm.example/token"]);
            json.secret("CLIENT_SECRET");
            json.secret("access_token");
            json.text("tokenType", &["bearer"]);
        });
        json.object("calendar", |json| {
            json.text("user", &["front-desk"]);
            json.secret("api\\u004bey");
        });
    });
}
