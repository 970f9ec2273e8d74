//! Times on the command line: `7d` for seven days ago, or a date.

use std::str::FromStr;
use std::time::{Duration, SystemTime};

use xdr_model::EpochMillis;

/// A time: a span before now, or a fixed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeArgument {
    /// This long before now.
    Ago(Duration),
    /// At this time.
    At(EpochMillis),
}

const RULE: &str = "must be a time span like 7d or 12h (ago), a date like 2026-01-31 or 2026-01-31T08:00:00Z (UTC), \
                    or epoch milliseconds";

impl FromStr for TimeArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            // The model checks the number and says what is wrong.
            return text
                .parse()
                .map(|millis| Self::At(EpochMillis::new(millis)))
                .map_err(|_| RULE.to_owned());
        }
        if let Ok(span) = humantime::parse_duration(text) {
            return Ok(Self::Ago(span));
        }
        let midnight = format!("{text}T00:00:00Z");
        let date = humantime::parse_rfc3339_weak(text).or_else(|_| humantime::parse_rfc3339(&midnight));
        date.map(|date| Self::At(date.into())).map_err(|_| RULE.to_owned())
    }
}

impl TimeArgument {
    /// The time, relative to `now`. A time before 1970 is refused later, by the rules of the filter.
    pub(crate) fn from(self, now: SystemTime) -> EpochMillis {
        match self {
            Self::Ago(span) => now.checked_sub(span).unwrap_or(SystemTime::UNIX_EPOCH).into(),
            Self::At(time) => time,
        }
    }
}
