//! Helpers that the cases share.

use std::fmt::Debug;
use std::iter::successors;
use std::ops::ControlFlow;
use std::time::Duration;

use xdr_conformance::{Kind, Trial};
use xdr_model::{ActionId, Error, Scan};

/// An observer that does nothing.
pub(crate) fn quiet<P>(_: P) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Starts a scan of all endpoints.
pub(crate) fn start(trial: &Trial) -> ActionId {
    trial.send(&Scan::all()).expect("the tenant starts a scan of everything").action_id
}

/// The parts of an error that a case compares: its text, and whether the action may have been carried out.
pub(crate) fn told<T: std::fmt::Debug>(result: Result<T, Error>) -> (String, bool) {
    let error = result.expect_err("this must fail");
    assert!(!(error.is_safe_to_retry() && error.may_have_taken_effect()), "{error}");
    (error.to_string(), error.may_have_taken_effect())
}

/// A time that no test reaches.
pub(crate) const HOURS: Duration = Duration::from_secs(3 * 3600);

/// Time limits, each twice as long as the one before.
pub(crate) fn growing_limits() -> impl Iterator<Item = Duration> {
    successors(Some(Duration::from_millis(500)), |limit| Some(*limit * 2))
}

/// The results of both clients for a case with a time limit that lets its request reach the tenant. Each client tries
/// longer and longer limits, because the time needed depends on the machine. A case whose limit was too short returns
/// nothing.
pub(crate) fn in_good_time<T: PartialEq + Debug>(case: impl Fn(Kind, Duration) -> Option<T>) -> T {
    let [blocking, other] = [Kind::Blocking, Kind::Async].map(|kind| {
        let ended = growing_limits().take(9).find_map(|limit| case(kind, limit));
        ended
            .unwrap_or_else(|| panic!("{kind:?}: the request does not come to the tenant within two minutes"))
    });
    assert_eq!(blocking, other, "the clients returned different things");
    blocking
}
