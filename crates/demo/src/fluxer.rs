//! Fluxer, a chat: ids of 64 bits, keyset paging, a search over everything one has written, notes as a map.
//!
//! | module | what |
//! |---|---|
//! | `dataset`, `pattern` | how much there is, and which record lies where |
//! | `places`, `message`, `attachment`, `snowflake` | the facts that several answers share |
//! | `records` | each record's text |
//! | `truth` | what an export must hold |
//! | `api` | the HTTP side, with its traps |
//! | `media` | the files of the media host |
//!
//! Of the dataset the API knows `Secrets::Served`, the truth `Secrets::Removed`; **nothing else is shared by the two**.

mod api;
mod attachment;
mod dataset;
mod media;
mod message;
mod pattern;
mod places;
mod records;
mod snowflake;
mod truth;

use crate::people::{Account, Person};

pub(crate) use self::api::routes as api;
pub(crate) use self::media::{files, shelf};
pub(crate) use self::truth::digests;

const OWNER: Account = Account { number: 0, id: "555540597964800517", name: "kaethe" };
const RIVAL: Account = Account { number: 1, id: "639976970649600921", name: "rival_1" };

const PASSWORD: &str = "correct horse battery staple";

/// Who may sign in. A person is an account.
pub(crate) const PEOPLE: [Person; 2] = [
    Person { id: OWNER.id, email: "owner@fluxer.example", password: PASSWORD, role: "user", account: OWNER },
    Person { id: RIVAL.id, email: "other@fluxer.example", password: PASSWORD, role: "user", account: RIVAL },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Search;
    use crate::system::{Size, System};
    use crate::texts::Texts;
    use crate::truth::{Question, Truth};

    fn records(size: Size) -> u64 {
        Truth::tell(&Question::new(System::Fluxer, 7, size)).streams.values().map(crate::truth::Digest::records).sum()
    }

    #[test]
    fn the_sizes_are_about_two_thousand_and_one_hundred_thousand() {
        assert!((1_900..2_300).contains(&records(Size::Small)), "{}", records(Size::Small));
        assert!((95_000..105_000).contains(&records(Size::Medium)), "{}", records(Size::Medium));
    }

    #[test]
    fn a_huge_account_has_five_gibibytes_of_media_in_files_of_which_one_is_beyond_four() {
        let data = dataset::Dataset::new(7, OWNER, Size::Huge);
        let messages: Vec<_> = truth::own_messages(&data, |_| true).chain(truth::mentions(&data)).collect();
        assert!((410_000..420_000).contains(&messages.len()), "{}", messages.len());
        let attachments = messages.iter().flat_map(|message| data.attachments(message));
        let sizes: Vec<_> = attachments.filter(|attachment| !attachment.is_expired()).map(|attachment| attachment.size).collect();
        let all = sizes.iter().sum::<u64>() >> 20;
        assert!((4_900..5_300).contains(&all), "{all} MiB in {} files", sizes.len());
        assert_eq!(sizes.iter().filter(|size| **size > u64::from(u32::MAX)).count(), 1);
    }

    #[test]
    fn the_truth_depends_on_seed_and_account_and_on_nothing_else() {
        let question = Question { search: Search::Off, ..Question::new(System::Fluxer, 7, Size::Small) };
        let truth = Truth::tell(&question);
        assert_eq!(truth, Truth::tell(&question));
        for other in [Question { seed: 8, ..question }, Question { account: RIVAL, ..question }] {
            for (stream, digest) in Truth::tell(&other).streams.into_iter().filter(|(stream, _)| *stream != "messages") {
                assert_ne!(truth.streams[stream], digest, "{stream}");
            }
        }
    }

    #[test]
    fn other_texts_make_other_records_in_the_same_number() {
        let awkward = Truth::tell(&Question::new(System::Fluxer, 7, Size::Small));
        for texts in [Texts::Chat, Texts::Incompressible] {
            let other = Truth::tell(&Question { texts, ..Question::new(System::Fluxer, 7, Size::Small) });
            for stream in ["messages", "mentions", "notes", "guild-pins"] {
                assert_eq!(awkward.streams[stream].records(), other.streams[stream].records(), "{stream}");
                assert_ne!(awkward.streams[stream], other.streams[stream], "{stream}");
            }
        }
    }
}
