//! The progress of an action that is followed.

use std::sync::Arc;
use std::time::Duration;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::error::Error;
use crate::report::{ActionReport, millis};
use crate::request_reader::{self, FromDocument, RequestReader, deserialize_by_the_rules};
use crate::validate::{Invalid, Place};

/// The progress of a scan or a wait.
///
/// Each value holds everything that is known at that time, see [`report`](Self::report). It is `Serialize` and
/// `Deserialize`: save the latest value, and [`Session::wait`](crate::Session::wait) resumes from it in any program.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Progress {
    /// The tenant accepted the scan. This comes first. Save it: any program can follow or cancel the action with it,
    /// even if this program ends.
    Started {
        /// What is known: the id, how many endpoints the tenant took, and what the scan asked for.
        report: ActionReport,
    },
    /// The tenant answered a status request.
    Polled {
        /// What is known, this answer included.
        report: ActionReport,
        /// The time since the first step of the scan or wait.
        elapsed: Duration,
    },
    /// A status request failed. It is sent again after a pause.
    Trouble {
        /// What was known before.
        report: ActionReport,
        /// The failure as text.
        message: String,
        /// The failure. `None` if the progress was read from a saved document.
        error: Option<Arc<Error>>,
        /// How many status requests in a row have failed, this one included.
        in_a_row: u32,
        /// The time until the next status request.
        next_in: Duration,
    },
}

impl Progress {
    /// Everything that is known about the action.
    pub fn report(&self) -> &ActionReport {
        match self {
            Self::Started { report } | Self::Polled { report, .. } | Self::Trouble { report, .. } => report,
        }
    }

    /// Reads a saved document, or one that another program wrote by the schema.
    ///
    /// ```
    /// use xdr_model::Progress;
    ///
    /// let report = r#"{"action_id":42,"endpoints_count":2,"endpoints":[]}"#;
    /// let progress = Progress::from_json(&format!(r#"{{"event":"polled","elapsed_ms":2000,"report":{report}}}"#))?;
    /// assert_eq!(progress.report().expected(), 2);
    /// # Ok::<(), xdr_model::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// Every rule that the document breaks, each with its JSON Pointer.
    pub fn from_json(text: &str) -> Result<Self, Invalid> {
        request_reader::from_json(text)
    }
}

impl From<Progress> for ActionReport {
    fn from(progress: Progress) -> Self {
        match progress {
            Progress::Started { report }
            | Progress::Polled { report, .. }
            | Progress::Trouble { report, .. } => report,
        }
    }
}

const STARTED: &str = "started";
const POLLED: &str = "polled";
const TROUBLE: &str = "trouble";

impl Serialize for Progress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Started { .. } => map.serialize_entry("event", STARTED)?,
            Self::Polled { elapsed, .. } => {
                map.serialize_entry("event", POLLED)?;
                map.serialize_entry("elapsed_ms", &millis(*elapsed))?;
            }
            Self::Trouble { message, in_a_row, next_in, .. } => {
                map.serialize_entry("event", TROUBLE)?;
                map.serialize_entry("message", message)?;
                map.serialize_entry("in_a_row", in_a_row)?;
                map.serialize_entry("next_in_ms", &millis(*next_in))?;
            }
        }
        map.serialize_entry("report", self.report())?;
        map.end()
    }
}

impl FromDocument for Progress {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        const RULE: &str = "must be \"started\", \"polled\" or \"trouble\"";
        let event = value.get("event").cloned();
        let keys: &[&str] = match event.as_ref().and_then(Value::as_str) {
            Some(STARTED) => &["event", "report"],
            Some(POLLED) => &["event", "report", "elapsed_ms"],
            Some(TROUBLE) => &["event", "report", "message", "in_a_row", "next_in_ms"],
            _ => return reader.refuse(&place.key("event"), RULE, &event.unwrap_or_default()),
        };
        let mut object = reader.object(place, value, keys, &[])?;
        let report = object.remove("report");
        let report = report.and_then(|report| ActionReport::read(reader, &place.key("report"), report));
        let elapsed = reader.optional(place, &mut object, "elapsed_ms", RequestReader::count);
        let message = reader.optional(place, &mut object, "message", RequestReader::text);
        let in_a_row = reader.optional(place, &mut object, "in_a_row", RequestReader::count);
        let next_in = reader.optional(place, &mut object, "next_in_ms", RequestReader::count);
        let (report, elapsed, message, in_a_row, next_in) =
            (report?, elapsed?, message?, in_a_row?, next_in?);
        Some(match (elapsed, message, in_a_row) {
            (Some(elapsed), ..) => Self::Polled { report, elapsed: Duration::from_millis(elapsed) },
            (_, Some(message), Some(times)) => {
                let in_a_row = u32::try_from(times).unwrap_or(u32::MAX);
                let next_in = Duration::from_millis(next_in.unwrap_or_default());
                Self::Trouble { report, message, error: None, in_a_row, next_in }
            }
            _ => Self::Started { report },
        })
    }
}

deserialize_by_the_rules!(Progress);
