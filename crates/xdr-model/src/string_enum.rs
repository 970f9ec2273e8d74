//! Words of the API: closed sets for requests, and open sets that a server may extend.

/// Defines an enum of the words that a request may use. No other word can be written.
macro_rules! closed_words {
    ($(#[$doc:meta])* $name:ident, $rule:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* #[cfg_attr(feature = "schema", schemars(rename = $word))] $variant,)+
        }

        impl $name {
            /// Every word, in the order of the API's page.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            pub(crate) const RULE: &'static str = $rule;

            /// The word on the wire.
            pub fn as_str(&self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().find(|known| known.as_str() == word).copied().ok_or_else(|| {
                    $crate::Invalid::one($crate::validate::Violation::new(concat!("/", stringify!($name)), $rule).with_found(word))
                })
            }
        }
    };
}

/// Defines an enum of words that a server sends and may extend. Letter case does not matter in known words. An
/// unknown word is kept. It can be read, but not constructed.
macro_rules! open_words {
    (
        $(#[$doc:meta])* $name:ident {
            $($(#[doc = $variant_doc:literal])* $variant:ident = $word:literal $(| $also:literal)*,)+
        }
        null: $(#[$null_doc:meta])* $null:ident
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $variant_doc])* $variant,)+
            $(#[$null_doc])*
            $null,
            /// A word that this version does not know, as it arrived.
            Unknown($crate::string_enum::UnknownWord),
        }

        impl $name {
            /// Every known word of the API.
            pub const WORDS: &'static [&'static str] = &[$($word, $($also,)*)+];

            /// Every value but the unknown words.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)+ Self::$null];

            /// The value of a word, in upper or lower case. `None` for a word that this version does not know.
            pub(crate) fn known(word: Option<&str>) -> Option<Self> {
                match word {
                    $(Some($word $(| $also)*) => Some(Self::$variant),)+
                    $(Some(word) if [$word $(, $also)*].iter().any(|known| known.eq_ignore_ascii_case(word)) => {
                        Some(Self::$variant)
                    })+
                    Some(_) => None,
                    None => Some(Self::$null),
                }
            }

            pub(crate) fn from_word(word: Option<&str>) -> Self {
                let unknown = || Self::Unknown($crate::string_enum::UnknownWord(word.unwrap_or_default().into()));
                Self::known(word).unwrap_or_else(unknown)
            }

            /// Removes secrets from an unknown word.
            pub(crate) fn redact(&mut self, secrets: &$crate::credentials::Secrets) {
                if let Some(redacted) = self.word().and_then(|word| secrets.redacted(word)) {
                    *self = Self::from_word(Some(&redacted));
                }
            }

            /// The word in the reply. `None` for `null`.
            pub(crate) fn word(&self) -> Option<&str> {
                match self {
                    Self::$null => None,
                    word => Some(word.as_str()),
                }
            }

            /// The word in the reply, or `null`.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::$null => "null",
                    Self::Unknown(word) => word.as_str(),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&$crate::text::sanitise(self.as_str(), $crate::text::FOUND_TEXT))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.word().serialize(serializer)
            }
        }
    };
}

pub(crate) use {closed_words, open_words};

/// A word of the server that this version does not know. It can be read, but not constructed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownWord(pub(crate) Box<str>);

impl UnknownWord {
    /// The word as it arrived. It is not sanitised.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
