//! Talkif, a voice-AI service: `limit` and `offset`, money with its zeros, ids beyond 2^53, transcripts per call.
//!
//! | module | what |
//! |---|---|
//! | `dataset` | how much there is, and which record lies where |
//! | `call` | what happened in a call: the facts that several answers share |
//! | `recording` | the sound of a call, and its signed address |
//! | `records` | each record's text |
//! | `api` | the HTTP side, with its traps |
//!
//! Of the dataset the API knows `Secrets::Served`, the truth `Secrets::Removed`; **nothing else is shared by the two**.

mod api;
mod call;
mod dataset;
mod recording;
mod records;

use std::collections::BTreeMap;

use self::dataset::{Dataset, Stream};
use crate::host::Deletion;
use crate::json::{Json, Secrets};
use crate::people::{Account, Person};
use crate::truth::{Digest, Question};

pub(crate) use self::api::routes as api;
pub(crate) use self::recording::{files, shelf};

const PRACTICE: Account = Account { number: 0, id: "acc_1001", name: "Zahnärzte am Markt" };
const RIVAL: Account = Account { number: 1, id: "acc_1002", name: "Acme, Inc." };

const PASSWORD: &str = "correct horse battery staple";

/// Who may sign in.
pub(crate) const PEOPLE: [Person; 3] = [
    Person { id: "usr_0_0000", email: "owner@talkif.example", password: PASSWORD, role: "owner", account: PRACTICE },
    Person { id: "usr_0_0001", email: "viewer@talkif.example", password: PASSWORD, role: "viewer", account: PRACTICE },
    Person { id: "usr_1_0000", email: "other@talkif.example", password: PASSWORD, role: "owner", account: RIVAL },
];

/// The place, among the contacts, of the one that [`Deletion::Read`] deletes: on the first page, whatever its size.
const READ_AND_DELETED: u64 = 7;

/// The digest of every stream, told record by record from one buffer.
pub(crate) fn digests(question: &Question) -> BTreeMap<&'static str, Digest> {
    let data = Dataset::new(question.seed, question.account, question.size).with_texts(question.texts).with_media(question.media);
    let mut json = Json::new(Secrets::Removed);
    Stream::ALL.into_iter().map(|stream| (stream.id(), digest(&data, stream, question, &mut json))).collect()
}

fn digest(data: &Dataset, stream: Stream, question: &Question, json: &mut Json) -> Digest {
    let mut digest = Digest::default();
    for index in (0..data.count(stream)).filter(|index| is_exported(data, stream, *index, question)) {
        json.clear();
        data.write(stream, index, json);
        digest.add(json.as_bytes());
    }
    digest
}

/// Scrubbed calls, transcripts that nobody gets and contacts deleted in time are no part of the export.
fn is_exported(data: &Dataset, stream: Stream, index: u64, question: &Question) -> bool {
    match stream {
        Stream::Calls => !data.call_facts(index).scrubbed,
        Stream::CallTranscripts => {
            let facts = data.call_facts(index);
            !facts.scrubbed && facts.transcript() == call::Transcript::Open
        }
        Stream::Contacts => match question.deletion {
            Deletion::None => true,
            Deletion::Read => !question.again || index != READ_AND_DELETED,
            Deletion::Unread => index != data.count(Stream::Contacts) - 1,
        },
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::{Size, System};
    use crate::texts::Texts;
    use crate::truth::Truth;

    fn records(size: Size) -> u64 {
        let data = Dataset::new(7, PRACTICE, size);
        Stream::ALL.into_iter().map(|stream| data.count(stream)).sum()
    }

    #[test]
    fn the_sizes_are_about_two_thousand_one_hundred_thousand_and_two_million() {
        assert!((1_900..2_200).contains(&records(Size::Small)), "{}", records(Size::Small));
        assert!((95_000..105_000).contains(&records(Size::Medium)), "{}", records(Size::Medium));
        assert!((1_900_000..2_100_000).contains(&records(Size::Large)), "{}", records(Size::Large));
    }

    #[test]
    fn the_truth_depends_on_seed_size_and_account_and_on_nothing_else() {
        let question = Question::new(System::Talkif, 7, Size::Small);
        let truth = Truth::tell(&question);
        assert_eq!(truth, Truth::tell(&question));
        for other in [Question { seed: 8, ..question }, Question { account: RIVAL, ..question }] {
            for (stream, digest) in Truth::tell(&other).streams {
                assert_ne!(truth.streams[stream], digest, "{stream}");
            }
        }
    }

    #[test]
    fn other_texts_make_other_records_in_the_same_number() {
        let awkward = Truth::tell(&Question::new(System::Talkif, 7, Size::Small));
        for texts in [Texts::Chat, Texts::Incompressible] {
            let other = Truth::tell(&Question { texts, ..Question::new(System::Talkif, 7, Size::Small) });
            for stream in ["contacts", "charges", "balance-transactions", "notifications", "call-transcripts"] {
                assert_eq!(awkward.streams[stream].records(), other.streams[stream].records(), "{stream}");
                assert_ne!(awkward.streams[stream], other.streams[stream], "{stream}");
            }
        }
    }

    #[test]
    fn the_truth_leaves_out_what_no_export_can_hold() {
        let question = Question::new(System::Talkif, 7, Size::Small);
        let count = |question: &Question, stream| Truth::tell(question).streams[stream].records();
        let data = Dataset::new(7, PRACTICE, Size::Small);
        assert!(count(&question, "calls") < data.count(Stream::Calls));
        assert!(count(&question, "call-transcripts") < count(&question, "calls"));
        let all = data.count(Stream::Contacts);
        assert_eq!(count(&question, "contacts"), all);
        assert_eq!(count(&Question { again: true, ..question }, "contacts"), all - 1);
        assert_eq!(count(&Question { deletion: Deletion::Unread, ..question }, "contacts"), all - 1);
    }

    #[test]
    fn a_record_deep_in_a_large_account_is_made_without_its_neighbours() {
        let data = Dataset::new(7, PRACTICE, Size::Large);
        let mut json = Json::new(Secrets::Served);
        for stream in Stream::ALL {
            let last = data.count(stream) - 1;
            for index in (0..100).map(|step| last * step / 99) {
                json.clear();
                data.write(stream, index, &mut json);
                let record: serde_json::Value = serde_json::from_slice(json.as_bytes()).unwrap();
                assert!(record.is_object(), "{stream:?} {index}");
            }
        }
    }
}
