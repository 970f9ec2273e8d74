//! The table of targets.

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

/// A name and a function that panics when a promise is broken.
pub type Target = (&'static str, fn(&[u8]));

/// Every target, in the order of their names.
pub const TARGETS: &[Target] = &[
    ("abort_scan_document", documents::abort_scan),
    ("action_report_document", saved::action_report),
    ("call", call::run),
    ("cancel_action", cancel_action::run),
    ("coverage_document", saved::coverage),
    ("credentials", credentials::run),
    ("get_action_status_document", documents::get_action_status),
    ("loopback", loopback::run),
    ("progress_document", saved::progress),
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
