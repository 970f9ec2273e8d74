//! The endpoints that a request selects, for the error that no endpoint was found.

use std::fmt;

use crate::filter::{Filter, Filters, ScanStatus};
use crate::operation::{AbortScan, Operation, Scan};
use crate::redact::Secrets;
use crate::text::{FOUND_TEXT, sanitise};

/// How many filters are shown.
const SHOWN: usize = 3;

/// The endpoints that a scan or a cancellation selects, in a short form, and the possible causes if the tenant finds
/// none.
///
/// The tenant gives the same answer for all causes. Causes that the filters rule out are left out. For example, no id
/// is wrong if no id was given, and an endpoint that was selected by the scan status `success` is not being scanned.
///
/// Source of the causes: demisto/content (pull request 12060 for cancellations), the helper of
/// netskopeoss/ta_cloud_exchange_plugins, and issue 30 of ebarti/cortex-xdr-client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    shortened: String,
    causes: Vec<&'static str>,
}

impl Selection {
    /// The selection of a request of `operation`. It shows no secret, not even a part of one.
    pub(crate) fn of(operation: &str, filters: &Filters, secrets: &Secrets) -> Self {
        let show = |text: &str| sanitise(&secrets.redact(text), FOUND_TEXT);
        let mut causes = Vec::new();
        if let Filters::Matching(filters) = filters {
            causes.push("no endpoint matches");
            if filters.iter().any(|filter| matches!(filter, Filter::EndpointIds(_))) {
                causes.push("an id is wrong");
            }
        }
        match operation {
            Scan::NAME => {
                if may_have(filters, is_active) {
                    causes.push("the endpoints are being scanned already");
                }
                causes.push("the platform is not supported");
            }
            AbortScan::NAME if may_have(filters, |status| !is_active(status)) => {
                causes.push("there is nothing to cancel");
            }
            _ => {}
        }
        causes.push("the endpoints are offline");
        Self { shortened: shortened(filters, &show), causes }
    }

    /// The possible causes if the tenant finds no endpoint, in the order in which to check them.
    pub fn causes(&self) -> impl Iterator<Item = &str> {
        self.causes.iter().copied()
    }
}

impl fmt::Display for Selection {
    /// The filters in a short form, or `all endpoints` if there are none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shortened)
    }
}

fn shortened(filters: &Filters, show: &dyn Fn(&str) -> String) -> String {
    let Filters::Matching(filters) = filters else { return "all endpoints".to_owned() };
    let mut shown: Vec<_> = filters.iter().take(SHOWN).map(|filter| filter.shortened(show)).collect();
    match filters.len().saturating_sub(SHOWN) {
        0 => {}
        1 => shown.push("1 more filter".to_owned()),
        more => shown.push(format!("{more} more filters")),
    }
    shown.join(" and ")
}

/// Whether an endpoint whose last scan has such a status can match.
fn may_have(filters: &Filters, is_such: fn(&ScanStatus) -> bool) -> bool {
    let Filters::Matching(filters) = filters else { return true };
    filters.iter().all(|filter| match filter {
        Filter::ScanStatus(statuses) => statuses.items().any(is_such),
        _ => true,
    })
}

/// Whether a scan waits, runs or is being stopped.
fn is_active(status: &ScanStatus) -> bool {
    matches!(status, ScanStatus::Pending | ScanStatus::InProgress | ScanStatus::PendingCancellation)
}
