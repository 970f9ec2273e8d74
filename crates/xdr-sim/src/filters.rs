//! The filters of a request: which endpoints it means.

use serde_json::Value;

use crate::endpoint::Endpoint;
use crate::filter::{FIELDS_OF_ACTIONS, FIELDS_OF_LISTS, Fields, Filter};
use crate::wire::Refusal;

const AT: &str = "/request_data/filters";

/// Filters that must all match; without any, every endpoint is meant.
#[derive(Debug)]
pub(crate) struct Filters(Vec<Filter>);

impl Filters {
    /// Reads those of `scan` and `abort_scan`, which must name endpoints or say "all".
    pub(crate) fn of_action(filters: Option<&Value>, most: usize) -> Result<Self, Refusal> {
        match filters {
            Some(Value::String(word)) if word == "all" => Ok(Self(Vec::new())),
            Some(Value::Array(list)) if !list.is_empty() => Self::read(list, FIELDS_OF_ACTIONS, most),
            _ => Err(Refusal::invalid(AT, "must be \"all\" or a non-empty array")),
        }
    }

    /// Reads those of `get_endpoint`, which need not be there.
    pub(crate) fn of_list(filters: Option<&Value>, most: usize) -> Result<Self, Refusal> {
        match filters {
            None => Ok(Self(Vec::new())),
            Some(Value::Array(list)) => Self::read(list, FIELDS_OF_LISTS, most),
            Some(_) => Err(Refusal::invalid(AT, "must be an array")),
        }
    }

    fn read(list: &[Value], fields: &Fields, most: usize) -> Result<Self, Refusal> {
        if list.len() > most {
            return Err(Refusal::invalid(AT, format!("must be at most {most} filters")));
        }
        let read = |(index, filter)| Filter::read(filter, fields, &format!("{AT}/{index}"));
        list.iter().enumerate().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an endpoint that is in this state of scanning matches them all.
    pub(crate) fn match_all(&self, endpoint: &Endpoint, scan_status: &'static str) -> bool {
        self.0.iter().all(|filter| filter.matches(endpoint, scan_status))
    }
}
