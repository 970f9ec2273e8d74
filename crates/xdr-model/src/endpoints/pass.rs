//! Adds a reply to what is known while the reply is read, and can undo this.

use super::known::{Entry, KnownEndpoints, TooMany};
use super::read::{Sink, read};
use super::statuses::Tally;
use crate::json_reader::Reader;
use crate::reply::DecodeError;

/// What a status reply said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakenIn {
    /// It names no endpoint.
    Nothing,
    /// It names at least one endpoint.
    Named(Change),
    /// It names endpoints beyond the limit of what is kept.
    TooMany,
}

/// What a reply changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    /// The reply names the same endpoints as the one before it, with the same statuses.
    pub(crate) none: bool,
    /// An endpoint is new, or an endpoint that is not settled, or was not before, has changed.
    pub(crate) of_unsettled: bool,
}

/// Adds what the body of a status reply says. If the body cannot be read or names no endpoint, nothing changes.
pub(crate) fn take_in(known: &mut KnownEndpoints, body: &[u8]) -> Result<TakenIn, DecodeError> {
    let is_first = known.len() == 0;
    if is_first {
        known.reserve(body.len());
    }
    let mut pass = Pass::begin(known);
    let result = match read(body, &mut pass) {
        Ok(()) if pass.known.last.total() > 0 || pass.too_many => Ok(pass.end()),
        Ok(()) => {
            pass.undo();
            Ok(TakenIn::Nothing)
        }
        Err(error) => {
            pass.undo();
            Err(error)
        }
    };
    if is_first {
        known.shrink_to_fit();
    }
    known.forget_words();
    result
}

impl KnownEndpoints {
    /// What a single reply says, even if it names no endpoint.
    pub(crate) fn in_body(body: &[u8]) -> Result<Result<Self, TooMany>, DecodeError> {
        let mut known = Self::default();
        known.reserve(body.len());
        let mut pass = Pass::begin(&mut known);
        read(body, &mut pass)?;
        let taken = pass.end();
        known.shrink_to_fit();
        Ok(if taken == TakenIn::TooMany { Err(TooMany) } else { Ok(known) })
    }
}

/// One pass through a reply. An entry is compared with what is known as soon as it is read. A reply that changes
/// little therefore costs little more than reading it. A reply that turns out to be invalid is undone.
struct Pass<'k, 'b> {
    known: &'k mut KnownEndpoints,
    /// The endpoints that the previous reply named.
    before: Tally,
    /// The position of the first endpoint that no earlier reply has named.
    first_new: usize,
    /// The position of the next endpoint, if the order is that of the previous reply.
    next: usize,
    /// The endpoints that the previous reply also named, by their status there.
    carried: Tally,
    /// The known endpoints that the previous reply did not name, each with the last reply that did, and whether one
    /// of them had not settled.
    returned: Vec<(u32, u32)>,
    returned_unsettled: bool,
    /// The positions of changed statuses, each with the previous status.
    changed: Vec<(u32, u32)>,
    reasons: Option<&'b str>,
    too_many: bool,
}

impl<'k> Pass<'k, '_> {
    fn begin(known: &'k mut KnownEndpoints) -> Self {
        known.reply += 1;
        Self {
            before: std::mem::take(&mut known.last),
            first_new: known.entries.len(),
            known,
            next: 0,
            carried: Tally::default(),
            returned: Vec::new(),
            returned_unsettled: false,
            changed: Vec::new(),
            reasons: None,
            too_many: false,
        }
    }

    /// Restores the state before this reply.
    fn undo(&mut self) {
        self.known.truncate(self.first_new);
        // A repeated endpoint can have changed more than once. In reverse order, its first status is restored last.
        self.changed.drain(..).rev().for_each(|(place, old)| self.known.set(place as usize, old));
        self.returned.drain(..).for_each(|(place, old)| self.known.entries[place as usize].reply = old);
        let reply = self.known.reply;
        let carried = self.known.entries.iter_mut().filter(|entry| entry.reply == reply);
        carried.for_each(|entry| entry.reply = reply - 1);
        self.known.reply -= 1;
        self.known.last = self.before.clone();
    }

    /// Undoes what was read, and continues with the same reply.
    fn begin_again(&mut self) {
        if self.known.last.total() == 0 && !self.too_many {
            return;
        }
        self.undo();
        self.known.reply += 1;
        self.known.last = Tally::default();
        (self.next, self.carried) = (0, Tally::default());
        (self.returned_unsettled, self.too_many) = (false, false);
    }

    /// What the reply said, after it was read to its end.
    fn end(mut self) -> TakenIn {
        let change = self.change();
        let named = self.known.entries.len();
        // An endpoint that only the reasons name is not known to have settled.
        self.take_reasons();
        let is_new = self.known.entries.len() > named;
        match self.too_many {
            true => TakenIn::TooMany,
            false => TakenIn::Named(Change { of_unsettled: change.of_unsettled || is_new, ..change }),
        }
    }

    /// If an endpoint has several reasons, the last one that is not null counts.
    fn take_reasons(&mut self) {
        let Some(raw) = self.reasons.take().filter(|_| !self.too_many) else { return };
        let (mut scratch, mut next) = (String::new(), 0);
        let read = Reader::new(raw).entries(|reader, id| {
            let (id, reason) = (id.read(&mut scratch).unwrap_or_default(), reader.value()?);
            if reason == "null" {
                return Ok(());
            }
            match self.known.find_or_add_near(next, id) {
                Ok(place) => {
                    self.known.reasons.set(place, reason);
                    next = place + 1;
                }
                Err(TooMany) => {
                    self.too_many = true;
                    // The report is incomplete anyway, so the rest is not read.
                    return Err(reader.syntax());
                }
            }
            Ok(())
        });
        debug_assert!(read.is_ok() || self.too_many, "it was read before");
    }

    fn change(&mut self) -> Change {
        // If an endpoint has changed more than once, its first status counts. The sort is stable.
        self.changed.sort_by_key(|(place, _)| *place);
        self.changed.dedup_by_key(|(place, _)| *place);
        let statuses = &self.known.statuses;
        let is_settled = |status: u32| statuses.is_settled(status);
        let entries = &self.known.entries;
        self.changed.retain(|(place, old)| entries[*place as usize].status != *old);
        // A reason belongs to a status. With a new status, it no longer applies.
        self.changed.iter().for_each(|(place, _)| self.known.reasons.remove(*place as usize));
        let changed: Vec<_> =
            self.changed.iter().map(|(place, old)| (*old, entries[*place as usize].status)).collect();
        let has_new = self.known.entries.len() > self.first_new;
        Change {
            none: changed.is_empty()
                && !has_new
                && self.returned.is_empty()
                && self.carried.total() == self.before.total(),
            of_unsettled: has_new
                || self.returned_unsettled
                || statuses.unsettled(&self.carried) < statuses.unsettled(&self.before)
                || changed.iter().any(|(old, new)| !is_settled(*old) || !is_settled(*new)),
        }
    }

    /// An endpoint that this reply has named before.
    fn repeated(&mut self, place: usize, old: u32, status: u32) {
        let KnownEndpoints { statuses, last, .. } = &mut *self.known;
        let new = statuses.combine(old, status);
        if new != old {
            last.remove(old);
            last.add(new);
            self.set(place, old, new);
        }
    }

    fn set(&mut self, place: usize, old: u32, new: u32) {
        self.known.set(place, new);
        if place < self.first_new {
            self.changed.push((place as u32, old));
        }
    }
}

impl<'b> Sink<'b> for Pass<'_, 'b> {
    fn begin_reply(&mut self) {
        self.begin_again();
        self.reasons = None;
    }

    fn begin_data(&mut self) {
        self.begin_again();
    }

    fn endpoint(&mut self, id: &str, word: Option<&str>) {
        // Beyond the limit, only endpoints at the expected place are found. Looking up the others would take longer
        // than reading them, and the report is incomplete anyway.
        if self.too_many && !self.known.is_at(self.next, id) {
            return;
        }
        let Ok(place) = self.known.find_or_add_near(self.next, id) else {
            self.too_many = true;
            return;
        };
        self.next = place + 1;
        let Entry { status: old, reply, .. } = self.known.entries[place];
        let status = self.known.statuses.number(word, old);
        if reply == self.known.reply {
            return self.repeated(place, old, status);
        }
        if place < self.first_new {
            if reply + 1 == self.known.reply {
                self.carried.add(old);
            } else {
                self.returned.push((place as u32, reply));
                self.returned_unsettled |= !self.known.statuses.is_settled(old);
            }
        }
        if status != old {
            self.set(place, old, status);
        }
        self.known.entries[place].reply = self.known.reply;
        self.known.last.add(status);
    }

    fn reasons(&mut self, reasons: Option<&'b str>) {
        self.reasons = reasons;
    }
}
