//! The table of targets.

use std::sync::LazyLock;

use xdr_model::registry::OPERATIONS;

mod call;
mod cancel_action;
mod credentials;
mod documents;
mod loopback;
mod reply;
mod retry_after;
mod sanitise;
mod saved;
mod scan_and_wait;
mod tenant;
mod wait;

/// A name, and a function that panics if a promise is broken.
pub type Target = (&'static str, Run);

/// The function that tests an input.
pub type Run = &'static (dyn Fn(&[u8]) + Sync);

/// The targets that do not belong to an operation.
const OTHERS: &[Target] = &[
    ("action_report_document", &saved::action_report),
    ("call", &call::run),
    ("cancel_action", &cancel_action::run),
    ("coverage_document", &saved::coverage),
    ("credentials", &credentials::run),
    ("loopback", &loopback::run),
    ("progress_document", &saved::progress),
    ("reply", &reply::run),
    ("retry_after", &retry_after::run),
    ("sanitise", &sanitise::run),
    ("scan_and_wait", &scan_and_wait::run),
    ("scan_batches_document", &saved::scan_batches),
    ("tenant", &tenant::run),
    ("wait", &wait::run),
];

/// All targets, in the order of their names. Each operation has one for its documents.
pub static TARGETS: LazyLock<Vec<Target>> = LazyLock::new(|| {
    let mut targets: Vec<_> =
        OPERATIONS.iter().map(documents::target).chain(OTHERS.iter().copied()).collect();
    targets.sort_unstable_by_key(|(name, _)| *name);
    targets
});

/// Returns the target with this name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(known, _)| *known == name).copied()
}
