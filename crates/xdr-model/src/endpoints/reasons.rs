//! The reasons that a tenant gives for failures.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::redact::Secrets;

/// The reasons by the position of their endpoint. Limits keep a tenant from filling the memory. A reason beyond them
/// is left out, and the endpoint is marked.
#[derive(Clone, Default)]
pub(super) struct Reasons {
    kept: BTreeMap<u32, Box<str>>,
    bytes: usize,
    /// The endpoints whose reason was left out, one bit each, and their number.
    left_out: Vec<u64>,
    count_left_out: u64,
    /// The positions of the reasons that have not been searched for secrets yet.
    fresh: Vec<u32>,
}

impl Reasons {
    /// A longer reason is left out.
    const LONGEST: usize = 16 << 10;
    /// The most reasons, and the most bytes of all of them.
    const MOST: usize = 100_000;
    const MOST_BYTES: usize = 8 << 20;

    pub(super) fn get(&self, place: usize) -> Option<&str> {
        self.kept.get(&(place as u32)).map(|raw| &**raw)
    }

    /// Whether an endpoint has a reason that was left out.
    pub(super) fn is_left_out(&self, place: usize) -> bool {
        self.left_out.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    /// How many were left out.
    pub(super) fn left_out(&self) -> u64 {
        self.count_left_out
    }

    pub(super) fn set(&mut self, place: usize, reason: &str) {
        if self.get(place) == Some(reason) {
            return;
        }
        self.remove(place);
        let has_room = self.kept.len() < Self::MOST && self.bytes + reason.len() <= Self::MOST_BYTES;
        if has_room && reason.len() <= Self::LONGEST {
            self.insert(place as u32, reason.into());
            self.fresh.push(place as u32);
        } else {
            self.leave_out(place);
        }
    }

    /// Notes that an endpoint has a reason that is not kept.
    pub(super) fn leave_out(&mut self, place: usize) {
        if self.is_left_out(place) {
            return;
        }
        if place / 64 >= self.left_out.len() {
            self.left_out.resize(place / 64 + 1, 0);
        }
        self.left_out[place / 64] |= 1 << (place % 64);
        self.count_left_out += 1;
    }

    pub(super) fn remove(&mut self, place: usize) {
        if self.is_left_out(place) {
            self.left_out[place / 64] &= !(1 << (place % 64));
            self.count_left_out -= 1;
        }
        if let Some(reason) = self.kept.remove(&(place as u32)) {
            self.bytes -= reason.len();
        }
    }

    fn insert(&mut self, place: u32, reason: Box<str>) {
        self.bytes += reason.len();
        self.kept.insert(place, reason);
    }

    /// Removes secrets from new reasons.
    pub(super) fn redact(&mut self, secrets: &Secrets) {
        let mut fresh = std::mem::take(&mut self.fresh);
        // A reply can give an endpoint many reasons. Only the last one is kept.
        fresh.sort_unstable();
        fresh.dedup();
        for place in fresh {
            let redacted = self.kept.get(&place).and_then(|raw| secrets.redact_json(raw));
            if let Some(redacted) = redacted {
                self.remove(place as usize);
                self.insert(place, redacted.into());
            }
        }
    }
}

/// The deepest nesting of a reason that is kept as JSON. A saved report must be readable again, and JSON readers stop
/// at 128 levels.
const DEEPEST: usize = 64;

/// A free-form reason. A reason that a JSON reader might refuse becomes text.
pub(crate) fn reason(raw: &str) -> Value {
    let value = serde_json::from_str(raw).ok().filter(|value| depth(value) <= DEEPEST);
    value.unwrap_or_else(|| Value::String(raw.to_owned()))
}

fn depth(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(fields) => fields.values().map(depth).max(),
        _ => return 0,
    };
    1 + deepest.unwrap_or(0)
}
