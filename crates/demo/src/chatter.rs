//! What people write to each other, in any quantity: sentences over a small vocabulary, the common words often and the rare
//! ones seldom, with names of things, numbers, times and the odd emoji among them.
//!
//! Made for measuring: **no two texts are alike, and deflate finds in them about what it finds in people's chats**, which
//! is less than in a handful of texts that come again and again. Beside it, text that deflate finds next to nothing in.

use std::fmt::Write;
use std::sync::LazyLock;

use crate::random::Random;

/// Common words first: a word's place decides how often it is taken.
const WORDS: &str = "the to a and i you of is it in that for on we be this have with was are not but at if so me my your can \
    will do they just from or as all there what about no up out when he she would one get like call time know now how \
    then today them back good here think want could see said our has more need been some go did her who only tomorrow \
    which really please thanks well day his than work also send still after make before sure much next right over any \
    into because too new first where should take week two come even let morning very last had something us got were by \
    an yes off thing again say look always already number maybe going way okay late give people their through those \
    meeting other down better every why found tell help sorry little minutes most same both sent check never another \
    around yesterday long phone enough friend hope might ask question money bit home trying different many anything \
    done feel office appointment problem great best far until keep nothing point while hours evening few left talk \
    invoice pay table place actually answer end mean put three half wait price month bring monday friday idea list \
    heard together once name reach almost line soon train plan car sounds update change agree doctor probably paper \
    weather school file picture dinner lunch version customer order quite door report remember garden coffee \
    message believe family mother water letter weekend project account early calendar contract reminder delivery happy \
    station children window signature building colleague afterwards instead copied printer possible \
    quickly offered practice insurance recommend kitchen afternoon anyway waiting usually address document forward \
    weiter danke vielleicht morgen heute genau trotzdem natürlich wirklich schon später zusammen gern Uhr bitte noch \
    Rechnung Termin übrigens Straße gleich zurück größer café naïve señora voilà dépêche-toi allora grazie obrigado";

/// Marks that end a sentence.
const ENDS: [&str; 8] = [".", ".", ".", ".", "!", "?", "...", " 🙂"];
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes of each text that pieces are cut from. Deflate looks back 32 KiB: it does not notice that a piece comes again.
const CHATTER_BYTES: usize = 4 << 20;
const NOISE_CHARS: u64 = 4 << 20;

/// All that is ever said, written once a process: a piece of it costs a host no time.
static CHATTER: LazyLock<Chatter> = LazyLock::new(Chatter::write);
static NOISE: LazyLock<String> = LazyLock::new(|| write_noise(&mut Random::at(&[NOISE_CHARS])));
static VOCABULARY: LazyLock<Vec<&'static str>> = LazyLock::new(|| WORDS.split_whitespace().collect());

/// That many sentences, one after the other.
pub(crate) fn sentences(random: &mut Random, count: u64) -> &'static str {
    let Chatter { text, starts } = &*CHATTER;
    let first = random.below(starts.len() as u64 - count);
    let start = |place: u64| starts.get(usize::try_from(place).unwrap_or_default()).copied().unwrap_or_default();
    text.get(start(first)..start(first + count)).unwrap_or_default().trim_end()
}

/// That many characters of base64, up to 64 Ki: six bits of randomness in each byte, and nothing to be found in them.
pub(crate) fn noise(random: &mut Random, length: u16) -> &'static str {
    let length = u64::from(length);
    let start = random.below(NOISE_CHARS - length);
    let [start, end] = [start, start + length].map(|place| usize::try_from(place).unwrap_or_default());
    NOISE.get(start..end).unwrap_or_default()
}

/// Sentences behind each other, a space after each, and where each begins.
struct Chatter {
    text: String,
    starts: Vec<usize>,
}

impl Chatter {
    fn write() -> Self {
        let mut random = Random::at(&[CHATTER_BYTES as u64]);
        let (mut text, mut starts) = (String::with_capacity(CHATTER_BYTES + 1024), Vec::new());
        while text.len() < CHATTER_BYTES {
            starts.push(text.len());
            write_sentence(&mut random, &mut text);
        }
        Self { text, starts }
    }
}

fn write_sentence(random: &mut Random, text: &mut String) {
    for place in 0..random.within(3, 14) {
        if place > 0 {
            text.push_str(if random.one_in(9) { ", " } else { " " });
        }
        match random.below(40) {
            // Writing into a String cannot fail.
            0 => write!(text, "{}", random.below(10_000)).unwrap_or_default(),
            1 => write!(text, "{}:{:02}", random.within(7, 21), random.below(12) * 5).unwrap_or_default(),
            _ => text.push_str(word(random)),
        }
    }
    text.push_str(random.pick(&ENDS));
    text.push(' ');
}

/// The square of an even draw: the first tenth of the list is taken a third of the time.
fn word(random: &mut Random) -> &'static str {
    let draw = random.below(1 << 16);
    let place = (draw * draw * VOCABULARY.len() as u64) >> 32;
    VOCABULARY.get(usize::try_from(place).unwrap_or_default()).copied().unwrap_or_default()
}

fn write_noise(random: &mut Random) -> String {
    let mut bits = 0;
    let letters = (0..NOISE_CHARS).map(|place| {
        bits = if place % 10 == 0 { random.next() } else { bits >> 6 };
        char::from(BASE64[(bits & 63) as usize])
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardly_two_texts_are_alike() {
        let mut random = Random::at(&[1]);
        let texts: std::collections::HashSet<_> = (0..1_000).map(|_| sentences(&mut random, 2)).collect();
        assert!(texts.len() > 980, "{}", texts.len());
        assert!(texts.iter().all(|text| text.len() > 8 && text.trim() == *text));
    }

    #[test]
    fn noise_uses_every_character_of_base64_about_as_often() {
        let text = noise(&mut Random::at(&[1]), 64_000);
        assert_eq!(text.len(), 64_000);
        for letter in BASE64 {
            let count = text.bytes().filter(|byte| byte == letter).count();
            assert!((800..1_200).contains(&count), "{letter}: {count}");
        }
    }
}
