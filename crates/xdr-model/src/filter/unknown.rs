//! The refusal of a filter field that there is not.

use super::Filter;
use crate::validate::{Place, Violation};

/// What the call `get_endpoint` knows of an endpoint and a scan does not filter by. It filters by the first and the last,
/// and names the tags in its replies. People carry them over, because the pages of both calls describe filters of the
/// same form.
const OF_GET_ENDPOINT: [&str; 3] = ["endpoint_status", "tags", "public_ip_list"];

/// Lists the fields that there are; of a field of another call it also says where that can be used.
pub(super) fn field(place: &Place<'_>, field: &str) -> Violation {
    let mut rule = format!("must be one of {}", Filter::FIELDS.join(", "));
    if OF_GET_ENDPOINT.contains(&field) {
        rule += "; ";
        rule += field;
        rule += " belongs to the call get_endpoint: find the endpoints there, and scan their ids by endpoint_id_list";
    }
    place.breaks(rule).with_found(&format!("{field:?}"))
}
