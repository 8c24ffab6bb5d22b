//! Money: charges and balance transactions. Every amount keeps its digits: `12.50`, `0.10`, `-0.00`, `1.0850e0`.

use crate::json::Json;
use crate::random::Random;
use crate::talkif::dataset::{Dataset, Stream};

/// Just below 2^63: the first some hundred fit an i64, the others only a u64, and none a double.
const FIRST_LEDGER_SEQUENCE: u64 = 9_223_372_036_854_775_001;

impl Dataset {
    pub(in crate::talkif) fn write_charge(&self, index: u64, json: &mut Json) {
        let charged_at = self.charged_at(index);
        let mut random = self.random(Stream::Charges, index);
        json.record(0, |json| {
            json.plain("id", format_args!("chg_{}_{index:07}", self.account.number));
            json.number("ledgerSequence", FIRST_LEDGER_SEQUENCE + index);
            json.text("description", &[random.pick(&["Minutes", "Telefonnummer, Monatsgebühr", "رسوم المكالمات", "通話料"])]);
            let net = random.within(1, 5_000) * 10;
            json.money("amount", net);
            json.money("tax", net * 19 / 100);
            json.money("total", net + net * 19 / 100);
            json.text("currency", &["EUR"]);
            json.text("status", &[random.pick(&["paid", "open", "refunded"])]);
            json.list("lineItems", |json| line_items(&mut random, json));
            json.plain("invoiceNumber", format_args!("RE-{index:08}"));
            json.text("memo", &[self.texts.remark(&mut random)]);
            json.moment("createdAt", charged_at);
        });
    }

    pub(in crate::talkif) fn write_transaction(&self, index: u64, json: &mut Json) {
        let created_at = self.newest_first(Stream::BalanceTransactions, index);
        let mut random = self.random(Stream::BalanceTransactions, index);
        json.record(0, |json| {
            json.plain("id", format_args!("btx_{}_{index:07}", self.account.number));
            json.text("type", &[random.pick(&["charge", "top-up", "refund", "adjustment"])]);
            let cents = if index.is_multiple_of(50) { 0 } else { random.below(900) * 10 };
            json.raw("amount", format_args!("-{}.{:02}", cents / 100, cents % 100));
            json.money("balanceAfter", random.below(1_000_000));
            json.raw("exchangeRate", format_args!("1.{:03}0e0", random.below(1_000)));
            json.text("currency", &["EUR"]);
            json.plain("reference", format_args!("{}", u64::MAX - index));
            json.plain("chargeId", format_args!("chg_{}_{:07}", self.account.number, random.below(self.count(Stream::Charges))));
            json.object("source", |json| {
                json.text("kind", &[random.pick(&["card", "transfer", "voucher"])]);
                json.plain("last4", format_args!("{:04}", random.below(10_000)));
                json.text("holder", &["Zahn\u{e4}rzte am Markt"]);
            });
            json.text("memo", &[self.texts.remark(&mut random)]);
            json.boolean("settled", !random.one_in(9));
            json.moment("createdAt", created_at);
        });
    }
}

fn line_items(random: &mut Random, json: &mut Json) {
    for kind in ["speech", "telephony"] {
        json.item(|json| {
            json.text("kind", &[kind]);
            json.number("quantity", random.within(1, 900));
            json.raw("unitPrice", format_args!("0.0{}0", random.within(10, 99)));
        });
    }
}
