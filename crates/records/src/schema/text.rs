//! What was seen, as the words of JSON Schema.

use super::place::{INTEGER, NUMBER, Place, TYPES};
use crate::json::quoted;

impl Place {
    /// Writes what it knows as members of an object that has others before. Members are called required only if it is known what
    /// all records are like.
    pub(super) fn write(&self, is_whole: bool, text: &mut String) {
        self.write_types(text);
        if let Some(items) = &self.items {
            text.push_str(",\"items\":");
            items.write_below(is_whole, text);
        }
        if let Some(each) = &self.each {
            text.push_str(",\"additionalProperties\":");
            each.write_below(is_whole, text);
        }
        self.write_list(",\"properties\":{", "}", &|_| true, text, &|member, text| {
            text.push(':');
            member.write_below(is_whole, text);
        });
        if is_whole {
            self.write_list(",\"required\":[", "]", &|objects| objects == self.objects, text, &|_, _| {});
        }
    }

    fn write_below(&self, is_whole: bool, text: &mut String) {
        text.push('{');
        let start = text.len();
        self.write(is_whole, text);
        // Nothing stands before.
        if text.len() > start {
            text.remove(start);
        }
        text.push('}');
    }

    fn write_types(&self, text: &mut String) {
        // Every integer is a number.
        let types = if self.types & NUMBER == 0 { self.types } else { self.types & !INTEGER };
        let is_one = types.is_power_of_two();
        let mut lead = if is_one { ",\"type\":" } else { ",\"type\":[" };
        for (bit, name) in TYPES {
            if types & bit != 0 {
                text.push_str(lead);
                text.push_str(&quoted(name));
                lead = ",";
            }
        }
        if types != 0 && !is_one {
            text.push(']');
        }
    }

    /// Writes the members of which so many objects had one, if there are any.
    fn write_list(
        &self,
        opening: &str,
        closing: &str,
        wanted: &dyn Fn(u64) -> bool,
        text: &mut String,
        then: &dyn Fn(&Self, &mut String),
    ) {
        let mut lead = opening;
        for member in self.members.iter().filter(|member| wanted(member.objects)) {
            text.push_str(lead);
            text.push_str(&quoted(&member.name));
            then(&member.place, text);
            lead = ",";
        }
        if lead == "," {
            text.push_str(closing);
        }
    }
}
