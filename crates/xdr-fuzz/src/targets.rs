//! The table of targets.

mod call;
mod cancel_action;
mod credentials;
mod documents;
mod loopback;
mod reply;
mod retry_after;
mod sanitise;
mod scan_and_wait;
mod tenant;
mod wait;

/// A name and a function that panics when a promise is broken.
pub type Target = (&'static str, fn(&[u8]));

/// Every target, in the order of their names.
pub const TARGETS: &[Target] = &[
    ("abort_scan_document", documents::abort_scan),
    ("call", call::run),
    ("cancel_action", cancel_action::run),
    ("credentials", credentials::run),
    ("get_action_status_document", documents::get_action_status),
    ("loopback", loopback::run),
    ("reply", reply::run),
    ("retry_after", retry_after::run),
    ("sanitise", sanitise::run),
    ("scan_and_wait", scan_and_wait::run),
    ("scan_document", documents::scan),
    ("tenant", tenant::run),
    ("wait", wait::run),
];

/// The target of this name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(known, _)| *known == name).copied()
}
