//! The statuses of many endpoints as small numbers.

use std::collections::HashMap;

use super::{EndpointActionStatus, StatusCounts};
use crate::redact::Secrets;

/// The number of each status. The known statuses come first, then one number for all words that are left out, then
/// the unknown words in the order of their arrival. A hostile reply can have as many words as endpoints, so a limit
/// applies.
#[derive(Clone)]
pub(super) struct Statuses {
    /// The first one stands for the words that are left out.
    unknown: Vec<EndpointActionStatus>,
    /// The numbers of the unknown words, by the words as they arrived.
    numbers: HashMap<Box<str>, u32>,
    /// How many of the unknown words have already been searched for secrets.
    redacted: usize,
}

impl Default for Statuses {
    fn default() -> Self {
        let left_out = EndpointActionStatus::from_word(Some(LEFT_OUT));
        Self { unknown: vec![left_out], numbers: HashMap::default(), redacted: 0 }
    }
}

/// Stands for a word that is left out.
const LEFT_OUT: &str = "…";
/// The most unknown words.
const MOST_WORDS: usize = 1000;
/// The most bytes of an unknown word.
const LONGEST_WORD: usize = 256;

const KNOWN: &[EndpointActionStatus] = EndpointActionStatus::KNOWN;

impl Statuses {
    /// The number of [`EndpointActionStatus::Unreported`], the last of the known ones.
    pub(super) const UNREPORTED: u32 = KNOWN.len() as u32 - 1;
    /// The number of a word that is left out.
    pub(super) const LEFT_OUT: u32 = KNOWN.len() as u32;

    pub(super) fn get(&self, number: u32) -> &EndpointActionStatus {
        let number = number as usize;
        KNOWN.get(number).unwrap_or_else(|| &self.unknown[number - KNOWN.len()])
    }

    /// The number of a word. `guess` is tried first, because most statuses do not change.
    pub(super) fn number(&mut self, word: Option<&str>, guess: u32) -> u32 {
        if self.get(guess).word() == word {
            return guess;
        }
        self.other_number(word)
    }

    fn other_number(&mut self, word: Option<&str>) -> u32 {
        if let Some(status) = EndpointActionStatus::known(word) {
            return KNOWN.iter().position(|known| *known == status).unwrap_or_default() as u32;
        }
        let word = word.unwrap_or_default();
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        if word == LEFT_OUT || word.len() > LONGEST_WORD || self.is_full() {
            return Self::LEFT_OUT;
        }
        let number = (KNOWN.len() + self.unknown.len()) as u32;
        self.unknown.push(EndpointActionStatus::from_word(Some(word)));
        self.numbers.insert(word.into(), number);
        number
    }

    fn is_full(&self) -> bool {
        self.numbers.len() == MOST_WORDS
    }

    /// Whether there are more words than this many endpoints can use, so that some can be forgotten. A tenant that
    /// sends new words in every reply must neither fill the memory nor use up the limit.
    pub(super) fn has_too_many_for(&self, endpoints: usize) -> bool {
        self.is_full() || self.numbers.len() > 2 * endpoints + 64
    }

    /// Forgets the unused unknown words. Returns the new number of each word, from [`LEFT_OUT`](Self::LEFT_OUT) on.
    pub(super) fn retain(&mut self, is_used: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut new_numbers = vec![Self::LEFT_OUT; self.unknown.len()];
        let unknown = std::mem::replace(&mut self.unknown, Self::default().unknown);
        self.redacted = 0;
        for ((old, new), status) in (Self::LEFT_OUT..).zip(&mut new_numbers).zip(unknown).skip(1) {
            if is_used(old) {
                *new = Self::LEFT_OUT + self.unknown.len() as u32;
                self.unknown.push(status);
            }
        }
        self.numbers.retain(|_, number| {
            *number = new_numbers[(*number - Self::LEFT_OUT) as usize];
            *number != Self::LEFT_OUT
        });
        new_numbers
    }

    /// Removes secrets from new words.
    pub(super) fn redact(&mut self, secrets: &Secrets) {
        self.unknown[self.redacted..].iter_mut().for_each(|status| status.redact(secrets));
        self.redacted = self.unknown.len();
    }

    /// The status that counts, of two statuses for one endpoint.
    pub(super) fn combine(&self, one: u32, other: u32) -> u32 {
        if self.get(other).outweighs(self.get(one)) { other } else { one }
    }

    pub(super) fn is_settled(&self, number: u32) -> bool {
        self.get(number).is_settled()
    }

    /// How many endpoints of a tally have not settled.
    pub(super) fn unsettled(&self, tally: &Tally) -> u64 {
        tally.count(|number| !self.is_settled(number))
    }

    pub(super) fn counts(&self, tally: &Tally) -> StatusCounts {
        tally.iter().map(|(number, count)| (self.get(number).clone(), count)).collect()
    }
}

/// How many endpoints have each status, by its number.
#[derive(Clone, Default)]
pub(super) struct Tally(Vec<u64>);

impl Tally {
    /// One more endpoint has this status.
    pub(super) fn add(&mut self, status: u32) {
        let place = status as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, 0);
        }
        self.0[place] += 1;
    }

    /// One endpoint fewer has this status.
    pub(super) fn remove(&mut self, status: u32) {
        self.0[status as usize] -= 1;
    }

    /// Whether an endpoint has this status.
    pub(super) fn has(&self, status: u32) -> bool {
        self.0.get(status as usize).is_some_and(|count| *count > 0)
    }

    pub(super) fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The number of each status that occurs, and how many endpoints have it.
    fn iter(&self) -> impl Iterator<Item = (u32, u64)> {
        (0..).zip(&self.0).filter(|(_, count)| **count > 0).map(|(number, count)| (number, *count))
    }

    /// How many endpoints have one of these statuses.
    pub(super) fn count(&self, is_counted: impl Fn(u32) -> bool) -> u64 {
        self.iter().filter(|(number, _)| is_counted(*number)).map(|(_, count)| count).sum()
    }
}
