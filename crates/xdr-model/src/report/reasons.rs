//! The reasons that a tenant gives for failures.

use std::collections::BTreeMap;

use serde_json::value::{RawValue, to_raw_value};

/// The reason of each endpoint that has one, by its place. A tenant must not fill the memory with them, so long ones are
/// cut, and beyond a limit none is kept.
#[derive(Clone, Default)]
pub(super) struct Reasons {
    raw: BTreeMap<usize, Box<RawValue>>,
    bytes: usize,
}

impl Reasons {
    /// A reason of more bytes is kept as text of its first half: no more than this either, with every character escaped.
    const LONGEST: usize = 32 << 10;
    /// The most bytes of all reasons.
    const MOST_BYTES: usize = 64 << 20;

    pub(super) fn get(&self, place: usize) -> Option<&RawValue> {
        self.raw.get(&place).map(|raw| &**raw)
    }

    pub(super) fn set(&mut self, place: usize, reason: &RawValue) {
        if self.get(place).is_some_and(|known| known.get() == reason.get()) {
            return;
        }
        self.remove(place);
        let Some(kept) = shortened(reason.get()) else { return };
        if self.bytes + kept.get().len() <= Self::MOST_BYTES {
            self.bytes += kept.get().len();
            self.raw.insert(place, kept);
        }
    }

    pub(super) fn remove(&mut self, place: usize) {
        if let Some(reason) = self.raw.remove(&place) {
            self.bytes -= reason.get().len();
        }
    }
}

fn shortened(reason: &str) -> Option<Box<RawValue>> {
    if reason.len() <= Reasons::LONGEST {
        return RawValue::from_string(reason.to_owned()).ok();
    }
    let end = (0..Reasons::LONGEST / 2 - 8).rev().find(|end| reason.is_char_boundary(*end))?;
    to_raw_value(&format!("{}…", &reason[..end])).ok()
}
