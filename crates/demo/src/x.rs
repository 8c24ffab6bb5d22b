//! X, a short-message service, in the style of its second API: cursors, side-loaded objects, partial results, ceilings, and
//! limits per window that are small.
//!
//! | module | what |
//! |---|---|
//! | `dataset` | how much there is, and how much of it the API hands out |
//! | `identity` | who is who, and which id belongs to whom |
//! | `post`, `message` | facts of a post and of a direct message, which several answers share |
//! | `media` | pictures and videos, their addresses and their files |
//! | `style` | how a record is written: as served, or as an export must hold it |
//! | `records` | each record's text |
//! | `truth` | what an export must hold |
//! | `api` | the HTTP side, with its traps |

mod api;
mod dataset;
mod identity;
mod media;
mod message;
mod post;
mod records;
mod style;
mod truth;

use crate::people::{Account, Person};

pub(crate) use self::api::routes as api;
pub(crate) use self::media::{files, shelf};
pub(crate) use self::truth::digests;

const CAFE: Account = Account { number: 0, id: "1398765432109876543", name: "Café Nordlicht ☕" };
const RIVAL: Account = Account { number: 1, id: "1402468135791357924", name: "Acme, Inc." };

const PASSWORD: &str = "correct horse battery staple";

/// Who may sign in.
pub(crate) const PEOPLE: [Person; 3] = [
    Person { id: "1398765432109876543", email: "owner@x.example", password: PASSWORD, role: "owner", account: CAFE },
    Person { id: "1399999999999999937", email: "viewer@x.example", password: PASSWORD, role: "viewer", account: CAFE },
    Person { id: "1402468135791357924", email: "other@x.example", password: PASSWORD, role: "owner", account: RIVAL },
];

/// The API hands out so many of the newest posts, whatever there is.
const POST_CEILING: u64 = 3_200;
/// And so many bookmarks.
const BOOKMARK_CEILING: u64 = 800;
/// Direct messages are handed out for so many days.
const MESSAGE_DAYS: u64 = 30;
