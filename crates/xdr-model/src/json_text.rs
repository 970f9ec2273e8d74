//! Texts of JSON as they stand in a document: compared and measured without being copied.

use std::str::Chars;

/// What stands between the quotes of a text. Its escapes have the right form; whether they name characters is seen when
/// it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quoted<'t> {
    raw: &'t str,
    has_escapes: bool,
}

impl<'t> Quoted<'t> {
    pub(crate) fn new(raw: &'t str, has_escapes: bool) -> Self {
        Self { raw, has_escapes }
    }

    /// Whether it is this text.
    pub(crate) fn is(self, text: &str) -> bool {
        if !self.has_escapes {
            return self.raw == text;
        }
        self.chars().eq(text.chars().map(Some))
    }

    /// Whether its escapes name characters: half of a pair names none.
    pub(crate) fn is_readable(self) -> bool {
        !self.has_escapes || self.chars().all(|c| c.is_some())
    }

    /// Whether it is longer than so many bytes. Only as much of it is looked at as that takes.
    pub(crate) fn is_longer_than(self, most: usize) -> bool {
        if !self.has_escapes {
            return self.raw.len() > most;
        }
        let mut length = 0;
        self.chars().flatten().any(|c| {
            length += c.len_utf8();
            length > most
        })
    }

    /// The text, which is written to `scratch` if it holds escapes; `None` if it is not readable.
    pub(crate) fn read<'s>(self, scratch: &'s mut String) -> Option<&'s str>
    where
        't: 's,
    {
        if !self.has_escapes {
            return Some(self.raw);
        }
        scratch.clear();
        for c in self.chars() {
            scratch.push(c?);
        }
        Some(scratch)
    }

    fn chars(self) -> Characters<'t> {
        Characters(self.raw.chars())
    }
}

/// The characters of a text; `None` for an escape that names none.
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

    /// A character by its number, or by the two numbers of a pair.
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
        (0..4).try_fold(0, |unit, _| Some(unit << 4 | self.0.next()?.to_digit(16)?))
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
