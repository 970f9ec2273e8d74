//! The endpoints that a tenant has named for an action, in a compact form.

use std::fmt;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

use super::reasons::Reasons;
use super::statuses::{Statuses, Tally};
use super::{EndpointActionStatus, StatusCounts, reason};
use crate::ids::EndpointId;
use crate::redact::Secrets;
use foldhash::quality::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Slot;

/// Every endpoint that was ever named, with its latest status.
///
/// The replies of an action usually name the same endpoints in the same order. An endpoint is therefore first looked
/// for at the next position. The index is needed only where the order changes.
#[derive(Clone, Default)]
pub(crate) struct KnownEndpoints {
    /// All ids, one after another. A separate string for each id would need more memory than the id.
    ids: String,
    pub(super) entries: Vec<Entry>,
    index: HashTable<u32>,
    /// Random, so that no tenant can choose ids whose hashes collide.
    hasher: RandomState,
    pub(super) statuses: Statuses,
    pub(super) reasons: Reasons,
    /// The number of the last reply, counted from 1.
    pub(super) reply: u32,
    /// All endpoints by their latest status.
    pub(super) all: Tally,
    /// The endpoints that the last reply named, by their latest status.
    pub(super) last: Tally,
    /// The secrets that must not be shown if an id holds them.
    secrets: Option<Arc<Secrets>>,
}

#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// Where the id ends in `ids`. It begins where the previous id ends.
    end: u32,
    pub(super) status: u32,
    /// The last reply that named the endpoint; 0 for none.
    pub(super) reply: u32,
}

/// An endpoint as it is known.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) id: &'a str,
    secrets: Option<&'a Secrets>,
    pub(crate) status: &'a EndpointActionStatus,
    /// The last reply did not name it.
    pub(crate) is_omitted: bool,
    /// The reason as JSON text.
    pub(crate) reason: Option<&'a str>,
    /// The tenant gave a reason that is not kept.
    pub(crate) is_reason_left_out: bool,
}

impl Known<'_> {
    /// The id. Its shown form holds no secrets.
    pub(crate) fn endpoint_id(&self) -> EndpointId {
        shown(self.id, self.secrets)
    }
}

impl PartialEq for Known<'_> {
    fn eq(&self, other: &Self) -> bool {
        let seen = |known: &Self| (known.is_omitted, known.reason.map(reason));
        (self.id, self.status) == (other.id, other.status) && seen(self) == seen(other)
    }
}

/// The tenant has named more endpoints than are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooMany;

impl KnownEndpoints {
    /// The most endpoints that are kept. A tenant that names new endpoints in every reply must not fill the memory,
    /// and a million short ids would block a thread for longer than one reply may.
    pub(crate) const MOST: usize = 330_000;
    /// The most bytes of all ids: 38 for each of the most endpoints. The ids of a tenant have 32.
    const MOST_BYTES: usize = 12 << 20;

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Known<'_>> {
        (0..self.entries.len()).map(|place| self.get(place))
    }

    /// An id whose shown form holds no secrets, like those of the endpoints.
    pub(crate) fn shown_id(&self, id: &str) -> EndpointId {
        shown(id, self.secrets.as_deref())
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.find(id).is_some()
    }

    /// How many endpoints have each latest status.
    pub(crate) fn counts(&self) -> StatusCounts {
        self.statuses.counts(&self.all)
    }

    /// How many endpoints the last reply named.
    pub(crate) fn named(&self) -> u64 {
        self.last.total()
    }

    /// How many of these have each status.
    pub(crate) fn last_counts(&self) -> StatusCounts {
        self.statuses.counts(&self.last)
    }

    /// How many endpoints the last reply named that have not settled.
    pub(crate) fn unsettled(&self) -> u64 {
        self.statuses.unsettled(&self.last)
    }

    /// How many endpoints were named, have not settled, and are no longer named.
    pub(crate) fn vanished(&self) -> u64 {
        self.statuses.unsettled(&self.all) - self.unsettled()
    }

    /// How many of the [`unsettled`](Self::unsettled) endpoints are pending.
    pub(crate) fn pending(&self) -> u64 {
        self.last.count(|status| *self.statuses.get(status) == EndpointActionStatus::Pending)
    }

    /// How many endpoints have a status word that was left out.
    pub(crate) fn words_left_out(&self) -> u64 {
        self.all.count(|status| status == Statuses::LEFT_OUT)
    }

    /// How many endpoints have a reason that was left out.
    pub(crate) fn reasons_left_out(&self) -> u64 {
        self.reasons.left_out()
    }

    /// Removes secrets from new words and reasons. Ids stay as they are, because they are sent back; only their shown
    /// form is redacted.
    pub(crate) fn redact(&mut self, secrets: &Arc<Secrets>) {
        self.statuses.redact(secrets);
        self.reasons.redact(secrets);
        self.secrets = Some(Arc::clone(secrets));
    }

    /// The position of an endpoint.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        let hash = self.hasher.hash_one(id.as_bytes());
        self.index.find(hash, |place| self.is_at(*place as usize, id)).map(|place| *place as usize)
    }

    /// Reserves memory for the endpoints of a first reply with this many bytes. Growing in steps would copy the data
    /// and rebuild the index at each step.
    pub(super) fn reserve(&mut self, bytes: usize) {
        /// About how many bytes of a reply an endpoint takes.
        const ENTRY: usize = 48;
        let entries = (bytes / ENTRY).min(Self::MOST);
        self.ids.reserve(bytes * 2 / 3);
        self.entries.reserve(entries);
        self.index.reserve(entries, |_| 0);
    }

    /// If there are many unknown words, forgets those that no endpoint has now.
    pub(super) fn forget_words(&mut self) {
        if !self.statuses.has_too_many_for(self.entries.len()) {
            return;
        }
        let all = &self.all;
        let numbers = self.statuses.retain(|status| all.has(status));
        (self.all, self.last) = (Tally::default(), Tally::default());
        for entry in &mut self.entries {
            if let Some(unknown) = entry.status.checked_sub(Statuses::LEFT_OUT) {
                entry.status = numbers[unknown as usize];
            }
            self.all.add(entry.status);
            if entry.reply == self.reply {
                self.last.add(entry.status);
            }
        }
    }

    /// Releases reserved memory that is not used.
    pub(super) fn shrink_to_fit(&mut self) {
        self.ids.shrink_to_fit();
        self.entries.shrink_to_fit();
    }

    /// Adds an endpoint of a saved report. Words of earlier programs count toward the limit.
    pub(crate) fn restore(
        &mut self,
        id: &str,
        word: Option<&str>,
        is_omitted: bool,
        reason: Option<&str>,
        is_reason_left_out: bool,
    ) -> Result<(), TooMany> {
        self.reply = 1;
        let known = self.entries.len();
        let place = self.find_or_add(id)?;
        let Entry { status: old, reply, .. } = self.entries[place];
        let status = self.statuses.number(word, old);
        let new = if place == known { status } else { self.statuses.combine(old, status) };
        self.set(place, new);
        if reply == self.reply {
            self.last.remove(old);
        }
        if reply == self.reply || !is_omitted {
            self.entries[place].reply = self.reply;
            self.last.add(new);
        }
        match reason {
            Some(reason) => self.reasons.set(place, reason),
            None if is_reason_left_out => self.reasons.leave_out(place),
            None => {}
        }
        Ok(())
    }

    pub(crate) fn get(&self, place: usize) -> Known<'_> {
        let entry = &self.entries[place];
        Known {
            id: &self.ids[span(&self.entries, place)],
            secrets: self.secrets.as_deref(),
            status: self.statuses.get(entry.status),
            is_omitted: entry.reply != self.reply,
            reason: self.reasons.get(place),
            is_reason_left_out: self.reasons.is_left_out(place),
        }
    }

    pub(super) fn set(&mut self, place: usize, status: u32) {
        self.all.remove(self.entries[place].status);
        self.all.add(status);
        self.entries[place].status = status;
    }

    /// Forgets the endpoints from this position on.
    pub(super) fn truncate(&mut self, place: usize) {
        for i in place..self.entries.len() {
            let hash = self.hasher.hash_one(id_at(&self.ids, &self.entries, i));
            if let Ok(slot) = self.index.find_entry(hash, |known| *known as usize == i) {
                slot.remove();
            }
            self.all.remove(self.entries[i].status);
        }
        self.ids.truncate(if place == 0 { 0 } else { self.entries[place - 1].end as usize });
        self.entries.truncate(place);
    }

    /// Whether this endpoint is at this position.
    pub(super) fn is_at(&self, place: usize, id: &str) -> bool {
        place < self.entries.len() && id_at(&self.ids, &self.entries, place) == id.as_bytes()
    }

    /// Like `find_or_add`, but fast for an endpoint at the expected position.
    #[inline]
    pub(super) fn find_or_add_near(&mut self, place: usize, id: &str) -> Result<usize, TooMany> {
        if self.is_at(place, id) { Ok(place) } else { self.find_or_add(id) }
    }

    /// The position of an endpoint, which is added if it is new. No reply has named a new endpoint yet, and it has
    /// the status "unreported".
    pub(super) fn find_or_add(&mut self, id: &str) -> Result<usize, TooMany> {
        let Self { ids, entries, index, hasher, .. } = self;
        let slot = index.entry(
            hasher.hash_one(id.as_bytes()),
            |place| id_at(ids, entries, *place as usize) == id.as_bytes(),
            |place| hasher.hash_one(id_at(ids, entries, *place as usize)),
        );
        match slot {
            Slot::Occupied(slot) => Ok(*slot.get() as usize),
            Slot::Vacant(slot) => {
                let place = entries.len();
                let end = ids.len() + id.len();
                if place == Self::MOST || end > Self::MOST_BYTES {
                    return Err(TooMany);
                }
                let (Ok(number), Ok(end)) = (u32::try_from(place), u32::try_from(end)) else {
                    return Err(TooMany);
                };
                slot.insert(number);
                // The buffer grows in small steps. Doubling it could exhaust the memory when there are many long ids.
                if ids.capacity() < end as usize {
                    ids.reserve_exact((ids.len() / 4).max(id.len()).max(1024));
                }
                ids.push_str(id);
                entries.push(Entry { end, status: Statuses::UNREPORTED, reply: 0 });
                self.all.add(Statuses::UNREPORTED);
                Ok(place)
            }
        }
    }
}

/// An id whose shown form does not hold these secrets.
fn shown(id: &str, secrets: Option<&Secrets>) -> EndpointId {
    let id = EndpointId::from(id);
    match secrets {
        Some(secrets) => id.hiding(secrets),
        None => id,
    }
}

/// The range of an id in the text of all ids.
fn span(entries: &[Entry], place: usize) -> Range<usize> {
    let begin = if place == 0 { 0 } else { entries[place - 1].end };
    begin as usize..entries[place].end as usize
}

/// The bytes of an id. They are compared and hashed as bytes.
fn id_at<'a>(ids: &'a str, entries: &[Entry], place: usize) -> &'a [u8] {
    &ids.as_bytes()[span(entries, place)]
}

impl PartialEq for KnownEndpoints {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl fmt::Debug for KnownEndpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|known| (known.endpoint_id(), known.status))).finish()
    }
}
