//! Which endpoints the command line selects.

use std::time::SystemTime;

use clap::Args;
use xdr_model::{Filter, Isolation, Operation, Platform, Scan, ScanStatus, TimeBound, filter::IpAddress};

use super::time::TimeArgument;
use super::values::{Ids, List, ids, texts, values};
use crate::text::rules;

/// The heading of the filters in the help.
pub(crate) const WHICH: &str = "Which endpoints (an endpoint must match every given option)";

/// The filters. An endpoint must match every given option, by one of its values.
#[derive(Args, Default)]
#[command(next_help_heading = WHICH)]
pub(crate) struct Selection {
    /// Type of operating system: windows, linux, macos, android
    #[arg(long, value_name = "WORDS", value_parser = values::<Platform>)]
    platform: Vec<List<Platform>>,
    /// Name of an endpoint group
    #[arg(long, value_name = "NAMES", value_parser = texts)]
    group: Vec<List<String>>,
    /// Name of the host
    #[arg(long, value_name = "NAMES", value_parser = texts)]
    hostname: Vec<List<String>>,
    /// IP address, version 4 or 6
    #[arg(long, value_name = "ADDRESSES", value_parser = values::<IpAddress>)]
    ip: Vec<List<IpAddress>>,
    /// Name of a user
    #[arg(long, value_name = "NAMES", value_parser = texts)]
    username: Vec<List<String>>,
    /// Alias of the endpoint
    #[arg(long, value_name = "NAMES", value_parser = texts)]
    alias: Vec<List<String>>,
    /// Name of the distribution list
    #[arg(long, value_name = "NAMES", value_parser = texts)]
    dist_name: Vec<List<String>>,
    /// Id of the endpoint. @FILE reads the ids from a file, and @- reads them from standard input
    #[arg(long, value_name = "IDS", value_parser = ids)]
    endpoint_id: Vec<Ids>,
    /// Network isolation of the endpoint: isolated, unisolated
    #[arg(long, value_name = "WORDS", value_parser = values::<Isolation>)]
    isolate: Vec<List<Isolation>>,
    /// The same as --isolate isolated
    #[arg(long, conflicts_with = "isolate")]
    isolated: bool,
    /// State of the endpoint's last scan: none, pending, in_progress, canceled, aborted, pending_cancellation,
    /// success, error
    #[arg(long, value_name = "WORDS", value_parser = values::<ScanStatus>)]
    scan_status: Vec<List<ScanStatus>>,
    /// First seen at this time or later: 7d (7 days ago), 12h, 2026-01-31 (UTC), 2026-01-31T08:00:00Z, epoch
    /// milliseconds
    #[arg(long, value_name = "WHEN")]
    first_seen_since: Option<TimeArgument>,
    /// First seen at this time or earlier
    #[arg(long, value_name = "WHEN")]
    first_seen_until: Option<TimeArgument>,
    /// Last seen at this time or later
    #[arg(long, value_name = "WHEN")]
    last_seen_since: Option<TimeArgument>,
    /// Last seen at this time or earlier
    #[arg(long, value_name = "WHEN")]
    last_seen_until: Option<TimeArgument>,
}

const NOTHING_SELECTED: &str = "no endpoint is selected: give a filter such as --group or --hostname, or --all for every \
                                endpoint of the tenant";

impl Selection {
    /// A scan of the selected endpoints. An empty selection never means every endpoint.
    ///
    /// # Errors
    /// When no endpoint is selected, when filters are given together with `all`, or when a value breaks a rule.
    pub(crate) fn scan(&self, all: bool, now: SystemTime) -> Result<Scan, String> {
        let filters = self.filters(now)?;
        match (all, filters.is_empty()) {
            (true, false) => {
                Err("--all selects every endpoint, so it takes no filters: remove --all or the filters"
                    .to_owned())
            }
            (true, true) => Ok(Scan::all()),
            (false, false) => Ok(Scan::matching(filters)),
            (false, true) => Err(NOTHING_SELECTED.to_owned()),
        }
    }

    /// The filters in the order of the help; empty if no option was given.
    ///
    /// # Errors
    /// When a value breaks a rule, when a file of ids cannot be read, or when a range of time ends before it begins.
    /// Such a range would match nothing.
    pub(crate) fn filters(&self, now: SystemTime) -> Result<Vec<Filter>, String> {
        let isolated: &[_] = if self.isolated { &[Isolation::Isolated] } else { &[] };
        let isolation = [&List::join(&self.isolate), isolated].concat();
        let lists = [
            some("--platform", List::join(&self.platform), Filter::platform),
            some("--group", List::join(&self.group), Filter::group_name),
            some("--hostname", List::join(&self.hostname), Filter::hostname),
            some("--ip", List::join(&self.ip), Filter::ip_addresses),
            some("--username", List::join(&self.username), Filter::username),
            some("--alias", List::join(&self.alias), Filter::alias),
            some("--dist-name", List::join(&self.dist_name), Filter::distribution_name),
            some("--endpoint-id", self.endpoint_ids()?, Filter::endpoint_ids),
            some("--isolate", isolation, Filter::isolation),
            some("--scan-status", List::join(&self.scan_status), Filter::scan_status),
        ];
        let first =
            range("first-seen", self.first_seen_since, self.first_seen_until, Filter::first_seen, now)?;
        let last = range("last-seen", self.last_seen_since, self.last_seen_until, Filter::last_seen, now)?;
        lists.into_iter().flatten().chain(first.into_iter().chain(last).map(Ok)).collect()
    }

    /// The ids of all uses of the option. An error names the file.
    fn endpoint_ids(&self) -> Result<Vec<String>, String> {
        let read = |ids: &Ids| {
            let read = ids.read().map_err(|why| format!("{} {why}", ids.option()))?;
            checked(&ids.option(), Filter::endpoint_ids(&read)).map(|_| read)
        };
        Ok(self.endpoint_id.iter().map(read).collect::<Result<Vec<_>, _>>()?.concat())
    }
}

/// A filter, if there are values. A filter without values must never be made.
fn some<T>(
    option: &str,
    values: Vec<T>,
    filter: impl FnOnce(Vec<T>) -> Filter,
) -> Option<Result<Filter, String>> {
    (!values.is_empty()).then(|| checked(option, filter(values)))
}

/// The filter, or the rule that it breaks. The error names the option, because the user does not see the request.
fn checked(option: &str, filter: Filter) -> Result<Filter, String> {
    let alone = Scan::matching([filter.clone()]).validate();
    alone.map(|()| filter).map_err(|invalid| format!("{option} {}", rules(&invalid)))
}

fn range(
    name: &str,
    since: Option<TimeArgument>,
    until: Option<TimeArgument>,
    filter: impl Fn(TimeBound) -> Filter,
    now: SystemTime,
) -> Result<Vec<Filter>, String> {
    let (since, until) = (since.map(|time| time.from(now)), until.map(|time| time.from(now)));
    let bounds = [("since", since.map(TimeBound::AtOrAfter)), ("until", until.map(TimeBound::AtOrBefore))];
    let bounds = bounds.into_iter().filter_map(|(end, bound)| Some((format!("--{name}-{end}"), bound?)));
    let filters = bounds.map(|(option, bound)| checked(&option, filter(bound))).collect::<Result<_, _>>()?;
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        return Err(format!("--{name}-since is later than --{name}-until: nothing can match"));
    }
    Ok(filters)
}
