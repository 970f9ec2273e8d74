//! The refusal of an unknown filter field.

use super::{EndpointFilter, Filter};
use crate::validate::{Place, Violation};

/// Lists the `known` fields. For a scan, it also names the call `get_endpoint` if the field belongs to that call:
/// `get_endpoint` takes some fields that a scan does not take, and its replies contain tags. People confuse the two
/// calls, because their pages describe filters of the same form.
pub(super) fn field(place: &Place<'_>, field: &str, known: &[&str]) -> Violation {
    let mut rule = format!("must be one of {}", known.join(", "));
    let is_of_get_endpoint = field == "tags" || EndpointFilter::FIELDS.contains(&field);
    if known == Filter::FIELDS && is_of_get_endpoint {
        rule += "; ";
        rule += field;
        rule += " belongs to the call get_endpoint: find the endpoints there, and scan their ids by endpoint_id_list";
    }
    place.breaks(rule).with_found(&format!("{field:?}"))
}
