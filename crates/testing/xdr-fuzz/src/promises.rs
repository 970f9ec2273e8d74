//! The promises of every error, every answer and every conversation.

use std::error::Error as StdError;
use std::fmt::Write;

use xdr_model::{
    Credentials, Error, Session, Tenant,
    error::{Answer, WaitEnd},
};

use crate::plain::assert_plain;

/// The key of all sessions. It is as long as the keys of real tenants. In some inputs, a server sends it back.
pub(crate) const KEY: &str = "CanaryKey0123456789CanaryKey0123456789CanaryKey0123456789CanaryKey0123456789CanaryKey0123456789CanaryKey0123456789abcdefghijklmn";

/// A session with [`KEY`].
pub(crate) fn session(advanced: bool) -> Session {
    let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com").expect("a good name");
    let credentials =
        if advanced { Credentials::advanced("7", KEY) } else { Credentials::standard("7", KEY) };
    Session::new(tenant, credentials.expect("a good key"))
}

/// All texts of an error that a log can show: `Display` and `Debug` of the error and of its causes.
pub(crate) fn all_texts(error: &Error) -> String {
    let mut texts = String::new();
    let mut next: Option<&dyn StdError> = Some(error);
    while let Some(error) = next {
        write!(texts, "{error}\n{error:?}\n").expect("a text takes everything");
        next = error.source();
    }
    texts
}

/// Checks the promises of every error.
pub(crate) fn check_error(error: &Error) {
    assert!(!(error.is_safe_to_retry() && error.may_have_taken_effect()), "safe, and maybe done: {error}");
    let nothing_done = matches!(error, Error::Invalid(_) | Error::NotSent(_) | Error::Refused(_));
    assert!(!(nothing_done && error.may_have_taken_effect()), "nothing done, and maybe done: {error}");
    assert_plain(&error.to_string());
    let texts = all_texts(error);
    assert!(names_key(error) || !texts.contains(KEY), "the key is shown: {texts}");
    if let Some(answer) = error.answer() {
        assert!(answer.body().len() <= 64 * 1024);
        if let Some(said) = &answer.api_error {
            assert_plain(&said.to_string());
            assert!(said.to_string().chars().count() <= 512, "a long text is shown: {said}");
        }
    }
}

/// Whether an id or a status word of the tenant is the key. The caller needs these to continue, so they are not
/// redacted.
fn names_key(error: &Error) -> bool {
    let named = match error {
        Error::Wait(ended) => {
            let cancelled = match &ended.why {
                WaitEnd::CancelledInPart { cancelled, .. } => Some(cancelled),
                _ => None,
            };
            format!("{0} {0:?} {1:?} {cancelled:?}", ended.report.action_id(), ended.report)
        }
        _ => String::new(),
    };
    let answered = error.answer().and_then(Answer::action_id).map(|id| format!("{id} {id:?}"));
    named.contains(KEY) || answered.is_some_and(|named| named.contains(KEY))
}
