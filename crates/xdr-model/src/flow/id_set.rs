//! A compact set of ids.

use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::quality::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Slot;

/// A set of ids. An id of 32 characters takes about 50 bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct IdSet {
    /// All ids, one after another. A separate string for each id would need more memory than the id.
    ids: String,
    /// Where each id ends. Each id begins where the one before it ends.
    ends: Vec<u32>,
    index: HashTable<u32>,
    /// Random, so that no tenant can choose ids whose hashes collide.
    hasher: RandomState,
}

/// The set is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

impl IdSet {
    /// The most ids. The limits keep a tenant from filling the memory.
    pub(super) const MOST: usize = 1_000_000;
    /// The most bytes of all ids.
    const MOST_BYTES: usize = 256 << 20;

    pub(super) fn contains(&self, id: &str) -> bool {
        let hash = self.hasher.hash_one(id.as_bytes());
        self.index.find(hash, |place| id_at(&self.ids, &self.ends, *place) == id.as_bytes()).is_some()
    }

    /// Adds an id and returns whether it is new.
    pub(super) fn insert(&mut self, id: &str) -> Result<bool, Full> {
        let Self { ids, ends, index, hasher } = self;
        let slot = index.entry(
            hasher.hash_one(id.as_bytes()),
            |place| id_at(ids, ends, *place) == id.as_bytes(),
            |place| hasher.hash_one(id_at(ids, ends, *place)),
        );
        let Slot::Vacant(slot) = slot else { return Ok(false) };
        let (place, end) = (ends.len(), ids.len() + id.len());
        if place == Self::MOST || end > Self::MOST_BYTES {
            return Err(Full);
        }
        let (Ok(place), Ok(end)) = (u32::try_from(place), u32::try_from(end)) else { return Err(Full) };
        slot.insert(place);
        ids.push_str(id);
        ends.push(end);
        Ok(true)
    }
}

fn span(ends: &[u32], place: u32) -> Range<usize> {
    let place = place as usize;
    let begin = if place == 0 { 0 } else { ends[place - 1] };
    begin as usize..ends[place] as usize
}

/// The bytes of an id. They are compared and hashed as bytes.
fn id_at<'a>(ids: &'a str, ends: &[u32], place: u32) -> &'a [u8] {
    &ids.as_bytes()[span(ends, place)]
}

#[cfg(test)]
mod tests {
    use super::{Full, IdSet};

    #[test]
    fn an_id_is_new_once() {
        let mut set = IdSet::default();
        for id in ["a", "", "ab", "b", "Ä"] {
            assert!(!set.contains(id));
            assert_eq!((set.insert(id), set.insert(id)), (Ok(true), Ok(false)), "{id}");
            assert!(set.contains(id));
        }
        assert!(!set.contains("aab"));
    }

    #[test]
    fn a_set_is_full_at_a_million_ids_or_256_mib_of_them() {
        let mut set = IdSet::default();
        for id in 0..IdSet::MOST {
            assert_eq!(set.insert(&id.to_string()), Ok(true));
        }
        assert_eq!((set.insert("7"), set.insert("x")), (Ok(false), Err(Full)));
        let mut set = IdSet::default();
        let long = "a".repeat(IdSet::MOST_BYTES);
        assert_eq!((set.insert(&long), set.insert("x")), (Ok(true), Err(Full)));
    }
}
