//! The text of an id. It is sent back as it arrived, and shown without secrets.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};

use crate::redact::Secrets;
use crate::text::sanitise;

/// The most characters of an id that are shown.
const SHOWN: usize = 128;

/// A text that is compared and serialised as it arrived. If it holds a secret, only its shown form differs.
#[derive(Clone)]
pub(crate) struct IdText {
    text: String,
    shown: Option<Box<str>>,
}

impl IdText {
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Hides the secrets in the shown form.
    pub(crate) fn hide(&mut self, secrets: &Secrets) {
        if let Some(shown) = secrets.redacted(&self.text) {
            self.shown = Some(shown.into());
        }
    }

    fn shown(&self) -> &str {
        self.shown.as_deref().unwrap_or(&self.text)
    }
}

impl From<String> for IdText {
    fn from(text: String) -> Self {
        Self { text, shown: None }
    }
}

impl fmt::Display for IdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&sanitise(self.shown(), SHOWN))
    }
}

impl fmt::Debug for IdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().fmt(f)
    }
}

impl Serialize for IdText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl PartialEq for IdText {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for IdText {}

impl Hash for IdText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialOrd for IdText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for IdText {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}
