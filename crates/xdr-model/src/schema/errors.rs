//! The shapes in which the API tells of an error. Nothing of these is sent, so all of them are open.

use serde_json::{Value, json};

use super::root::Root;

/// Every shape that is documented or has been met, as far as it is JSON: error pages of servers and proxies, and
/// empty bodies, are not.
///
/// A body that is valid by this schema is no successful reply by any of the others, and the other way round.
pub(super) fn root() -> Root {
    let schema = json!({
        "description": "What the tenant answers instead of a reply, mostly with an error status, but also with HTTP \
            status 200. The code in it can differ from the status. An error can come as plain text, as HTML of a \
            proxy or without a body too.",
        "anyOf": [
            {"$ref": "#/$defs/ErrorWithCode"},
            {"$ref": "#/$defs/ErrorWithMessage"},
            {"$ref": "#/$defs/WrappedError"},
            {"$ref": "#/$defs/ErrorInData"},
            {"$ref": "#/$defs/RefusedReply"},
            {"$ref": "#/$defs/ErrorList"},
        ],
        "examples": [
            {"err_code": "400", "err_msg": "Got an invalid JSON", "err_extra": "line 1"},
            {"reply": {"err_code": 402, "err_msg": "This API needs another licence", "err_extra": null}},
            {"reply": {"err_code": 400, "err_msg": {"line": 1, "column": 19, "message": "no viable alternative"}}},
            {"reply": {"err_msg": "Public API request unauthorized"}},
            [{"err_code": 500, "err_msg": "An error occurred", "err_extra": []}],
            {"reply": null, "err_code": 42},
            {"reply": false},
            {"data": {"err_msg": "bad filter", "metadata": {"err_code": 400, "err_extra": "filters"}}},
        ],
        "$defs": definitions(),
    });
    Root::new("error-response", "ErrorResponse", schema)
}

fn definitions() -> Value {
    json!({
        "ErrorWithCode": error(
            "An error object with a code; documented as an object of three texts, met with an integer code.",
            reference("ErrorCode"),
            json!({"anyOf": [{"type": "string"}, {"type": "object"}, {"type": "null"}]}),
            "err_code",
        ),
        "ErrorWithMessage": error(
            "An error object with a message; the code has been seen to be absent.",
            any_code(),
            reference("ErrorMessage"),
            "err_msg",
        ),
        "ErrorCode": {
            "description": "The error's own code. Documented as the HTTP status in text; on the wire an integer.",
            "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "minLength": 1}],
        },
        "ErrorMessage": {
            "description": "The message. Documented as text, with an object of line, column and message as its \
                example; both occur.",
            "anyOf": [{"type": "string", "minLength": 1}, {"type": "object"}],
        },
        "WrappedError": {
            "description": "An error object in the place of the reply: the common shape on the wire, not documented.",
            "type": "object",
            "properties": {"reply": {
                "description": "The error object.",
                "anyOf": [reference("ErrorWithCode"), reference("ErrorWithMessage")],
            }},
            "required": ["reply"],
        },
        "ErrorInData": {
            "description": "The shape of newer calls of the API: only at the top level, with any HTTP status.",
            "type": "object",
            "properties": {"data": {
                "description": "The error.",
                "type": "object",
                "properties": {
                    "err_msg": described(reference("ErrorMessage"), "What went wrong."),
                    "metadata": {
                        "description": "More about the error.",
                        "anyOf": [reference("ErrorMetadata"), {"type": "null"}],
                    },
                },
                "required": ["err_msg"],
            }},
            "required": ["data"],
        },
        "ErrorMetadata": {
            "description": "The code and further information of an error in the shape of newer calls.",
            "type": "object",
            "properties": {
                "err_code": described(any_code(), "The error's own code; it can differ from the HTTP status."),
                "err_extra": described(json!({}), "Further information of any form."),
            },
        },
        "RefusedReply": {
            "description": "A bare no in the place of the reply, met with HTTP status 200.",
            "type": "object",
            "properties": {"reply": {"description": "No.", "type": "boolean", "const": false}},
            "required": ["reply"],
        },
        "ErrorList": {
            "description": "Error objects in a list, met at the top level.",
            "type": "array",
            "items": {"anyOf": [
                reference("ErrorWithCode"), reference("ErrorWithMessage"), reference("WrappedError"),
            ]},
            "minItems": 1,
        },
    })
}

/// One of the two is required, or it would be no error: null or absent it says nothing.
fn error(description: &str, code: Value, message: Value, required: &str) -> Value {
    json!({
        "description": description,
        "type": "object",
        "properties": {
            "err_code": described(code, "The error's own code; it can differ from the HTTP status."),
            "err_msg": described(message, "What went wrong."),
            // Without a type: null, texts, objects and lists have been met, so anything may come.
            "err_extra": described(json!({}), "Further information of any form."),
        },
        "required": [required],
    })
}

/// A code beside a message, which is enough for an error.
fn any_code() -> Value {
    json!({"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]})
}

fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}

fn reference(definition: &str) -> Value {
    json!({"$ref": format!("#/$defs/{definition}")})
}
