//! The programs of `schemas/README.md`, run as they are printed, and with other documents in their place.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use xdr_workspace::succeed;

use super::table::Row;
use super::tools::Tools;

/// Requests with the place of the first mistake that a program has to print; none for a valid request. The first one is the
/// request that the page shows.
const REQUESTS: [(&str, Option<&str>); 12] = [
    (filters!(r#"[{"field":"hostname","operator":"in","value":[]}]"#), Some("/request_data/filters/0/value")),
    (filters!(r#""all""#), None),
    (filters!(r#"[{"field":"last_seen","operator":"gte","value":1760000000000}]"#), None),
    (filters!("[]"), Some("/request_data/filters")),
    (filters!(r#"[{"field":"hostname","operator":"eq","value":["a"]}]"#), Some("/request_data/filters/0/operator")),
    (filters!(r#"[{"field":"hostname","operator":"in","value":"a"}]"#), Some("/request_data/filters/0/value")),
    (filters!(r#"[{"field":"alias","operator":"in","value":["a",7]}]"#), Some("/request_data/filters/0/value/1")),
    (filters!(r#"[{"field":"platform","operator":"in","value":["solaris"]}]"#), Some("/request_data/filters/0/value/0")),
    (filters!(r#"[{"field":"last_seen","operator":"gte","value":1760000000}]"#), Some("/request_data/filters/0/value")),
    (filters!(r#"[{"field":"hostname","operator":"in","value":["a"]},{"field":"alias","operator":"in"}]"#), Some("/request_data/filters/1")),
    (filters!(r#"[{"field":"hostname","operator":"in","value":["a"],"values":1}]"#), Some("/request_data/filters/0")),
    (filters!(r#"[{"field":"colour","operator":"in","value":["a"]}]"#), Some("/request_data/filters/0")),
];

macro_rules! filters {
    ($filters:expr) => {
        concat!(r#"{"request_data":{"filters":"#, $filters, "}}")
    };
}
use filters;
