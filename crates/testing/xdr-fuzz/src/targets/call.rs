//! Tests a call: retries cause no second action, and the error says correctly whether the call may have been carried
//! out. The input is a script.

use xdr_model::RateLimit;

use super::documents::operation_of;
use crate::drive::{check_acting, check_attempts, drive};
use crate::promises::{check_error, session};
use crate::script::Script;

pub(super) fn run(input: &[u8]) {
    let script = Script::read(input);
    let (operation, document) = operation_of(&script.operation);
    let session = session(script.advanced).with_rate_limit(RateLimit::per_second(script.pace));
    let ended = drive(operation.call(&session, document).expect("a valid request"), &script, None);
    let error = ended.output.err();
    check_attempts(&ended.sends.iter().collect::<Vec<_>>());
    check_acting(&ended.sends, error.as_ref());
    if let Some(error) = error {
        check_error(&error);
        assert!(error.may_have_taken_effect() <= ended.sends.iter().any(|sending| sending.acts), "{error}");
    }
}
