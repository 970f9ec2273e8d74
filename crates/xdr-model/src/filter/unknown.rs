//! The refusal of an unknown filter field.

use super::Filter;
use crate::validate::{Place, Violation};

/// Fields of the call `get_endpoint` that a scan does not filter by. That call filters by the first and the last, and
/// shows the tags in its replies. People confuse them, because the pages of both calls describe filters of the same form.
const OF_GET_ENDPOINT: [&str; 3] = ["endpoint_status", "tags", "public_ip_list"];

/// Lists the known fields. For a field of `get_endpoint` it also names that call.
pub(super) fn field(place: &Place<'_>, field: &str) -> Violation {
    let mut rule = format!("must be one of {}", Filter::FIELDS.join(", "));
    if OF_GET_ENDPOINT.contains(&field) {
        rule += "; ";
        rule += field;
        rule += " belongs to the call get_endpoint: find the endpoints there, and scan their ids by endpoint_id_list";
    }
    place.breaks(rule).with_found(&format!("{field:?}"))
}
