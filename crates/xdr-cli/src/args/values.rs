//! Values of options: lists and single values.

use std::fs;
use std::io;
use std::str::FromStr;
use std::time::Duration;

use xdr_model::{ActionId, Invalid, Operation, Scan};

use crate::text::rules;

/// The ids of one use of an option: written on the command line, or read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ids {
    Written(List<String>),
    /// `@FILE`, or `@-` for standard input.
    File(String),
}

/// Reads ids, or the name of their file. The file is read later, when the whole command line is known to be valid.
pub(crate) fn ids(argument: &str) -> Result<Ids, String> {
    match argument.strip_prefix('@') {
        Some(file) => Ok(Ids::File(file.to_owned())),
        None => texts(argument).map(Ids::Written),
    }
}

impl Ids {
    /// The ids.
    ///
    /// # Errors
    /// When the file cannot be read or holds no id.
    pub(crate) fn read(&self) -> Result<Vec<String>, String> {
        match self {
            Self::Written(list) => Ok(list.0.clone()),
            Self::File(file) => split(&text(file)?).map_err(|_| "the file holds no id".to_owned()),
        }
    }

    /// The option with its value, for messages.
    pub(crate) fn option(&self) -> String {
        match self {
            Self::Written(_) => "--endpoint-id".to_owned(),
            Self::File(file) => format!("--endpoint-id @{}:", file.escape_debug()),
        }
    }
}

fn text(file: &str) -> Result<String, String> {
    let text = match file {
        "-" => io::read_to_string(io::stdin()),
        path => fs::read_to_string(path),
    };
    text.map_err(|error| match error.kind() {
        // PowerShell can write UTF-16.
        io::ErrorKind::InvalidData => "the file is not UTF-8 text: save it as UTF-8".to_owned(),
        _ => error.to_string(),
    })
}

/// The values of one use of an option, such as `a,b`. Line breaks separate values, too. A comma inside a value is
/// written `\,`.
///
/// Without `\,` the group "Servers, EU" could not be selected: `--group "Servers, EU"` selects "Servers" and "EU".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List<T>(Vec<T>);

impl<T> List<T> {
    /// The values of all uses of an option.
    pub(crate) fn join(lists: &[Self]) -> Vec<T>
    where
        T: Clone,
    {
        lists.iter().flat_map(|list| list.0.iter().cloned()).collect()
    }
}

/// Reads a list of texts.
pub(crate) fn texts(argument: &str) -> Result<List<String>, String> {
    split(argument).map(List)
}

/// Reads a list of values that must keep a rule.
pub(crate) fn values<T: FromStr<Err = Invalid>>(argument: &str) -> Result<List<T>, String> {
    let value = |text: String| text.parse().map_err(|invalid| broken(&text, &invalid));
    split(argument)?.into_iter().map(value).collect::<Result<_, _>>().map(List)
}

fn broken(text: &str, invalid: &Invalid) -> String {
    format!("\"{}\" {}", text.escape_debug(), rules(invalid))
}

fn split(argument: &str) -> Result<Vec<String>, String> {
    let mut values = vec![String::new()];
    let mut rest = argument.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, values.last_mut()) {
            (',' | '\n' | '\r', _) => values.push(String::new()),
            ('\\', Some(last)) => last.push(rest.next_if_eq(&',').unwrap_or('\\')),
            (c, Some(last)) => last.push(c),
            (_, None) => {}
        }
    }
    // People paste lists from sentences and from Windows files, with a byte-order mark at the beginning.
    let around = |c: char| c.is_whitespace() || c == '\u{feff}';
    let values = values.iter().map(|value| value.trim_matches(around)).filter(|value| !value.is_empty());
    match values.map(str::to_owned).collect::<Vec<_>>() {
        // Without a value the option would be ignored, and the other options alone would select the endpoints.
        none if none.is_empty() => Err("must hold at least one value".to_owned()),
        values => Ok(values),
    }
}

/// Reads an id as plain text or as JSON text. Only JSON text can express all ids, because an id of a tenant can contain
/// invisible characters.
pub(crate) fn action_id(text: &str) -> Result<ActionId, String> {
    match text.starts_with('"') {
        true => serde_json::from_str(text).map_err(|_| "must be JSON text if it begins with \"".to_owned()),
        false => text.parse().map_err(|invalid| rules(&invalid)),
    }
}

pub(crate) fn incident(text: &str) -> Result<String, String> {
    let scan = Scan::all().with_incident(text);
    scan.validate().map(|()| text.to_owned()).map_err(|invalid| rules(&invalid))
}

/// A span of time, longer than zero.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(span) if !span.is_zero() => Ok(span),
        _ => Err("must be a time span like 90m or 2h".to_owned()),
    }
}
