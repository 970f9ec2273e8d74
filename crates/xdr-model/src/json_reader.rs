//! Reads documents of JSON where they stand: in one pass, without a copy and without recursion, so that the cost of a
//! reply is bounded by its bytes, whatever its shape.

use std::fmt;

use crate::json_text::Quoted;

/// Why a document cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed {
    pub(crate) why: Why,
    /// Before which byte of the text.
    at: usize,
}

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The text ends inside of the document.
    Cut,
    /// It is no JSON.
    Syntax(&'static str),
    /// It is JSON of another shape.
    Shape(&'static str),
}

impl Malformed {
    /// Whether it is JSON, of another shape.
    pub(crate) fn is_shape(&self) -> bool {
        matches!(self.why, Why::Shape(_))
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            Why::Cut => write!(f, "it ends too early, after byte {}", self.at),
            Why::Syntax(what) | Why::Shape(what) => write!(f, "{what} at byte {}", self.at),
        }
    }
}

impl std::error::Error for Malformed {}

/// A place in a text of JSON.
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
    pub(crate) fn fails(&self, why: Why) -> Malformed {
        Malformed { why, at: self.at }
    }

    /// A failure of the shape at this place.
    pub(crate) fn misshapen(&self, what: &'static str) -> Malformed {
        self.fails(Why::Shape(what))
    }

    fn syntax(&self, what: &'static str) -> Malformed {
        self.fails(if self.at < self.text.len() { Why::Syntax(what) } else { Why::Cut })
    }

    /// The failure for another value than the expected one, if it is one.
    fn other(&mut self, what: &'static str) -> Malformed {
        let here = self.misshapen(what);
        self.skip().err().unwrap_or(here)
    }

    /// The next byte that is not white space.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<u8, Malformed> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Ok(*byte);
            }
            self.at += 1;
        }
        Err(self.fails(Why::Cut))
    }

    /// Succeeds if nothing follows.
    pub(crate) fn end(&mut self) -> Result<(), Malformed> {
        match self.peek() {
            Ok(_) => Err(self.syntax("more than one value")),
            Err(_) => Ok(()),
        }
    }

    /// Reads an object, whose keys are readable. `entry` takes the value of each key.
    #[inline]
    pub(crate) fn object(
        &mut self,
        mut entry: impl FnMut(&mut Self, Quoted<'t>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        if self.peek()? != b'{' {
            return Err(self.other("no object"));
        }
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = self.key()?;
            if !key.is_readable() {
                return Err(self.syntax("a key that is no Unicode"));
            }
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
            return Err(self.other("no list"));
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
            return Err(self.syntax("no comma and no end"));
        }
        self.at += 1;
        Ok(next == b',')
    }

    #[inline]
    fn key(&mut self) -> Result<Quoted<'t>, Malformed> {
        let key = self.text()?;
        if self.peek()? != b':' {
            return Err(self.syntax("no colon"));
        }
        self.at += 1;
        Ok(key)
    }

    /// Reads a text.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<Quoted<'t>, Malformed> {
        if self.peek()? != b'"' {
            return Err(self.syntax("no text"));
        }
        self.at += 1;
        let bytes = self.text.as_bytes();
        let (begin, mut has_escapes) = (self.at, false);
        loop {
            self.at += plain(&bytes[self.at..]);
            match bytes.get(self.at) {
                Some(b'"') => {
                    let raw = &self.text[begin..self.at];
                    self.at += 1;
                    return Ok(Quoted::new(raw, has_escapes));
                }
                Some(b'\\') => {
                    has_escapes = true;
                    self.at += 1;
                    self.escape()?;
                }
                _ => return Err(self.syntax("a control character in a text")),
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
                        return Err(self.syntax("an escape that is none"));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.syntax("an escape that is none")),
        }
        Ok(())
    }

    /// What stands between another place and this one.
    pub(crate) fn since(&self, begin: &Self) -> &'t str {
        &self.text[begin.at..self.at]
    }

    /// Reads any value: how it stands there.
    pub(crate) fn value(&mut self) -> Result<&'t str, Malformed> {
        self.peek()?;
        let begin = self.at;
        self.skip()?;
        Ok(&self.text[begin..self.at])
    }

    /// Goes past a value of any depth: it is remembered in bits.
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

    fn scalar(&mut self, first: u8) -> Result<(), Malformed> {
        match first {
            b'n' => self.word("null"),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Malformed> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        if word.as_bytes().starts_with(rest) {
            self.at = self.text.len();
        }
        Err(self.syntax("no value"))
    }

    fn number(&mut self) -> Result<(), Malformed> {
        let byte = |reader: &Self| reader.text.as_bytes().get(reader.at).copied();
        self.at += usize::from(byte(self) == Some(b'-'));
        match byte(self) {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if byte(self) == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = byte(self) {
            self.at += 1;
            self.at += usize::from(matches!(byte(self), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let digits = self.text.as_bytes()[self.at..].iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return Err(self.syntax("no value"));
        }
        self.at += digits;
        Ok(())
    }
}

fn end_of(is_object: bool) -> u8 {
    if is_object { b'}' } else { b']' }
}

/// How many bytes come before a quote, a backslash or a control character. Eight at a time: texts are most of a reply.
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
            // What is carried over makes only later bytes look like one.
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let is_plain = |byte: &&u8| !matches!(**byte, b'"' | b'\\' | 0..0x20);
    at + bytes[at..].iter().take_while(is_plain).count()
}

/// Which of the values around a place are objects; the others are lists.
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
