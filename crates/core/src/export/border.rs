//! Whether two pages of a list that changes meet.
//!
//! A page is asked for from the last record of the page before it. Where it begins with a record of that page, nothing that
//! was there all the time can have slipped between the two, whatever was inserted or deleted meanwhile; where it does not,
//! the list has moved. **This holds for records with and without a primary key, and needs no claimed total.**

use carryall_records::seen::sorted;

/// The page before and the page being read, as fingerprints of their records.
#[derive(Debug, Default)]
pub(super) struct Border {
    /// The records of the page before, in order.
    before: Vec<u64>,
    /// The same to be searched: each one's upper half above its place, sorted.
    sorted: Vec<u64>,
    /// The records of the page being read, in order.
    now: Vec<u64>,
    /// How much of the page before has been met again.
    met: usize,
}

impl Border {
    /// Whether a page that begins with this record joins the page before it.
    pub(super) fn joins(&self, first: u64) -> bool {
        self.place(first, 0).is_some()
    }

    /// Takes the next record of the page being read; tells whether it is one of the page before, met again.
    pub(super) fn repeats(&mut self, fingerprint: u64) -> bool {
        self.now.push(fingerprint);
        let place = self.place(fingerprint, self.met);
        self.met = place.map_or(self.met, |place| place + 1);
        place.is_some()
    }

    /// Whether the page before had these records, in this order.
    pub(super) fn is_same(&self, records: &[u64]) -> bool {
        self.before == records
    }

    /// The page being read is over and becomes the page before.
    pub(super) fn turn(&mut self) {
        std::mem::swap(&mut self.before, &mut self.now);
        self.now.clear();
        self.sorted.clear();
        self.sorted.extend(self.before.iter().zip(0..).map(|(record, place): (&u64, u64)| above(*record) | place));
        self.sorted = sorted(std::mem::take(&mut self.sorted));
        self.met = 0;
    }

    /// The first place of a record on the page before, from a place on.
    fn place(&self, fingerprint: u64, from: usize) -> Option<usize> {
        let start = self.sorted.partition_point(|known| *known < (above(fingerprint) | from as u64));
        let same = self.sorted.get(start..)?.iter().take_while(|known| above(**known) == above(fingerprint));
        let mut places = same.filter_map(|known| usize::try_from(known & LOWER).ok());
        places.find(|place| self.before.get(*place) == Some(&fingerprint))
    }

    /// One number for the page being read, in which its records and their order count.
    pub(super) fn digest(&self) -> u64 {
        self.now
            .iter()
            .fold(self.now.len() as u64, |digest, record| (digest.rotate_left(5) ^ record).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}

/// The half that a place stands in.
const LOWER: u64 = u32::MAX as u64;

/// A fingerprint without the half that a place stands in.
const fn above(fingerprint: u64) -> u64 {
    fingerprint & !LOWER
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(border: &mut Border, records: &[u64]) -> Vec<bool> {
        let repeats = records.iter().map(|record| border.repeats(*record)).collect();
        border.turn();
        repeats
    }

    #[test]
    fn a_page_joins_where_it_begins_within_the_page_before() {
        let mut border = Border::default();
        page(&mut border, &[1, 2, 3]);
        assert!(border.joins(3) && border.joins(2) && !border.joins(4));
        assert_eq!(page(&mut border, &[3, 4, 5]), [true, false, false]);
    }

    #[test]
    fn only_what_was_on_the_page_before_counts_as_met_again() {
        let mut border = Border::default();
        page(&mut border, &[1, 2, 2, 3]);
        assert_eq!(page(&mut border, &[2, 2, 3, 2, 9]), [true, true, true, false, false]);
    }
}
