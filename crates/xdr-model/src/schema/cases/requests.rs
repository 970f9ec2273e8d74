//! Whole requests: what stands around the filters, and action ids.

use super::{Case, of};

const SELECTIONS: &[&str] = &["scan-request", "abort-scan-request"];

/// Requests that select endpoints; each kind of filter once, for the rest see the filters alone.
pub(super) const RIGHT: &[(&str, &str)] = &[
    ("all-endpoints", r#"{"request_data":{"filters":"all"}}"#),
    ("one-filter", r#"{"request_data":{"filters":[{"field":"hostname","operator":"in","value":["a"]}]}}"#),
    (
        "two-filters",
        r#"{"request_data":{"filters":[{"field":"hostname","operator":"in","value":["a"]},{"field":"platform","operator":"in","value":["linux"]}]}}"#,
    ),
    (
        "one-field-twice-for-a-range",
        r#"{"request_data":{"filters":[{"field":"last_seen","operator":"gte","value":1760000000000},{"field":"last_seen","operator":"lte","value":1760000000001}]}}"#,
    ),
    (
        "same-filter-twice",
        r#"{"request_data":{"filters":[{"field":"alias","operator":"in","value":["a"]},{"field":"alias","operator":"in","value":["a"]}]}}"#,
    ),
    ("incident", r#"{"request_data":{"filters":"all","incident_id":"4"}}"#),
    ("incident-blank-inside", r#"{"request_data":{"filters":"all","incident_id":"4 2"}}"#),
    (
        "blank-inside-of-a-name",
        r#"{"request_data":{"filters":[{"field":"group_name","operator":"in","value":["Berlin Servers"]}]}}"#,
    ),
    (
        "keys-in-another-order",
        r#"{"request_data":{"incident_id":"42","filters":[{"value":["a"],"operator":"in","field":"alias"}]}}"#,
    ),
    ("key-twice-last-one-counts", r#"{"request_data":{"filters":[],"filters":"all"}}"#),
    (
        "endpoint-id-list",
        r#"{"request_data":{"filters":[{"field":"endpoint_id_list","operator":"in","value":["9f2c4b1e0d7a4c55a1b2c3d4e5f60718"]}]}}"#,
    ),
    (
        "dist-name",
        r#"{"request_data":{"filters":[{"field":"dist_name","operator":"in","value":["Servers 8.2"]}]}}"#,
    ),
    (
        "group-name",
        r#"{"request_data":{"filters":[{"field":"group_name","operator":"in","value":["Servers"]}]}}"#,
    ),
    ("alias", r#"{"request_data":{"filters":[{"field":"alias","operator":"in","value":["reception"]}]}}"#),
    (
        "username",
        r#"{"request_data":{"filters":[{"field":"username","operator":"in","value":["ACME\\jane"]}]}}"#,
    ),
    (
        "ip-list",
        r#"{"request_data":{"filters":[{"field":"ip_list","operator":"in","value":["192.168.5.12"]}]}}"#,
    ),
    (
        "platform",
        r#"{"request_data":{"filters":[{"field":"platform","operator":"in","value":["windows"]}]}}"#,
    ),
    (
        "isolate",
        r#"{"request_data":{"filters":[{"field":"isolate","operator":"in","value":["unisolated"]}]}}"#,
    ),
    (
        "scan-status",
        r#"{"request_data":{"filters":[{"field":"scan_status","operator":"in","value":["none"]}]}}"#,
    ),
    (
        "first-seen",
        r#"{"request_data":{"filters":[{"field":"first_seen","operator":"gte","value":1760000000000}]}}"#,
    ),
    (
        "last-seen",
        r#"{"request_data":{"filters":[{"field":"last_seen","operator":"lte","value":1760000000000}]}}"#,
    ),
];

pub(super) const WRONG: &[(&str, &str)] = &[
    ("filters-empty-list", r#"{"request_data":{"filters":[]}}"#),
    ("filters-null", r#"{"request_data":{"filters":null}}"#),
    ("filters-absent", r#"{"request_data":{}}"#),
    ("filters-none", r#"{"request_data":{"filters":"none"}}"#),
    ("filters-all-in-capitals", r#"{"request_data":{"filters":"ALL"}}"#),
    ("filters-all-in-a-list", r#"{"request_data":{"filters":["all"]}}"#),
    ("filters-empty-text", r#"{"request_data":{"filters":""}}"#),
    ("filters-true", r#"{"request_data":{"filters":true}}"#),
    ("filters-empty-object", r#"{"request_data":{"filters":{}}}"#),
    (
        "filters-one-not-in-a-list",
        r#"{"request_data":{"filters":{"field":"hostname","operator":"in","value":["a"]}}}"#,
    ),
    ("filters-list-in-list", r#"{"request_data":{"filters":[[]]}}"#),
    ("filters-null-in-list", r#"{"request_data":{"filters":[null]}}"#),
    ("filters-misspelt", r#"{"request_data":{"filter":"all"}}"#),
    (
        "filter-with-no-values",
        r#"{"request_data":{"filters":[{"field":"hostname","operator":"in","value":[]}]}}"#,
    ),
    (
        "filter-with-no-values-after-a-right-one",
        r#"{"request_data":{"filters":[{"field":"alias","operator":"in","value":["a"]},{"field":"hostname","operator":"in","value":[]}]}}"#,
    ),
    (
        "filter-with-unknown-field",
        r#"{"request_data":{"filters":[{"field":"tags","operator":"in","value":["a"]}]}}"#,
    ),
    (
        "filter-with-unknown-platform",
        r#"{"request_data":{"filters":[{"field":"platform","operator":"in","value":["solaris"]}]}}"#,
    ),
    (
        "filter-with-a-time-and-in",
        r#"{"request_data":{"filters":[{"field":"first_seen","operator":"in","value":[1760000000000]}]}}"#,
    ),
    ("incident-empty", r#"{"request_data":{"filters":"all","incident_id":""}}"#),
    ("incident-only-a-space", r#"{"request_data":{"filters":"all","incident_id":" "}}"#),
    ("incident-line-break-after", r#"{"request_data":{"filters":"all","incident_id":"42\n"}}"#),
    ("incident-byte-order-mark-before", r#"{"request_data":{"filters":"all","incident_id":"\ufeff42"}}"#),
    (
        "filter-with-two-names-in-one-value",
        r#"{"request_data":{"filters":[{"field":"hostname","operator":"in","value":["web-1\nweb-2\n"]}]}}"#,
    ),
    (
        "filter-with-a-blank-before-a-name",
        r#"{"request_data":{"filters":[{"field":"hostname","operator":"in","value":["web-1"," web-2"]}]}}"#,
    ),
    (
        "filter-with-a-carriage-return-after-an-id",
        r#"{"request_data":{"filters":[{"field":"endpoint_id_list","operator":"in","value":["0f6ba1a18c35d416c8e27a319cc2fea0\r"]}]}}"#,
    ),
    ("incident-null", r#"{"request_data":{"filters":"all","incident_id":null}}"#),
    ("incident-number", r#"{"request_data":{"filters":"all","incident_id":42}}"#),
    ("unknown-key", r#"{"request_data":{"filters":"all","limit":5}}"#),
    ("unknown-key-outside", r#"{"request_data":{"filters":"all"},"timeout":5}"#),
    ("key-twice-last-one-counts", r#"{"request_data":{"filters":"all","filters":[]}}"#),
    ("request-data-absent", r#"{"filters":"all"}"#),
    ("request-data-null", r#"{"request_data":null}"#),
    ("request-data-list", r#"{"request_data":["all"]}"#),
    ("list", r#"[{"request_data":{"filters":"all"}}]"#),
    ("text", r#""all""#),
    ("empty-object", "{}"),
    ("null", "null"),
];

const RIGHT_IDS: &[(&str, &str)] = &[
    ("id-integer", r#"{"request_data":{"group_action_id":42}}"#),
    ("id-zero", r#"{"request_data":{"group_action_id":0}}"#),
    ("id-above-32-bits", r#"{"request_data":{"group_action_id":4294967297}}"#),
    ("id-greatest-integer", r#"{"request_data":{"group_action_id":9007199254740991}}"#),
    ("id-integer-with-a-point", r#"{"request_data":{"group_action_id":42.0}}"#),
    ("id-digits", r#"{"request_data":{"group_action_id":"42"}}"#),
    ("id-digits-with-leading-zero", r#"{"request_data":{"group_action_id":"007"}}"#),
    ("id-digits-above-greatest-integer", r#"{"request_data":{"group_action_id":"9007199254740992"}}"#),
    ("id-other-text", r#"{"request_data":{"group_action_id":"a-1"}}"#),
    ("id-one-character", r#"{"request_data":{"group_action_id":"a"}}"#),
    ("id-digits-and-a-point-in-other-text", r#"{"request_data":{"group_action_id":"v4.2"}}"#),
    ("id-digits-and-a-hyphen", r#"{"request_data":{"group_action_id":"42-1"}}"#),
    ("id-only-a-point", r#"{"request_data":{"group_action_id":"."}}"#),
    ("id-blank-inside", r#"{"request_data":{"group_action_id":"a 1"}}"#),
    ("id-zero-width-joiner-inside", r#"{"request_data":{"group_action_id":"a\u200d1"}}"#),
];

const WRONG_IDS: &[(&str, &str)] = &[
    ("id-negative", r#"{"request_data":{"group_action_id":-1}}"#),
    ("id-above-greatest-integer", r#"{"request_data":{"group_action_id":9007199254740992}}"#),
    ("id-fraction", r#"{"request_data":{"group_action_id":1.5}}"#),
    ("id-empty", r#"{"request_data":{"group_action_id":""}}"#),
    ("id-text-with-a-point", r#"{"request_data":{"group_action_id":"4294967297.0"}}"#),
    ("id-text-with-commas", r#"{"request_data":{"group_action_id":"4,294,967,297"}}"#),
    ("id-text-with-apostrophes", r#"{"request_data":{"group_action_id":"4'294'967'297"}}"#),
    ("id-text-with-points-and-a-comma", r#"{"request_data":{"group_action_id":"4.294.967.297,00"}}"#),
    ("id-text-with-a-point-at-the-end", r#"{"request_data":{"group_action_id":"42."}}"#),
    ("id-blank-before", r#"{"request_data":{"group_action_id":" 42"}}"#),
    ("id-line-break-after", r#"{"request_data":{"group_action_id":"42\n"}}"#),
    ("id-zero-width-space-inside", r#"{"request_data":{"group_action_id":"4\u200b2"}}"#),
    ("id-byte-order-mark-before", r#"{"request_data":{"group_action_id":"\ufeff42"}}"#),
    ("id-null", r#"{"request_data":{"group_action_id":null}}"#),
    ("id-boolean", r#"{"request_data":{"group_action_id":true}}"#),
    ("id-list", r#"{"request_data":{"group_action_id":[42]}}"#),
    ("id-under-the-key-of-replies", r#"{"request_data":{"action_id":42}}"#),
    ("id-absent", r#"{"request_data":{}}"#),
    ("unknown-key", r#"{"request_data":{"group_action_id":42,"wait":true}}"#),
    ("unknown-key-outside", r#"{"request_data":{"group_action_id":42},"wait":true}"#),
    ("request-data-absent", r#"{"group_action_id":42}"#),
    ("request-data-list", r#"{"request_data":[42]}"#),
    ("list", r#"[42]"#),
    ("empty-object", "{}"),
    ("null", "null"),
];

/// Each fact about a request, alone.
pub(super) fn cases() -> Vec<Case> {
    let selections = SELECTIONS.iter().flat_map(|schema| [of(schema, true, RIGHT), of(schema, false, WRONG)]);
    let ids = "get-action-status-request";
    selections.chain([of(ids, true, RIGHT_IDS), of(ids, false, WRONG_IDS)]).flatten().collect()
}
