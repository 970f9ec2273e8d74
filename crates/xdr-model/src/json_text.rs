//! JSON strings inside a document. They are compared and measured without a copy.

use std::str::Chars;

use memchr::memchr;

/// The content between the quotes of a text. Its escapes have the right form. Whether they name characters is checked
/// when the text is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quoted<'t> {
    raw: &'t str,
    /// The place of the first escape, or the end if there is none. A `bool` would leave padding, and a value with
    /// padding is copied in pieces.
    first_escape: usize,
}

impl<'t> Quoted<'t> {
    #[inline]
    pub(crate) fn new(raw: &'t str, first_escape: usize) -> Self {
        Self { raw, first_escape }
    }

    #[inline]
    fn has_escapes(self) -> bool {
        self.first_escape < self.raw.len()
    }

    /// Whether the text equals this one.
    #[inline]
    pub(crate) fn is(self, text: &str) -> bool {
        if self.has_escapes() { self.is_escaped(text) } else { self.raw == text }
    }

    #[cold]
    fn is_escaped(self, text: &str) -> bool {
        // An escape takes two to six times the bytes of its character.
        let may_be = text.len() < self.raw.len() && self.raw.len() <= 6 * text.len();
        may_be && self.chars().eq(text.chars().map(Some))
    }

    /// Whether its escapes name characters. Half of a surrogate pair does not.
    #[inline]
    pub(crate) fn is_readable(self) -> bool {
        !self.has_escapes() || self.decode(&mut ()).is_some()
    }

    /// Whether the text is longer than this many bytes. It is read only as far as needed.
    #[inline]
    pub(crate) fn is_longer_than(self, most: usize) -> bool {
        if self.raw.len() <= most {
            return false;
        }
        if !self.has_escapes() {
            return self.raw.len() > most;
        }
        let mut length = 0;
        self.chars().flatten().any(|c| {
            length += c.len_utf8();
            length > most
        })
    }

    /// The text, or `None` if it is not readable. A text with escapes is written to `scratch`.
    pub(crate) fn read<'s>(self, scratch: &'s mut String) -> Option<&'s str>
    where
        't: 's,
    {
        if !self.has_escapes() {
            return Some(self.raw);
        }
        scratch.clear();
        self.decode(scratch)?;
        Some(scratch)
    }

    /// Writes the text. `None` if it is not readable.
    #[inline(never)]
    fn decode(self, to: &mut impl Take) -> Option<()> {
        let mut rest = self.raw;
        while let Some(at) = memchr(b'\\', rest.as_bytes()) {
            to.take_text(&rest[..at]);
            let mut escape = Characters(rest[at + 1..].chars());
            to.take_char(escape.escaped()?);
            rest = escape.0.as_str();
        }
        to.take_text(rest);
        Some(())
    }

    fn chars(self) -> Characters<'t> {
        Characters(self.raw.chars())
    }
}

/// Receives the text, or discards it.
trait Take {
    fn take_text(&mut self, text: &str);
    fn take_char(&mut self, c: char);
}

impl Take for String {
    fn take_text(&mut self, text: &str) {
        self.push_str(text);
    }

    fn take_char(&mut self, c: char) {
        self.push(c);
    }
}

impl Take for () {
    fn take_text(&mut self, _: &str) {}

    fn take_char(&mut self, _: char) {}
}

/// The characters of a text. An escape that names no character gives `None`.
struct Characters<'t>(Chars<'t>);

impl Characters<'_> {
    fn escaped(&mut self) -> Option<char> {
        Some(match self.0.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.numbered(),
            same => same,
        })
    }

    /// A character given by its number, or by the two numbers of a surrogate pair.
    fn numbered(&mut self) -> Option<char> {
        let high = self.unit()?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high);
        }
        self.0 = self.0.as_str().strip_prefix("\\u")?.chars();
        let low = self.unit().filter(|low| (0xdc00..0xe000).contains(low))?;
        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    }

    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.0.as_str().split_at_checked(4)?;
        self.0 = rest.chars();
        u32::from_str_radix(digits, 16).ok()
    }
}

impl Iterator for Characters<'_> {
    type Item = Option<char>;

    fn next(&mut self) -> Option<Option<char>> {
        match self.0.next()? {
            '\\' => Some(self.escaped()),
            c => Some(Some(c)),
        }
    }
}
