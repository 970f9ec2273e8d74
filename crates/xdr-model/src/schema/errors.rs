//! The shapes of errors of the API. A client sends none of them, so all of them are open.

use serde_json::{Value, json};

use super::root::Root;

/// Every shape that is documented or has been seen, if it is JSON. Error pages of servers and proxies and empty bodies
/// are not JSON.
///
/// A body that is valid by this schema is not a successful reply by any other schema, and the other way round.
pub(super) fn root() -> Root {
    let schema = json!({
        "description": "An error, which the tenant answers instead of a reply: mostly with an error status, but also with \
            HTTP status 200. The code in it can differ from the status. An error can also be plain text, an HTML page \
            of a proxy, or an empty body.",
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
            "An error object with a code. Documented as an object of three texts. The code has also been seen as an integer.",
            reference("ErrorCode"),
            json!({"anyOf": [{"type": "string"}, {"type": "object"}, {"type": "null"}]}),
            "err_code",
        ),
        "ErrorWithMessage": error(
            "An error object with a message. The code can be absent.",
            any_code(),
            reference("ErrorMessage"),
            "err_msg",
        ),
        "ErrorCode": {
            "description": "The code of the error. Documented as text with the HTTP status. On the wire it is an integer.",
            "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "minLength": 1}],
        },
        "ErrorMessage": {
            "description": "The message. Documented as text, but the documented example is an object of line, column \
                and message. Both occur.",
            "anyOf": [{"type": "string", "minLength": 1}, {"type": "object"}],
        },
        "WrappedError": {
            "description": "An error object in place of the reply. This is the common shape on the wire. It is not documented.",
            "type": "object",
            "properties": {"reply": {
                "description": "The error object.",
                "anyOf": [reference("ErrorWithCode"), reference("ErrorWithMessage")],
            }},
            "required": ["reply"],
        },
        "ErrorInData": {
            "description": "The shape of newer calls of the API. It occurs only at the top level, with any HTTP status.",
            "type": "object",
            "properties": {"data": {
                "description": "The error.",
                "type": "object",
                "properties": {
                    "err_msg": described(reference("ErrorMessage"), "What went wrong."),
                    "metadata": {
                        "description": "Further information about the error.",
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
                "err_code": described(any_code(), "The code of the error. It can differ from the HTTP status."),
                "err_extra": described(json!({}), "Further information of any form."),
            },
        },
        "RefusedReply": {
            "description": "The value false in place of the reply, seen with HTTP status 200.",
            "type": "object",
            "properties": {"reply": {"description": "The request was refused.", "type": "boolean", "const": false}},
            "required": ["reply"],
        },
        "ErrorList": {
            "description": "A list of error objects, seen at the top level.",
            "type": "array",
            "items": {"anyOf": [
                reference("ErrorWithCode"), reference("ErrorWithMessage"), reference("WrappedError"),
            ]},
            "minItems": 1,
        },
    })
}

/// An error object. The required key makes it an error: if that key is null or absent, the object says nothing.
fn error(description: &str, code: Value, message: Value, required: &str) -> Value {
    json!({
        "description": description,
        "type": "object",
        "properties": {
            "err_code": described(code, "The code of the error. It can differ from the HTTP status."),
            "err_msg": described(message, "What went wrong."),
            // Without a type, because null, texts, objects and lists have been seen.
            "err_extra": described(json!({}), "Further information of any form."),
        },
        "required": [required],
    })
}

/// A code beside a message. It can be null, because the message alone makes the object an error.
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
