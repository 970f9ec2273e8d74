//! What programs save: a scan and a started action without the envelope of the API, coverage, reports and progress.

use serde::de::IgnoredAny;

use super::{Case, of, replies, requests};

const COVERAGE: &[(&str, &str)] = &[
    (
        "hosts",
        r#"{"filters":[{"field":"hostname","operator":"in","value":["a","b"]}],"taken":1,"proves_gap":true}"#,
    ),
    ("all-endpoints", r#"{"filters":"all"}"#),
    ("taken-zero", r#"{"filters":"all","taken":0}"#),
    ("taken-greatest", r#"{"filters":"all","taken":9007199254740991}"#),
    ("taken-as-float", r#"{"filters":"all","taken":673.0}"#),
    ("named-zero", r#"{"filters":"all","named":0}"#),
    ("named-greatest", r#"{"filters":"all","named":9007199254740991}"#),
    ("complete", r#"{"filters":"all","complete":true}"#),
    ("missing", r#"{"filters":"all","missing":["a","a"]}"#),
    ("missing-none", r#"{"filters":"all","missing":[]}"#),
    ("missing-empty-text", r#"{"filters":"all","missing":[""]}"#),
    ("missing-line-break-after", r#"{"filters":"all","missing":["a\n"]}"#),
    ("verdict-that-does-not-follow", r#"{"filters":"all","proves_gap":true}"#),
];

const NO_COVERAGE: &[(&str, &str)] = &[
    ("filters-absent", r#"{"taken":1}"#),
    ("filters-null", r#"{"filters":null}"#),
    ("filters-empty-list", r#"{"filters":[]}"#),
    (
        "filters-with-a-line-break",
        r#"{"filters":[{"field":"hostname","operator":"in","value":["web-1\nweb-2"]}]}"#,
    ),
    ("filters-none", r#"{"filters":"none"}"#),
    ("filters-all-in-capitals", r#"{"filters":"ALL"}"#),
    ("taken-negative", r#"{"filters":"all","taken":-1}"#),
    ("taken-above-2-to-the-53", r#"{"filters":"all","taken":9007199254740992}"#),
    ("taken-text", r#"{"filters":"all","taken":"1"}"#),
    ("taken-null", r#"{"filters":"all","taken":null}"#),
    ("named-negative", r#"{"filters":"all","named":-1}"#),
    ("named-above-2-to-the-53", r#"{"filters":"all","named":9007199254740992}"#),
    ("named-null", r#"{"filters":"all","named":null}"#),
    ("complete-null", r#"{"filters":"all","complete":null}"#),
    ("missing-text", r#"{"filters":"all","missing":"a"}"#),
    ("missing-number", r#"{"filters":"all","missing":[1]}"#),
    ("missing-null", r#"{"filters":"all","missing":null}"#),
    ("verdict-text", r#"{"filters":"all","proves_gap":"yes"}"#),
    ("unknown-key", r#"{"filters":"all","gap":true}"#),
    ("list", "[]"),
    ("null", "null"),
];

const REPORT: &[(&str, &str)] = &[
    ("nothing-but-the-id", r#"{"action_id":42,"endpoints":[]}"#),
    ("id-text", r#"{"action_id":"a","endpoints":[]}"#),
    ("id-text-with-a-point-as-the-tenant-named-it", r#"{"action_id":"42.0","endpoints":[]}"#),
    ("id-as-a-tenant-names-it", r#"{"action_id":" a\n\u202e","endpoints":[]}"#),
    ("id-zero", r#"{"action_id":0,"endpoints":[]}"#),
    ("id-greatest-integer", r#"{"action_id":9007199254740991,"endpoints":[]}"#),
    ("id-large-as-text", r#"{"action_id":"18446744073709551615","endpoints":[]}"#),
    ("tenant", r#"{"action_id":42,"endpoints":[],"tenant":"https://api-acme.xdr.us.paloaltonetworks.com"}"#),
    ("accepted", r#"{"action_id":42,"endpoints":[],"accepted":true}"#),
    ("count", r#"{"action_id":42,"endpoints":[],"endpoints_count":673}"#),
    ("count-zero", r#"{"action_id":42,"endpoints":[],"endpoints_count":0}"#),
    ("count-greatest", r#"{"action_id":42,"endpoints":[],"endpoints_count":9007199254740991}"#),
    ("filters-all", r#"{"action_id":42,"endpoints":[],"filters":"all"}"#),
    (
        "filters",
        r#"{"action_id":42,"endpoints":[],"filters":[{"field":"hostname","operator":"in","value":["a"]}]}"#,
    ),
    ("repeated", r#"{"action_id":42,"endpoints":[],"repeated":true}"#),
    ("unchanged-zero", r#"{"action_id":42,"endpoints":[],"unchanged_ms":0}"#),
    ("unchanged-greatest", r#"{"action_id":42,"endpoints":[],"unchanged_ms":9007199254740991}"#),
    ("verdict-that-does-not-follow", r#"{"action_id":42,"endpoints":[],"is_success":true}"#),
    ("endpoint", r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1","status":"PENDING"}]}"#),
    ("endpoint-id-empty", r#"{"action_id":42,"endpoints":[{"endpoint_id":"","status":"PENDING"}]}"#),
    (
        "endpoint-id-as-a-tenant-names-it",
        r#"{"action_id":42,"endpoints":[{"endpoint_id":" e1\u0000\n\ufeff","status":"PENDING"}]}"#,
    ),
    ("endpoint-status-null", r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1","status":null}]}"#),
    ("endpoint-status-unknown-word", r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1","status":"NEW"}]}"#),
    (
        "endpoint-twice",
        r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1","status":"FAILED"},{"endpoint_id":"e1","status":"PENDING"}]}"#,
    ),
    (
        "endpoint-omitted",
        r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1","status":"PENDING","omitted":true}]}"#,
    ),
    (
        "endpoint-reason-object",
        r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1","status":"FAILED","reason":{"why":"disk"}}]}"#,
    ),
    (
        "endpoint-reason-null",
        r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1","status":"FAILED","reason":null}]}"#,
    ),
];

const NO_REPORT: &[(&str, &str)] = &[
    ("id-absent", r#"{"endpoints":[]}"#),
    ("id-empty", r#"{"action_id":"","endpoints":[]}"#),
    ("id-negative", r#"{"action_id":-1,"endpoints":[]}"#),
    ("id-above-2-to-the-53", r#"{"action_id":9007199254740992,"endpoints":[]}"#),
    ("id-null", r#"{"action_id":null,"endpoints":[]}"#),
    ("tenant-null", r#"{"action_id":42,"endpoints":[],"tenant":null}"#),
    ("accepted-null", r#"{"action_id":42,"endpoints":[],"accepted":null}"#),
    ("count-negative", r#"{"action_id":42,"endpoints":[],"endpoints_count":-1}"#),
    ("count-above-2-to-the-53", r#"{"action_id":42,"endpoints":[],"endpoints_count":9007199254740992}"#),
    ("count-text", r#"{"action_id":42,"endpoints":[],"endpoints_count":"2"}"#),
    ("count-null", r#"{"action_id":42,"endpoints":[],"endpoints_count":null}"#),
    ("filters-empty-list", r#"{"action_id":42,"endpoints":[],"filters":[]}"#),
    ("filters-null", r#"{"action_id":42,"endpoints":[],"filters":null}"#),
    (
        "filters-with-a-line-break",
        r#"{"action_id":42,"endpoints":[],"filters":[{"field":"hostname","operator":"in","value":["web-1\nweb-2"]}]}"#,
    ),
    ("filters-all-in-capitals", r#"{"action_id":42,"endpoints":[],"filters":"ALL"}"#),
    ("repeated-null", r#"{"action_id":42,"endpoints":[],"repeated":null}"#),
    ("unchanged-negative", r#"{"action_id":42,"endpoints":[],"unchanged_ms":-1}"#),
    ("unchanged-above-2-to-the-53", r#"{"action_id":42,"endpoints":[],"unchanged_ms":9007199254740992}"#),
    ("verdict-text", r#"{"action_id":42,"endpoints":[],"is_success":"yes"}"#),
    ("endpoints-absent", r#"{"action_id":42}"#),
    ("endpoints-null", r#"{"action_id":42,"endpoints":null}"#),
    ("endpoints-object", r#"{"action_id":42,"endpoints":{"e1":"PENDING"}}"#),
    ("endpoint-text", r#"{"action_id":42,"endpoints":["e1"]}"#),
    ("endpoint-id-absent", r#"{"action_id":42,"endpoints":[{"status":"PENDING"}]}"#),
    ("endpoint-id-number", r#"{"action_id":42,"endpoints":[{"endpoint_id":1,"status":"PENDING"}]}"#),
    ("endpoint-status-absent", r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1"}]}"#),
    ("endpoint-status-number", r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1","status":1}]}"#),
    (
        "endpoint-omitted-null",
        r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1","status":"PENDING","omitted":null}]}"#,
    ),
    (
        "endpoint-unknown-key",
        r#"{"action_id":42,"endpoints":[{"endpoint_id":"e1","status":"PENDING","settled":true}]}"#,
    ),
    ("unknown-key", r#"{"action_id":42,"endpoints":[],"counts":{}}"#),
    ("list", "[]"),
    ("null", "null"),
];

const PROGRESS: &[(&str, &str)] = &[
    ("started", r#"{"event":"started","report":{"action_id":42,"endpoints":[]}}"#),
    ("polled", r#"{"event":"polled","elapsed_ms":2000,"report":{"action_id":42,"endpoints":[]}}"#),
    ("polled-at-once", r#"{"event":"polled","elapsed_ms":0,"report":{"action_id":42,"endpoints":[]}}"#),
    (
        "polled-greatest-time",
        r#"{"event":"polled","elapsed_ms":9007199254740991,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble",
        r#"{"event":"trouble","message":"out of order","in_a_row":1,"next_in_ms":30000,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-not-counted",
        r#"{"event":"trouble","message":"","in_a_row":0,"next_in_ms":30000,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-with-the-next-attempt-at-once",
        r#"{"event":"trouble","message":"m","in_a_row":1,"next_in_ms":0,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-with-the-greatest-next-time",
        r#"{"event":"trouble","message":"m","in_a_row":1,"next_in_ms":9007199254740991,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-greatest-number",
        r#"{"event":"trouble","message":"m","in_a_row":9007199254740991,"next_in_ms":30000,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
];

const NO_PROGRESS: &[(&str, &str)] = &[
    ("event-absent", r#"{"report":{"action_id":42,"endpoints":[]}}"#),
    ("event-unknown", r#"{"event":"other","report":{"action_id":42,"endpoints":[]}}"#),
    ("event-of-another", r#"{"event":"polled","report":{"action_id":42,"endpoints":[]}}"#),
    ("event-null", r#"{"event":null,"report":{"action_id":42,"endpoints":[]}}"#),
    ("report-alone", r#"{"action_id":42,"endpoints":[]}"#),
    ("started-without-report", r#"{"event":"started"}"#),
    ("started-with-time", r#"{"event":"started","elapsed_ms":1,"report":{"action_id":42,"endpoints":[]}}"#),
    ("report-null", r#"{"event":"started","report":null}"#),
    ("polled-without-event", r#"{"elapsed_ms":2000,"report":{"action_id":42,"endpoints":[]}}"#),
    ("polled-without-report", r#"{"event":"polled","elapsed_ms":2000}"#),
    (
        "polled-with-unknown-key",
        r#"{"event":"polled","elapsed_ms":2000,"more":1,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "polled-negative-time",
        r#"{"event":"polled","elapsed_ms":-1,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "polled-time-above-2-to-the-53",
        r#"{"event":"polled","elapsed_ms":9007199254740992,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-without-event",
        r#"{"message":"m","in_a_row":1,"next_in_ms":30000,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    ("trouble-without-report", r#"{"event":"trouble","message":"m","in_a_row":1,"next_in_ms":30000}"#),
    (
        "trouble-without-message",
        r#"{"event":"trouble","in_a_row":1,"next_in_ms":30000,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-message-null",
        r#"{"event":"trouble","message":null,"in_a_row":1,"next_in_ms":30000,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-without-number",
        r#"{"event":"trouble","message":"m","next_in_ms":30000,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-negative-number",
        r#"{"event":"trouble","message":"m","in_a_row":-1,"next_in_ms":30000,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-number-above-2-to-the-53",
        r#"{"event":"trouble","message":"m","in_a_row":9007199254740992,"next_in_ms":30000,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-without-next-time",
        r#"{"event":"trouble","message":"m","in_a_row":1,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-next-time-above-2-to-the-53",
        r#"{"event":"trouble","message":"m","in_a_row":1,"next_in_ms":9007199254740992,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-negative-next-time",
        r#"{"event":"trouble","message":"m","in_a_row":1,"next_in_ms":-1,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    (
        "trouble-with-unknown-key",
        r#"{"event":"trouble","message":"m","in_a_row":1,"next_in_ms":30000,"more":1,"report":{"action_id":42,"endpoints":[]}}"#,
    ),
    ("list", "[]"),
    ("null", "null"),
];

/// Each fact about what is saved, alone.
pub(super) fn cases() -> Vec<Case> {
    [
        inside("scan", true, requests::RIGHT, "request_data"),
        inside("scan", false, requests::WRONG, "request_data"),
        inside("started-action", true, replies::RIGHT, "reply"),
        inside("started-action", false, replies::WRONG, "reply"),
        of("coverage", true, COVERAGE),
        of("coverage", false, NO_COVERAGE),
        of("action-report", true, REPORT),
        of("action-report", false, NO_REPORT),
        of("progress", true, PROGRESS),
        of("progress", false, NO_PROGRESS),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The rows of a message that say something about what its envelope holds. What is an error there, is only an unknown key
/// here.
fn inside(schema: &'static str, is_valid: bool, rows: &[(&str, &str)], envelope: &str) -> Vec<Case> {
    let begin = format!("{{\"{envelope}\":");
    let rows = rows.iter().filter_map(|(fact, text)| {
        let text = text.strip_prefix(&begin)?.strip_suffix('}')?;
        let is_document = serde_json::from_str::<IgnoredAny>(text).is_ok();
        let of_envelope = ["request-data-", "reply-", "error-"].iter().any(|prefix| fact.starts_with(prefix));
        let fact = fact.trim_start_matches("but-readable-error-");
        (is_document && !of_envelope && !fact.starts_with("code-") && !fact.starts_with("message-"))
            .then_some((fact, text))
    });
    of(schema, is_valid, &rows.collect::<Vec<_>>())
}
