//! The filters of a request. They select its endpoints.

use serde_json::Value;

use crate::endpoint::Endpoint;
use crate::filter::{FIELDS_OF_ACTIONS, FIELDS_OF_LISTS, Fields, Filter};
use crate::wire::Refusal;

const AT: &str = "/request_data/filters";

/// Filters that must all match. Without any filter, every endpoint matches.
#[derive(Debug)]
pub(crate) struct Filters(Vec<Filter>);

impl Filters {
    /// Reads the filters of `scan` and `abort_scan`, which must name endpoints or be "all".
    pub(crate) fn of_action(filters: Option<&Value>, most: usize) -> Result<Self, Refusal> {
        match filters {
            Some(Value::String(word)) if word == "all" => Ok(Self(Vec::new())),
            Some(Value::Array(list)) if !list.is_empty() => Self::read(list, FIELDS_OF_ACTIONS, most),
            _ => Err(Refusal::invalid(AT, "must be \"all\" or a non-empty array")),
        }
    }

    /// Reads the filters of `get_endpoint`, which can be absent.
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

    /// Whether an endpoint with this scan status matches all filters.
    pub(crate) fn match_all(&self, endpoint: &Endpoint, scan_status: &'static str) -> bool {
        self.0.iter().all(|filter| filter.matches(endpoint, scan_status))
    }
}
