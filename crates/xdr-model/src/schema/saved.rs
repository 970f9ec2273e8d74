//! The documents that programs save and read again. They are not messages of the API.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::root::Root;
use crate::operation::{Scan, StartedAction};
use crate::{coverage, report, scan_batches};

/// All of them, in the order of use.
pub(super) fn roots() -> Vec<Root> {
    vec![scan(), started_action(), coverage(), action_report(), progress(), scan_batches()]
}

/// As in a request: an optional key can be absent.
fn scan() -> Root {
    alone::<Scan>(
        SchemaSettings::draft2020_12().for_serialize(),
        "scan",
        "Scan",
        json!([
            {"filters": [{"field": "hostname", "operator": "in", "value": ["web-1", "web-2"]}], "incident_id": "42"},
            {"filters": "all"},
        ]),
    )
}

/// As in a reply: it is saved unchanged.
fn started_action() -> Root {
    alone::<StartedAction>(
        as_read(),
        "started-action",
        "StartedAction",
        json!([{"action_id": "4294967297", "endpoints_count": 673, "status": "1"}]),
    )
}

fn coverage() -> Root {
    alone::<coverage::Saved<'_>>(
        as_read(),
        "coverage",
        "Coverage",
        json!([{
            "filters": [{"field": "hostname", "operator": "in", "value": ["web-1", "web-typo"]}],
            "taken": 1,
            "proves_gap": true,
        }]),
    )
}

fn report_example() -> Value {
    json!({
        "action_id": 42,
        "accepted": true,
        "endpoints_count": 2,
        "filters": [{"field": "group_name", "operator": "in", "value": ["Servers"]}],
        "endpoints": [
            {"endpoint_id": "e1", "status": "FAILED", "reason": {"errorDescription": "disk full"}},
            {"endpoint_id": "e2", "status": "PENDING", "omitted": true},
        ],
        "unchanged_ms": 60_000,
        "is_success": false,
    })
}

fn action_report() -> Root {
    alone::<report::Saved<'_>>(as_read(), "action-report", "ActionReport", json!([report_example()]))
}

fn progress() -> Root {
    let mut generator = as_read().into_generator();
    let report = generator.subschema_for::<report::Saved<'_>>();
    let mut definitions = generator.take_definitions(false);
    let count = json!({"type": "integer", "minimum": 0, "maximum": crate::json_integer::MAX_INTEGER});
    let described = |schema: &Value, description: &str| {
        let mut schema = schema.clone();
        schema["description"] = description.into();
        schema
    };
    let mut event = |name: &str, event: &str, description: &str, more: Value| {
        let mut properties = Map::new();
        let word = json!({"type": "string", "const": event});
        properties.insert("event".into(), described(&word, "The kind of the event."));
        properties.extend(more.as_object().cloned().unwrap_or_default());
        properties.insert(
            "report".into(),
            described(&json!(report), "Everything that was known of the action at that time."),
        );
        // The order of a map differs from program to program.
        let mut required: Vec<_> = properties.keys().cloned().collect();
        required.sort_unstable();
        let schema = json!({
            "description": description,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        definitions.insert(name.into(), schema);
        json!({"$ref": format!("#/$defs/{name}")})
    };
    let events = [
        event("StartedProgress", "started", "The tenant accepted the scan.", json!({})),
        event(
            "PolledProgress",
            "polled",
            "The tenant answered a status request.",
            json!({"elapsed_ms": described(&count, "The time since the scan or the wait began, in milliseconds.")}),
        ),
        event(
            "TroubleProgress",
            "trouble",
            "A status request failed.",
            json!({
                "message": {"description": "Why the request failed.", "type": "string"},
                "in_a_row": described(&count, "How many status requests in a row have failed, including this one."),
                "next_in_ms": described(&count, "The time until the next status request, in milliseconds."),
            }),
        ),
    ];
    let schema = json!({
        "description": "One event of an action that is followed. Save any event, and resume the action from it.",
        "oneOf": events,
        "examples": [
            {"event": "polled", "elapsed_ms": 120_000, "report": report_example()},
            {"event": "started", "report": {"action_id": 42, "endpoints": []}},
        ],
        "$defs": definitions,
    });
    Root::new("progress", "Progress", schema)
}

fn scan_batches() -> Root {
    alone::<scan_batches::Saved<'_>>(
        as_read(),
        "scan-batches",
        "ScanBatches",
        json!([
            {
                "filters": [{"field": "platform", "operator": "in", "value": ["linux"]}],
                "batches": [
                    {"endpoint_ids": ["e1", "e2"], "state": "started", "action": {"action_id": 42, "endpoints": []}},
                    {"endpoint_ids": ["e3", "e4"], "state": "sending", "message": "the connection was closed"},
                    {"endpoint_ids": ["e5"], "state": "not_sent"},
                ],
                "is_success": false,
            },
            {"batches": [{"state": "started", "action": report_example()}]},
        ]),
    )
}

/// A type as the root of its own document.
fn alone<T: JsonSchema>(settings: SchemaSettings, name: &str, title: &str, examples: Value) -> Root {
    let mut generator = settings.into_generator();
    generator.subschema_for::<T>();
    let mut definitions = generator.take_definitions(false);
    let mut schema = definitions.remove(title).unwrap_or_default();
    schema["examples"] = examples;
    schema["$defs"] = Value::Object(definitions);
    Root::new(name, title, schema)
}

/// The rules for reading apply: a key that is always written can be absent in a document that is read.
fn as_read() -> SchemaSettings {
    SchemaSettings::draft2020_12().for_deserialize()
}
