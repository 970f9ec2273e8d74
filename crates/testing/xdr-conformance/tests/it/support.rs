//! Small things that the cases share.

use std::ops::ControlFlow;

use xdr_conformance::Trial;
use xdr_model::{ActionId, Error, Scan};

/// An observer that only looks on.
pub(crate) fn quiet<P>(_: P) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Starts a scan of everything.
pub(crate) fn start(trial: &Trial) -> ActionId {
    trial.send(&Scan::all()).expect("the tenant starts a scan of everything").action_id
}

/// What a case compares of an error: its text, and whether the action can have been carried out.
pub(crate) fn told<T: std::fmt::Debug>(result: Result<T, Error>) -> (String, bool) {
    let error = result.expect_err("this must fail");
    assert!(!(error.is_safe_to_retry() && error.may_have_taken_effect()), "{error}");
    (error.to_string(), error.may_have_taken_effect())
}
