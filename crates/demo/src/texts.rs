//! Words to invent people and their dealings with: several scripts, both directions, and every character that careless
//! software trips over.

use clap::ValueEnum;

use crate::chatter::{noise, sentences};
use crate::random::Random;

/// What the long texts of records are like: notes, memos, messages, what is said in calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Texts {
    /// A few texts with every character that careless software trips over, again and again.
    #[default]
    Awkward,
    /// As people write in chats; deflate makes a fifth of such pages.
    Chat,
    /// Random base64: deflate saves next to nothing on it.
    Incompressible,
}

impl Texts {
    /// A note.
    pub(crate) fn remark(self, random: &mut Random) -> &'static str {
        self.of(&REMARKS, random)
    }

    /// What somebody says.
    pub(crate) fn said(self, random: &mut Random) -> &'static str {
        self.of(&SAID, random)
    }

    fn of<const N: usize>(self, awkward: &[&'static str; N], random: &mut Random) -> &'static str {
        match self {
            Self::Awkward => random.pick(awkward),
            Self::Chat => {
                let count = random.within(1, 2);
                sentences(random, count)
            }
            Self::Incompressible => {
                let length = 500 + (random.next() % 1024) as u16;
                noise(random, length)
            }
        }
    }
}

/// A person's name in the order their language says it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name {
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    family_first: bool,
}

impl Name {
    /// One of some hundreds; given and family name are of one script.
    pub(crate) const fn invent(random: &mut Random) -> Self {
        match random.below(10) {
            0 => Self::of(random, &["محمد", "فاطمة", "يوسف", "ليلى"], &["الأحمد", "حدّاد", "النجّار"], false),
            1 => Self::of(random, &["נועה", "דוד", "יעל"], &["לוי", "כהן", "בן־דוד"], false),
            2 => Self::of(random, &["小明", "さくら", "지우", "偉"], &["王", "田中", "김", "陳"], true),
            3 => Self::of(random, &["Олена", "Иван", "Ελένη"], &["Шевченко", "Волков", "Παπαδοπούλου"], false),
            4 | 5 => Self::of(random, &["Jürgen", "Käthe", "Søren", "Zoë"], &["Müßig", "Groß-Öhler", "Ærø", "Nuñez"], false),
            _ => Self::of(
                random,
                &["Ada", "Sean", "Renée", "Tom \"Tommy\"", "Mary Jane"],
                &["Nakamura", "O'Neil", "van den Berg", "Null", "Smith\u{200d}"],
                false,
            ),
        }
    }

    const fn of<const G: usize, const F: usize>(
        random: &mut Random,
        given: &[&'static str; G],
        family: &[&'static str; F],
        family_first: bool,
    ) -> Self {
        Self { given: random.pick(given), family: random.pick(family), family_first }
    }

    /// Given and family name as they are said.
    pub(crate) const fn spoken(&self) -> [&'static str; 3] {
        if self.family_first { [self.family, " ", self.given] } else { [self.given, " ", self.family] }
    }
}

/// What people write into notes and fields.
const REMARKS: [&str; 24] = [
    "Prefers to be called in the morning, before nine.",
    "Asked for an offer over 12 seats; sent on Tuesday.",
    "Rückruf erbeten, möglichst außerhalb der Öffnungszeiten.",
    "يفضل التواصل عبر البريد الإلكتروني",
    "מעדיפה שיחות בשעות הערב, תודה!",
    "週末は電話しないでください。",
    "Said \"no\" twice.\nSaid \"maybe\" once.",
    "Path on their side: C:\\Users\\Ada\\new\\table.csv",
    "=1+1",
    "=HYPERLINK(\"http://example.com\";\"click\")",
    "+49 30 901820 is the switchboard",
    "-2+3 is what the form sent",
    "@SUM(1,2)",
    "</script><script>alert('hi')</script>",
    "<!-- not a comment --> & not an entity &amp;",
    "Tab\there, carriage\rreturn, bell\u{7}, nothing\u{0}.",
    "Line\u{2028}separator and paragraph\u{2029}separator",
    "👩‍👩‍👧 👍🏽 🏳️‍🌈 all in one note",
    "Their words: \"password\": \"hunter2\", and we laughed.",
    "{\"looks\":\"like JSON\",\"token\":\"is text\"}",
    "\u{202e}txt.exe reversed",
    "e\u{301} and \u{e9} are the same letter, twice",
    "'; DROP TABLE contacts; --",
    "",
];

/// Company names.
pub(crate) const COMPANIES: [&str; 12] = [
    "Nordlicht Pflegedienst GmbH",
    "Bäckerei Süß & Söhne",
    "Acme, Inc.",
    "شركة النور للتجارة",
    "חברת השחר בע\"מ",
    "株式会社さくら商事",
    "Tierarztpraxis Dr. Weiß",
    "O'Brien / Partners \\ Law",
    "=Formula Racing Ltd",
    "Café <b>Bold</b>",
    "Zahnärzte am Markt",
    "Øst & Vest A/S",
];

/// Cities with the country they lie in.
pub(crate) const PLACES: [(&str, &str); 10] = [
    ("Köln", "DE"),
    ("Zürich", "CH"),
    ("København", "DK"),
    ("القاهرة", "EG"),
    ("תל אביב-יפו", "IL"),
    ("東京", "JP"),
    ("서울", "KR"),
    ("São Paulo", "BR"),
    ("Łódź", "PL"),
    ("Portland, OR", "US"),
];

/// Streets.
pub(crate) const STREETS: [&str; 8] =
    ["Hauptstraße", "Am Alten Markt", "rue de l'Église", "شارع النيل", "רחוב הרצל", "中央通り", "Elm Street", "Åboulevarden"];

/// Labels people stick on things.
pub(crate) const TAGS: [&str; 8] = ["vip", "lead", "newsletter", "überfällig", "عميل", "לקוח", "顧客", "🔥 hot"];

/// What is said on the telephone.
const SAID: [&str; 16] = [
    "Good morning, this is the assistant of the practice. How can I help?",
    "I would like to move my appointment, please.",
    "Of course. Which day would suit you better?",
    "Thursday. No, wait: Friday, after four.",
    "Guten Tag, hier spricht der Sprachassistent. Was kann ich für Sie tun?",
    "Ich möchte eine Überweisung abholen, geht das heute noch?",
    "مرحبا، كيف يمكنني مساعدتك اليوم؟",
    "أريد أن أعرف حالة طلبي من فضلك.",
    "שלום, במה אפשר לעזור?",
    "お電話ありがとうございます。ご用件をどうぞ。",
    "He said \"call me back\", so I do.",
    "One moment, I am looking that up\u{2026}",
    "My code is 0049, then a star, then \\ and a hash.",
    "Is 12.50 with or without tax?",
    "Thank you. Goodbye! 👋",
    "…",
];

/// Languages of people and their calls.
pub(crate) const LANGUAGES: [&str; 6] = ["en", "de", "ar", "he", "ja", "pt-BR"];
