//! The rules that a value or a document breaks: all violations at once, each with its place.

use std::borrow::Cow;
use std::fmt;

use crate::text::{FOUND_TEXT, is_unfit, sanitise};

/// A value that breaks at least one rule. Nothing was sent.
///
/// ```
/// use xdr_model::{Filter, Operation, Scan};
///
/// let scan = Scan::matching([Filter::hostname(["web-1", ""]), Filter::alias([""; 0])]);
/// let invalid = scan.validate().unwrap_err();
/// assert_eq!(invalid.violations().len(), 2);
/// assert_eq!(invalid.violations()[0].pointer, "/request_data/filters/0/value/1");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    violations: Vec<Violation>,
}

impl Invalid {
    /// All violations, in the order of the document. There is at least one.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Returns `Ok` if there are no violations. For your own [`Operation::validate`](crate::Operation::validate).
    ///
    /// # Errors
    /// When there is at least one violation.
    pub fn check(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() { Ok(()) } else { Err(Self { violations }) }
    }

    /// A custom operation that cannot be written as JSON.
    pub(crate) fn not_json(error: &serde_json::Error) -> Self {
        Self::one(Violation::new("/request_data", "must be writable as JSON").with_found(&error.to_string()))
    }

    /// One violation.
    ///
    /// ```
    /// use xdr_model::{Invalid, error::Violation};
    ///
    /// let invalid = Invalid::one(Violation::new("/roots", "must not be empty"));
    /// assert_eq!(invalid.to_string(), "/roots must not be empty");
    /// ```
    pub fn one(violation: Violation) -> Self {
        Self { violations: vec![violation] }
    }
}

/// About how many bytes of a pointer are shown. [`Violation::pointer`] holds all of it.
const POINTER: usize = 256;
/// How many violations a line shows. [`Invalid::violations`] holds all of them.
const MOST_SHOWN: usize = 10;

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, violation) in self.violations.iter().take(MOST_SHOWN).enumerate() {
            write!(f, "{}{violation}", if i == 0 { "" } else { "; " })?;
        }
        match self.violations.len().saturating_sub(MOST_SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for Invalid {}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The place: a JSON Pointer (RFC 6901) into the request's document, or the name of a setting.
    pub pointer: String,
    /// The rule that must hold there.
    pub rule: Cow<'static, str>,
    /// The value that was found, shortened and sanitised. `None` for secrets.
    pub found: Option<String>,
}

impl Violation {
    /// A violation at `pointer`. Add the value that was found with [`with_found`](Self::with_found).
    pub fn new(pointer: impl Into<String>, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { pointer: pointer.into(), rule: rule.into(), found: None }
    }

    /// Adds the value that was found. It is shortened to 64 characters and sanitised. Never pass a secret.
    #[must_use]
    pub fn with_found(mut self, found: &str) -> Self {
        self.found = Some(sanitise(found, FOUND_TEXT));
        self
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.pointer {
            "" => f.write_str("the document")?,
            pointer => f.write_str(&shown(pointer))?,
        }
        write!(f, " {}", self.rule)?;
        match &self.found {
            Some(found) => write!(f, " (found {found})"),
            None => Ok(()),
        }
    }
}

/// The pointer as it is shown. A key in it can have any length. Invisible characters are shown by their numbers.
fn shown(pointer: &str) -> String {
    let is_plain = |c: char| c == ' ' || !(c.is_whitespace() || is_unfit(c));
    let mut shown = String::new();
    for c in pointer.chars() {
        if shown.len() > POINTER {
            shown.push('…');
            break;
        }
        if is_plain(c) { shown.push(c) } else { shown.extend(c.escape_unicode()) }
    }
    shown
}

/// A place in a document that is being read. It costs nothing until it is written out.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    Root,
    Key(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl Place<'_> {
    pub(crate) const REQUEST_DATA: Place<'static> = Place::Key(&Place::Root, "request_data");

    pub(crate) fn key<'a>(&'a self, key: &'a str) -> Place<'a> {
        Place::Key(self, key)
    }

    pub(crate) fn index(&self, index: usize) -> Place<'_> {
        Place::Index(self, index)
    }

    pub(crate) fn breaks(&self, rule: impl Into<Cow<'static, str>>) -> Violation {
        Violation::new(self.to_string(), rule)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Root => Ok(()),
            Place::Key(parent, key) => {
                let key = key.replace('~', "~0").replace('/', "~1");
                write!(f, "{parent}/{key}")
            }
            Place::Index(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}
