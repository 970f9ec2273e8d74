//! Successful replies. The readers of the model take more than the schemas say: a started action is not lost to a
//! detail beside its id. Facts that begin with `but-readable` are those.

use super::{Case, of};

const STARTED: &[&str] = &["scan-response", "abort-scan-response"];

pub(super) const RIGHT: &[(&str, &str)] = &[
    ("documented", r#"{"reply":{"action_id":"123","endpoints_count":"1"}}"#),
    ("id-integer", r#"{"reply":{"action_id":123}}"#),
    ("id-negative", r#"{"reply":{"action_id":-1}}"#),
    ("id-above-32-bits", r#"{"reply":{"action_id":4294967297}}"#),
    ("id-other-text", r#"{"reply":{"action_id":"a"}}"#),
    ("id-as-a-tenant-names-it", r#"{"reply":{"action_id":" a\n\u202e"}}"#),
    ("count-integer", r#"{"reply":{"action_id":"1","endpoints_count":673}}"#),
    ("count-zero", r#"{"reply":{"action_id":"1","endpoints_count":0}}"#),
    ("count-digits-with-leading-zero", r#"{"reply":{"action_id":"1","endpoints_count":"007"}}"#),
    ("count-null", r#"{"reply":{"action_id":"1","endpoints_count":null}}"#),
    ("status-integer", r#"{"reply":{"action_id":"1","status":1}}"#),
    ("status-text", r#"{"reply":{"action_id":"1","status":"1"}}"#),
    ("status-null", r#"{"reply":{"action_id":"1","status":null}}"#),
    ("unknown-keys", r#"{"reply":{"action_id":"1","more":{}},"trace":"t"}"#),
    (
        "error-keys-null",
        r#"{"reply":{"action_id":"1","err_code":null,"err_msg":null},"err_code":null,"err_msg":null}"#,
    ),
];

pub(super) const WRONG: &[(&str, &str)] = &[
    ("id-absent", r#"{"reply":{"endpoints_count":"1"}}"#),
    ("id-empty", r#"{"reply":{"action_id":""}}"#),
    ("id-null", r#"{"reply":{"action_id":null}}"#),
    ("id-fraction", r#"{"reply":{"action_id":1.5}}"#),
    ("id-list", r#"{"reply":{"action_id":[1]}}"#),
    ("error-code-inside", r#"{"reply":{"action_id":1,"err_code":500}}"#),
    ("error-message-inside", r#"{"reply":{"action_id":1,"err_msg":"no"}}"#),
    ("error-code-outside", r#"{"reply":{"action_id":1},"err_code":500}"#),
    ("error-message-outside", r#"{"reply":{"action_id":1},"err_msg":"no"}"#),
    ("error-in-data-outside", r#"{"reply":{"action_id":1},"data":{"err_msg":"no"}}"#),
    ("error-in-metadata-outside", r#"{"reply":{"action_id":1},"data":{"metadata":{"err_code":500}}}"#),
    ("not-wrapped", r#"{"action_id":"123"}"#),
    ("reply-false", r#"{"reply":false}"#),
    ("reply-null", r#"{"reply":null}"#),
    ("reply-text", r#"{"reply":"123"}"#),
    ("reply-empty-object", r#"{"reply":{}}"#),
    ("list", r#"[{"reply":{"action_id":"123"}}]"#),
    ("empty-object", "{}"),
    ("null", "null"),
    ("but-readable-count-negative", r#"{"reply":{"action_id":"1","endpoints_count":-1}}"#),
    ("but-readable-count-fraction", r#"{"reply":{"action_id":"1","endpoints_count":1.5}}"#),
    ("but-readable-count-words", r#"{"reply":{"action_id":"1","endpoints_count":"many"}}"#),
    ("but-readable-count-empty", r#"{"reply":{"action_id":"1","endpoints_count":""}}"#),
    ("but-readable-status-object", r#"{"reply":{"action_id":"1","status":{}}}"#),
    ("but-readable-error-code-zero", r#"{"reply":{"action_id":"1","err_code":0}}"#),
    ("but-readable-data-outside", r#"{"reply":{"action_id":"1"},"data":{}}"#),
    ("but-readable-error-message-empty", r#"{"reply":{"action_id":"1"},"err_msg":""}"#),
];

const RIGHT_STATUS: &[(&str, &str)] = &[
    ("one-endpoint", r#"{"reply":{"data":{"e1":"PENDING"}}}"#),
    ("two-endpoints", r#"{"reply":{"data":{"e1":"COMPLETED_SUCCESSFULLY","e2":"FAILED"}}}"#),
    ("endpoints-as-a-tenant-names-them", r#"{"reply":{"data":{"":"PENDING"," e1\u0000\n\ufeff":"FAILED"}}}"#),
    ("unknown-word", r#"{"reply":{"data":{"e1":"SOMETHING_NEW"}}}"#),
    ("status-null", r#"{"reply":{"data":{"e1":null}}}"#),
    ("action-unknown-to-the-tenant", r#"{"reply":{"data":{}}}"#),
    ("data-null", r#"{"reply":{"data":null}}"#),
    ("word-in-lower-case", r#"{"reply":{"data":{"e1":"completed_successfully"}}}"#),
    ("data-absent", r#"{"reply":{}}"#),
    ("data-absent-beside-reasons", r#"{"reply":{"errorReasons":{"e1":{"errorText":"disk"}}}}"#),
    ("data-null-beside-another-key", r#"{"reply":{"data":null,"more":1}}"#),
    ("reasons", r#"{"reply":{"data":{"e1":"FAILED"},"errorReasons":{"e1":{"errorText":"disk"}}}}"#),
    ("reasons-null", r#"{"reply":{"data":{},"errorReasons":null}}"#),
    ("unknown-keys", r#"{"reply":{"data":{},"more":1},"trace":"t"}"#),
    (
        "error-keys-null",
        r#"{"reply":{"data":{},"err_code":null,"err_msg":null},"err_code":null,"err_msg":null}"#,
    ),
];

const WRONG_STATUS: &[(&str, &str)] = &[
    ("data-list", r#"{"reply":{"data":["PENDING"]}}"#),
    ("data-text", r#"{"reply":{"data":"PENDING"}}"#),
    ("data-absent-statuses-in-reply", r#"{"reply":{"e1":"PENDING"}}"#),
    ("data-absent-one-action", r#"{"reply":{"action_id":1,"status":"PENDING"}}"#),
    ("data-absent-beside-another-key", r#"{"reply":{"more":1}}"#),
    ("data-absent-beside-a-null-error", r#"{"reply":{"err_code":null}}"#),
    ("data-absent-beside-reasons-and-another-key", r#"{"reply":{"errorReasons":{},"more":1}}"#),
    ("data-misspelt", r#"{"reply":{"Data":{"e1":"PENDING"}}}"#),
    ("reply-list", r#"{"reply":[{"e1":"PENDING"}]}"#),
    ("reply-empty-list", r#"{"reply":[]}"#),
    ("status-number", r#"{"reply":{"data":{"e1":1}}}"#),
    ("status-object", r#"{"reply":{"data":{"e1":{"status":"PENDING"}}}}"#),
    ("error-code-inside", r#"{"reply":{"data":{},"err_code":500}}"#),
    ("error-message-inside", r#"{"reply":{"data":{},"err_msg":"no"}}"#),
    ("error-code-outside", r#"{"reply":{"data":{}},"err_code":500}"#),
    ("error-message-outside", r#"{"reply":{"data":{}},"err_msg":"no"}"#),
    ("error-in-data-outside", r#"{"reply":{"data":{}},"data":{"err_msg":"no"}}"#),
    ("error-in-metadata-outside", r#"{"reply":{"data":{}},"data":{"metadata":{"err_code":500}}}"#),
    ("not-wrapped", r#"{"data":{"e1":"PENDING"}}"#),
    ("reply-false", r#"{"reply":false}"#),
    ("reply-null", r#"{"reply":null}"#),
    ("list", "[]"),
    ("empty-object", "{}"),
    ("null", "null"),
    ("but-readable-reasons-list", r#"{"reply":{"data":{},"errorReasons":[]}}"#),
    ("but-readable-reasons-text", r#"{"reply":{"data":{},"errorReasons":"disk"}}"#),
    ("but-readable-error-code-zero", r#"{"reply":{"data":{},"err_code":0}}"#),
    ("but-readable-data-outside", r#"{"reply":{"data":{}},"data":{}}"#),
];

/// Each fact about a reply, alone.
pub(super) fn cases() -> Vec<Case> {
    let started = STARTED.iter().flat_map(|schema| [of(schema, true, RIGHT), of(schema, false, WRONG)]);
    let status = "get-action-status-response";
    started.chain([of(status, true, RIGHT_STATUS), of(status, false, WRONG_STATUS)]).flatten().collect()
}
