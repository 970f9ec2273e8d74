//! Reads JSON documents in place, in one pass, without a copy and without recursion. The cost of a reply therefore
//! depends only on its length, not on its shape.

use std::fmt;
use std::num::NonZeroU64;

use crate::json_text::Quoted;

/// Why a document cannot be read, and at which byte. Both are packed into one number, because a value that fits into
/// a register is returned faster than one in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed(NonZeroU64);

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The text ends before the document does.
    Cut,
    /// It is not valid JSON.
    Syntax,
    /// It is JSON without an object where one is expected.
    NoObject,
    /// It is JSON without a list where one is expected.
    NoList,
    /// It has no `reply`.
    NoReply,
    /// Its reply has no `data`.
    NoData,
    /// The status of an endpoint is not a word.
    NoWord,
    /// An id is too long.
    LongId,
    /// A key is repeated too often.
    Repeated,
}

impl Why {
    const ALL: [Self; 9] = [
        Self::Cut,
        Self::Syntax,
        Self::NoObject,
        Self::NoList,
        Self::NoReply,
        Self::NoData,
        Self::NoWord,
        Self::LongId,
        Self::Repeated,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Cut => "it ends too early",
            Self::Syntax => "it is not valid JSON",
            Self::NoObject => "there is no object",
            Self::NoList => "there is no list",
            Self::NoReply => "there is no `reply`",
            Self::NoData => "there is no `data`",
            Self::NoWord => "there is no status word",
            Self::LongId => "an id has more than 1024 bytes",
            Self::Repeated => "a key is repeated too often",
        }
    }
}

impl Malformed {
    fn new(why: Why, at: usize) -> Self {
        Self(NonZeroU64::MIN.saturating_add((at as u64) << 8 | why as u64))
    }

    pub(crate) fn why(self) -> Why {
        Why::ALL[((self.0.get() - 1) & 0xff) as usize]
    }

    fn at(self) -> u64 {
        (self.0.get() - 1) >> 8
    }

    /// Whether the body is JSON of another shape.
    pub(crate) fn is_shape(self) -> bool {
        !matches!(self.why(), Why::Cut | Why::Syntax)
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}", self.why().as_str(), self.at())
    }
}

impl std::error::Error for Malformed {}

/// A position in a JSON text.
#[derive(Clone)]
pub(crate) struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// A failure at this place.
    #[cold]
    pub(crate) fn fails(&self, why: Why) -> Malformed {
        Malformed::new(why, self.at)
    }

    #[cold]
    pub(crate) fn syntax(&self) -> Malformed {
        self.fails(if self.at < self.text.len() { Why::Syntax } else { Why::Cut })
    }

    /// The failure for an unexpected value. If the value itself is malformed, that failure comes first.
    #[cold]
    fn other(&mut self, what: Why) -> Malformed {
        let here = self.fails(what);
        self.skip().err().unwrap_or(here)
    }

    /// The next byte that is not white space.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<u8, Malformed> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if *byte > b' ' => Ok(*byte),
            _ => self.peek_further(),
        }
    }

    #[inline(never)]
    fn peek_further(&mut self) -> Result<u8, Malformed> {
        let rest = &self.text.as_bytes()[self.at..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count();
        self.at += blanks;
        rest.get(blanks).copied().ok_or_else(|| self.fails(Why::Cut))
    }

    /// Succeeds if nothing follows.
    pub(crate) fn end(&mut self) -> Result<(), Malformed> {
        match self.peek() {
            Ok(_) => Err(self.syntax()),
            Err(_) => Ok(()),
        }
    }

    /// Reads an object, whose keys must be readable. `entry` takes the value of each key.
    #[inline]
    pub(crate) fn object(
        &mut self,
        mut entry: impl FnMut(&mut Self, Quoted<'t>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.entries(|reader, key| {
            if !key.is_readable() {
                return Err(reader.syntax());
            }
            entry(reader, key)
        })
    }

    /// Reads an object with any keys, even unreadable ones.
    #[inline]
    pub(crate) fn entries(
        &mut self,
        mut entry: impl FnMut(&mut Self, Quoted<'t>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        if self.peek()? != b'{' {
            return Err(self.other(Why::NoObject));
        }
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = self.key()?;
            entry(self, key)?;
            if !self.goes_on(b'}')? {
                return Ok(());
            }
        }
    }

    /// Reads a list. `item` takes each value.
    pub(crate) fn list(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        if self.peek()? != b'[' {
            return Err(self.other(Why::NoList));
        }
        self.at += 1;
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            item(self)?;
            if !self.goes_on(b']')? {
                return Ok(());
            }
        }
    }

    /// Whether another entry follows.
    #[inline]
    fn goes_on(&mut self, end: u8) -> Result<bool, Malformed> {
        let next = self.peek()?;
        if next != b',' && next != end {
            return Err(self.syntax());
        }
        self.at += 1;
        Ok(next == b',')
    }

    #[inline]
    fn key(&mut self) -> Result<Quoted<'t>, Malformed> {
        let key = self.text()?;
        if self.peek()? != b':' {
            return Err(self.syntax());
        }
        self.at += 1;
        Ok(key)
    }

    /// Reads a text.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<Quoted<'t>, Malformed> {
        if self.peek()? != b'"' {
            return Err(self.syntax());
        }
        self.at += 1;
        let bytes = self.text.as_bytes();
        let (begin, mut first_escape) = (self.at, usize::MAX);
        loop {
            self.at += plain(&bytes[self.at..]);
            match bytes.get(self.at) {
                Some(b'"') => {
                    let raw = &self.text[begin..self.at];
                    self.at += 1;
                    return Ok(Quoted::new(raw, first_escape.min(raw.len())));
                }
                Some(b'\\') => {
                    first_escape = first_escape.min(self.at - begin);
                    self.at += 1;
                    self.escape()?;
                }
                _ => return Err(self.syntax()),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        let bytes = self.text.as_bytes();
        match bytes.get(self.at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !bytes.get(self.at).is_some_and(u8::is_ascii_hexdigit) {
                        return Err(self.syntax());
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.syntax()),
        }
        Ok(())
    }

    /// The text between another position and this one.
    pub(crate) fn since(&self, begin: &Self) -> &'t str {
        &self.text[begin.at..self.at]
    }

    /// Reads any value and returns its raw text.
    #[inline]
    pub(crate) fn value(&mut self) -> Result<&'t str, Malformed> {
        let first = self.peek()?;
        let begin = self.at;
        match first {
            b'{' | b'[' => self.skip()?,
            b'"' => _ = self.text()?,
            first => self.scalar(first)?,
        }
        Ok(&self.text[begin..self.at])
    }

    /// Skips a value of any depth. A bit for each level remembers the nesting.
    fn skip(&mut self) -> Result<(), Malformed> {
        let mut open = Nesting::default();
        loop {
            match self.peek()? {
                begin @ (b'{' | b'[') => {
                    self.at += 1;
                    let is_object = begin == b'{';
                    if self.peek()? == end_of(is_object) {
                        self.at += 1;
                    } else {
                        open.push(is_object);
                        if is_object {
                            self.key()?;
                        }
                        continue;
                    }
                }
                b'"' => _ = self.text()?,
                first => self.scalar(first)?,
            }
            loop {
                let Some(is_object) = open.last() else { return Ok(()) };
                if self.goes_on(end_of(is_object))? {
                    if is_object {
                        self.key()?;
                    }
                    break;
                }
                open.pop();
            }
        }
    }

    #[inline]
    fn scalar(&mut self, first: u8) -> Result<(), Malformed> {
        match first {
            b'n' => self.word("null"),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            _ => self.number(),
        }
    }

    #[inline]
    fn word(&mut self, word: &str) -> Result<(), Malformed> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        if word.as_bytes().starts_with(rest) {
            self.at = self.text.len();
        }
        Err(self.syntax())
    }

    fn number(&mut self) -> Result<(), Malformed> {
        // The byte 0 marks the end, because no number contains it.
        let byte = |at: usize| self.text.as_bytes().get(at).copied().unwrap_or(0);
        let digits = |mut at: usize| {
            while byte(at).is_ascii_digit() {
                at += 1;
            }
            at
        };
        let whole = self.at + usize::from(byte(self.at) == b'-');
        let mut at = if byte(whole) == b'0' { whole + 1 } else { digits(whole) };
        let mut is_number = at > whole;
        if is_number && byte(at) == b'.' {
            let fraction = at + 1;
            at = digits(fraction);
            is_number = at > fraction;
        }
        if is_number && matches!(byte(at), b'e' | b'E') {
            let exponent = at + 1 + usize::from(matches!(byte(at + 1), b'+' | b'-'));
            at = digits(exponent);
            is_number = at > exponent;
        }
        self.at = at;
        if is_number { Ok(()) } else { Err(self.syntax()) }
    }
}

fn end_of(is_object: bool) -> u8 {
    if is_object { b'}' } else { b']' }
}

/// Counts the bytes before a quote, a backslash or a control character. It looks at eight bytes at a time, because
/// most of a reply is text.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let equal = |word: u64, byte: u8| {
        let zero = word ^ (ONES * u64::from(byte));
        zero.wrapping_sub(ONES) & !zero
    };
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..at + 8).and_then(|chunk| <[u8; 8]>::try_from(chunk).ok()) {
        let word = u64::from_le_bytes(chunk);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (equal(word, b'"') | equal(word, b'\\') | control) & HIGH;
        if found != 0 {
            // A carry can mark only later bytes by mistake.
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let is_plain = |byte: &&u8| !matches!(**byte, b'"' | b'\\' | 0..0x20);
    at + bytes[at..].iter().take_while(is_plain).count()
}

/// Which of the enclosing values are objects. The others are lists.
#[derive(Default)]
struct Nesting {
    depth: usize,
    bits: Vec<u64>,
}

impl Nesting {
    fn push(&mut self, is_object: bool) {
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.bits.len() {
            self.bits.push(0);
        }
        self.bits[word] = self.bits[word] & !(1 << bit) | u64::from(is_object) << bit;
        self.depth += 1;
    }

    fn last(&self) -> Option<bool> {
        let last = self.depth.checked_sub(1)?;
        Some(self.bits[last / 64] >> (last % 64) & 1 == 1)
    }

    fn pop(&mut self) {
        self.depth -= 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::{Malformed, Reader, Why};

    /// Texts that are nearly JSON.
    fn near_json() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            " ",
            "\n",
            "\"a\"",
            "\"\\u00e9\\n\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud800\"",
            "\"\\x\"",
            "\"tail",
            "\"12345678\"",
            "\"\u{e9}\u{1f600}\"",
            "\"\t\"",
            "0",
            "-0",
            "01",
            "1.5",
            "1.",
            "-",
            "1e5",
            "1E+",
            "12e-3",
            "null",
            "nul",
            "true",
            "false",
            "\u{feff}",
            "{}",
            "[]",
            "\"k\":",
            "[1,2]",
        ]);
        prop::collection::vec(pieces, 0..9).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_json_is_what_the_other_reader_takes(text in near_json()) {
            let mut reader = Reader::new(&text);
            let read = reader.value().and_then(|raw| reader.end().map(|()| raw));
            let expected = serde_json::from_str::<&RawValue>(&text).ok().map(RawValue::get);
            prop_assert_eq!(read.ok(), expected);
        }

        #[test]
        fn a_text_is_read_as_the_other_reader_reads_it(text in "\"[a-z\\\\\"/bu0-9dDcCéß]{0,24}\"") {
            let expected = serde_json::from_str::<String>(&text).ok();
            let mut reader = Reader::new(&text);
            let read = reader.text().ok().filter(|_| reader.end().is_ok());
            let mut scratch = String::new();
            let read_text = read.and_then(|quoted| quoted.read(&mut scratch).map(str::to_owned));
            prop_assert_eq!(&read_text, &expected);
            if let Some((quoted, text)) = read.zip(expected) {
                let longer = text.clone() + "x";
                prop_assert!(quoted.is(&text) && quoted.is_readable() && !quoted.is(&longer));
                prop_assert!(!quoted.is_longer_than(text.len()));
                prop_assert!(text.is_empty() || quoted.is_longer_than(text.len() - 1));
            }
        }

        /// A document that is cut off anywhere is reported as cut off, and as nothing else.
        #[test]
        fn a_document_that_is_cut_is_known_for_it(text in near_json(), cut in any::<prop::sample::Index>()) {
            if serde_json::from_str::<&RawValue>(&text).is_ok() && text.starts_with(['{', '[', '"']) {
                let ends: Vec<_> = (0..text.trim_end().len()).filter(|end| text.is_char_boundary(*end)).collect();
                let read = Reader::new(&text[..ends[cut.index(ends.len())]]).value();
                prop_assert_eq!(read.map_err(Malformed::why), Err(Why::Cut));
            }
        }
    }

    #[test]
    fn depth_has_no_limit() {
        let depth = 1_000_000;
        let (open, close) = ("[{\"a\":".repeat(depth), "}]".repeat(depth));
        assert!(Reader::new(&format!("{open}0{close}")).value().is_ok());
        let crossed = format!("{open}0{}", close.replacen("}]", "]}", 1));
        assert_eq!(Reader::new(&crossed).value().map_err(Malformed::why), Err(Why::Syntax));
    }
}
