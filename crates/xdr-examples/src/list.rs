//! Comma-separated values of an option.

use std::str::FromStr;

use xdr_model::Invalid;

use crate::text::rules;

/// The values of one use of an option: `a,b`. A comma inside of a value is written `\,`.
///
/// Without a way to write it, `--group "Servers, EU"` would quietly mean another group: "Servers".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T>(Vec<T>);

impl<T> List<T> {
    /// The values of all uses of an option.
    pub(crate) fn join(lists: &[Self]) -> Vec<T>
    where
        T: Clone,
    {
        lists.iter().flat_map(|list| list.0.iter().cloned()).collect()
    }
}

/// Reads a list of any text.
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
            (',', _) => values.push(String::new()),
            ('\\', Some(last)) => last.push(rest.next_if_eq(&',').unwrap_or('\\')),
            (c, Some(last)) => last.push(c),
            (_, None) => {}
        }
    }
    let values: Vec<_> = values.iter().map(|value| value.trim().to_owned()).collect();
    match values.iter().any(String::is_empty) {
        true => Err("a value must not be empty".to_owned()),
        false => Ok(values),
    }
}
