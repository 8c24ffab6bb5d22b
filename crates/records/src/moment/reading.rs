//! A text read from its beginning: digits, marks and words.

/// The rest of a text.
pub(super) struct Reading<'a>(&'a [u8]);

impl<'a> Reading<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self(text.as_bytes())
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn is_digit(&self) -> bool {
        self.0.first().is_some_and(u8::is_ascii_digit)
    }

    /// Goes past one of these bytes.
    pub(super) fn one_of(&mut self, marks: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        let found = marks.contains(first).then_some(*first)?;
        self.0 = rest;
        Some(found)
    }

    /// A number of exactly so many digits, few enough to be held.
    pub(super) fn number(&mut self, digits: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(digits)?;
        let number = digits.iter().try_fold(0, |number, digit| Some(number * 10 + value_of(*digit)?))?;
        self.0 = rest;
        Some(number)
    }

    /// A number of two digits that is at most this.
    pub(super) fn number_to(&mut self, most: i64) -> Option<i64> {
        self.number(2).filter(|number| *number <= most)
    }

    /// A number of any digits, at least one.
    pub(super) fn digits(&mut self) -> Option<u64> {
        self.is_digit().then_some(())?;
        let mut number = 0_u64;
        while let Some(digit) = self.number(1) {
            number = number.checked_mul(10)?.checked_add(digit.unsigned_abs())?;
        }
        Some(number)
    }

    /// Which of these words of three letters comes next.
    pub(super) fn word(&mut self, words: &[&str]) -> Option<i64> {
        let (word, rest) = self.0.split_at_checked(3)?;
        let at = words.iter().position(|known| known.as_bytes() == word)?;
        self.0 = rest;
        i64::try_from(at).ok()
    }
}

fn value_of(digit: u8) -> Option<i64> {
    digit.is_ascii_digit().then(|| i64::from(digit - b'0'))
}
