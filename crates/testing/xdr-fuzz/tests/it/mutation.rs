//! Makes new inputs from the committed ones.

use std::fmt;

use fastrand::Rng;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use xdr_fuzz::LONGEST;

/// Words that can reveal mistakes in readers and flows, in addition to the words of the corpus.
const WORDS: &[&str] = &[
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "1e999",
    "-0",
    "1.0",
    "-1",
    "0",
    "9007199254740991",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "1e3",
    "99999999999999999999",
    "\0",
    "\r",
    "\n",
    "\n\n",
    "\t",
    " ",
    "  ",
    "\u{1b}[31m",
    "\u{1b}]0;",
    "\u{7f}",
    "\u{85}",
    "\u{9b}",
    "\u{ad}",
    "\u{200b}",
    "\u{200f}",
    "\u{202e}",
    "\u{2066}",
    "\u{2028}",
    "\u{feff}",
    "\\n",
    "\\u200b",
    "\\u00a0",
    "\\ufeff",
    "\u{e0041}",
    "\u{fffd}",
    "é",
    "𝒳",
    "👩‍👩‍👧",
    ".",
    "-",
    "@",
    "/",
    "?",
    "#",
    "%2e",
    "_",
    "https://",
    "http://",
    "api-",
    "xn--",
    "localhost",
    "127.0.0.1",
    "[::1]",
    ":443",
    ":0",
    ":65536",
    "0x7f.1",
    "err_code",
    "err_msg",
    "err_extra",
    "action_id",
    "reply",
    "data",
    "errorReasons",
    "endpoints_count",
    "request_data",
    "filters",
    "field",
    "operator",
    "value",
    "all",
    "in",
    "gte",
    "lte",
    "incident_id",
    "group_action_id",
    "endpoint_id_list",
    "hostname",
    "endpoints",
    "endpoint_id",
    "status",
    "omitted",
    "reason",
    "unchanged_ms",
    "is_success",
    "event",
    "report",
    "taken",
    "missing",
    "PENDING",
    "COMPLETED_SUCCESSFULLY",
    "pending",
    "Completed_Successfully",
    "metadata",
    "again 30\n",
    "late 4000\n",
    "stop 1\n",
    "pace 1\n",
    "chance 0\n",
    "deadline max\n",
    "deadline 0\n",
    "limit 60\n",
    "count 2\n",
    "resume\n",
    "no connect\n",
    "maybe closed\n",
    "429 \n",
    "503 \n",
    "after 61\n",
    "after 0\n",
    "No endpoint was found for creating",
];

/// An input. `Debug` shows it as a Rust byte string.
#[derive(Clone)]
pub(crate) struct Input(pub(crate) Vec<u8>);

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// Makes an input of the corpus with a few changes. To shrink an input, proptest leaves out changes.
pub(crate) fn inputs(corpus: Vec<Vec<u8>>) -> impl Strategy<Value = Input> {
    (0..corpus.len(), vec(any::<u64>().no_shrink(), 1..=16)).prop_map(move |(start, changes)| {
        let mut input = corpus[start].clone();
        for seed in changes {
            Change { corpus: &corpus, rng: Rng::with_seed(seed) }.make(&mut input);
        }
        input.truncate(LONGEST);
        Input(input)
    })
}

struct Change<'c> {
    corpus: &'c [Vec<u8>],
    rng: Rng,
}

impl<'c> Change<'c> {
    fn another(&mut self) -> &'c [u8] {
        self.rng.choice(self.corpus).map_or(&[], Vec::as_slice)
    }

    fn make(&mut self, input: &mut Vec<u8>) {
        let (at, end) = self.range(input.len());
        match self.rng.u8(0..10) {
            0 => flip(input, at, 1 << self.rng.u8(0..8)),
            1 => replace(input, at, at, &[self.rng.u8(..)]),
            2 => replace(input, at, end, &[]),
            3 => {
                let copy = input[at..end].to_vec();
                replace(input, at, at, &copy);
            }
            4 => self.splice(input, at, end),
            5 => {
                let piece = self.line();
                let start = start_of_line(input, at);
                replace(input, start, start, &piece);
            }
            6 => {
                let start = start_of_line(input, at);
                let end = end_of_line(input, at);
                replace(input, start, end, &[]);
            }
            7 => self.number(input, at),
            _ => {
                let word = WORDS[self.rng.usize(0..WORDS.len())].as_bytes();
                let end = if self.rng.bool() { at } else { end };
                replace(input, at, end, word);
            }
        }
    }

    /// Returns the range of a short piece of an input of this length. Sometimes the piece has any length.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let at = self.rng.usize(0..=length);
        let most = if self.rng.u8(0..8) == 0 { length - at } else { (length - at).min(8) };
        (at, at + self.rng.usize(0..=most))
    }

    /// Replaces a piece of the input with a piece of another input.
    fn splice(&mut self, input: &mut Vec<u8>, at: usize, end: usize) {
        let other = self.another();
        let from = self.rng.usize(0..=other.len());
        let to = self.rng.usize(from..=other.len());
        replace(input, at, end, &other[from..to]);
    }

    /// Returns a whole line of another input.
    fn line(&mut self) -> Vec<u8> {
        let other = self.another();
        let at = self.rng.usize(0..=other.len());
        let mut line = other[start_of_line(other, at)..end_of_line(other, at)].to_vec();
        if line.last() != Some(&b'\n') {
            line.push(b'\n');
        }
        line
    }

    /// Replaces a number.
    fn number(&mut self, input: &mut Vec<u8>, at: usize) {
        let Some(start) = input[at..].iter().position(u8::is_ascii_digit).map(|start| at + start) else {
            return;
        };
        let digits = input[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        let number = match self.rng.u8(0..4) {
            0 => self.rng.u64(0..1000),
            1 => self.rng.u64(..),
            2 => 1 << self.rng.u8(0..64),
            _ => self.rng.u64(0..100) * 100,
        };
        replace(input, start, start + digits, number.to_string().as_bytes());
    }
}

fn flip(input: &mut [u8], at: usize, bit: u8) {
    if let Some(byte) = input.get_mut(at) {
        *byte ^= bit;
    }
}

fn replace(input: &mut Vec<u8>, from: usize, to: usize, with: &[u8]) {
    input.splice(from..to, with.iter().copied());
}

fn start_of_line(input: &[u8], at: usize) -> usize {
    input[..at].iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1)
}

fn end_of_line(input: &[u8], at: usize) -> usize {
    input[at..].iter().position(|b| *b == b'\n').map_or(input.len(), |end| at + end + 1)
}
