//! The shapes of batches in JSON Schema. The keys of a batch depend on its state.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::{SavedStarted, SavedUnstarted};

/// A choice of two closed objects. Only a started batch has an action, and only a started batch can lack ids.
pub(super) fn batch(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "oneOf": [
            generator.subschema_for::<SavedStarted<'_>>(),
            generator.subschema_for::<SavedUnstarted<'_>>(),
        ],
    })
}

pub(super) fn started(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "const": "started"})
}

pub(super) fn unstarted(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": ["not_sent", "sending", "refused"]})
}
