//! Errors, in every shape that is documented or has been met, and what is none.

use super::{Case, of};

const RIGHT: &[(&str, &str)] = &[
    ("documented", r#"{"err_code":"400","err_msg":"Got an invalid JSON","err_extra":"more"}"#),
    ("wrapped", r#"{"reply":{"err_code":500,"err_msg":"An error occurred","err_extra":null}}"#),
    ("not-wrapped", r#"{"err_code":500,"err_msg":"An error occurred","err_extra":null}"#),
    (
        "extra-text",
        r#"{"reply":{"err_code":500,"err_msg":"m","err_extra":"can't create group action id for e1"}}"#,
    ),
    ("extra-object", r#"{"reply":{"err_code":500,"err_msg":"m","err_extra":{"a":1}}}"#),
    ("extra-list", r#"{"reply":{"err_code":500,"err_msg":"m","err_extra":["a",1]}}"#),
    ("extra-number", r#"{"reply":{"err_code":500,"err_msg":"m","err_extra":5}}"#),
    ("extra-absent", r#"{"reply":{"err_code":500,"err_msg":"m"}}"#),
    (
        "message-object",
        r#"{"reply":{"err_code":400,"err_msg":{"line":1,"column":19,"message":"no viable alternative"}}}"#,
    ),
    ("message-absent", r#"{"reply":{"err_code":500}}"#),
    ("message-empty-beside-a-code", r#"{"reply":{"err_code":500,"err_msg":""}}"#),
    ("message-null-beside-a-code", r#"{"reply":{"err_code":500,"err_msg":null}}"#),
    ("message-object-without-a-code", r#"{"err_msg":{"message":"m"}}"#),
    ("message-of-one-character", r#"{"err_msg":"m"}"#),
    ("message-empty-object-beside-a-code", r#"{"err_code":500,"err_msg":{}}"#),
    ("code-text", r#"{"reply":{"err_code":"500","err_msg":"m"}}"#),
    ("code-of-one-character", r#"{"err_code":"5"}"#),
    ("code-least", r#"{"err_code":1}"#),
    ("code-absent", r#"{"reply":{"err_msg":"unauthorized"}}"#),
    ("code-null-beside-a-message", r#"{"err_code":null,"err_msg":"m"}"#),
    ("code-zero-beside-a-message", r#"{"err_code":0,"err_msg":"m"}"#),
    ("code-empty-beside-a-message", r#"{"err_code":"","err_msg":"m"}"#),
    ("code-beside-a-null-reply", r#"{"err_code":42,"reply":null}"#),
    ("code-beside-an-action", r#"{"reply":{"action_id":7,"err_code":500}}"#),
    ("in-data", r#"{"data":{"err_msg":"bad filter","metadata":{"err_code":400,"err_extra":"filters"}}}"#),
    ("in-data-message-object", r#"{"data":{"err_msg":{"message":"m"},"metadata":{"err_code":"400"}}}"#),
    ("in-data-without-metadata", r#"{"data":{"err_msg":"m"}}"#),
    ("in-data-metadata-null", r#"{"data":{"err_msg":"m","metadata":null}}"#),
    ("in-data-code-null", r#"{"data":{"err_msg":"m","metadata":{"err_code":null}}}"#),
    ("in-data-code-absent", r#"{"data":{"err_msg":"m","metadata":{"err_extra":["a"]}}}"#),
    ("in-data-beside-an-action", r#"{"data":{"err_msg":"m"},"reply":{"action_id":7}}"#),
    ("in-data-unknown-keys", r#"{"data":{"err_msg":"m","metadata":{"trace":"t"},"more":1},"more":1}"#),
    ("reply-false", r#"{"reply":false}"#),
    ("list-of-errors", r#"[{"err_code":500,"err_msg":"m","err_extra":null}]"#),
    ("list-of-codes", r#"[{"err_code":500}]"#),
    ("list-of-messages", r#"[{"err_msg":"m"}]"#),
    ("list-of-wrapped-errors", r#"[{"reply":{"err_code":500}}]"#),
    ("unknown-keys", r#"{"reply":{"err_code":500,"trace":"t"},"more":1}"#),
];

const WRONG: &[(&str, &str)] = &[
    ("reply-of-a-scan", r#"{"reply":{"action_id":"123","endpoints_count":"1"}}"#),
    ("reply-of-a-status", r#"{"reply":{"data":{"e1":"PENDING"}}}"#),
    ("reply-of-a-status-of-an-endpoint-err-msg", r#"{"reply":{"data":{"err_msg":"PENDING"}}}"#),
    ("error-keys-null", r#"{"reply":{"action_id":1,"err_code":null,"err_msg":null}}"#),
    ("code-zero", r#"{"reply":{"action_id":1,"err_code":0}}"#),
    ("message-empty", r#"{"reply":{"action_id":1,"err_msg":""}}"#),
];

/// Neither an error by the schema nor a reply by any of the others.
const NEITHER: &[(&str, &str)] = &[
    ("and-no-reply-empty-object", "{}"),
    ("and-no-reply-empty-list", "[]"),
    ("and-no-reply-list-of-nothing", "[{}]"),
    ("and-no-reply-code-empty", r#"{"err_code":""}"#),
    ("and-no-reply-code-negative", r#"{"err_code":-1}"#),
    ("and-no-reply-code-boolean", r#"{"err_code":true}"#),
    ("and-no-reply-code-boolean-beside-a-message", r#"{"err_code":true,"err_msg":"m"}"#),
    ("and-no-reply-message-number", r#"{"err_msg":5}"#),
    ("and-no-reply-message-number-beside-a-code", r#"{"err_code":500,"err_msg":5}"#),
    ("and-no-reply-true", r#"{"reply":true}"#),
    ("and-no-reply-null", r#"{"reply":null}"#),
    ("and-no-reply-data-empty", r#"{"data":{}}"#),
    ("and-no-reply-data-message-empty", r#"{"data":{"err_msg":"","metadata":{}}}"#),
    ("and-no-reply-data-of-statuses", r#"{"data":{"e1":"PENDING"}}"#),
    ("and-no-reply-data-in-a-list", r#"[{"data":{"err_msg":"m"}}]"#),
    ("and-no-reply-text", r#""An error occurred""#),
];

/// Each fact about an error, alone.
pub(super) fn cases() -> Vec<Case> {
    let schema = "error-response";
    [of(schema, true, RIGHT), of(schema, false, WRONG), of(schema, false, NEITHER)]
        .into_iter()
        .flatten()
        .collect()
}
