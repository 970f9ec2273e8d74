//! The command line.

use std::time::{Duration, SystemTime};

use xdr_cli::Job;
use xdr_model::{
    ActionId, ConnectionStatus, EndpointFilter, EpochMillis, Filter, GetEndpoints, Isolation, Platform, Scan,
    ScanPlan, ScanStatus, TimeBound, filter::IpAddress,
};

use crate::support::{parse, parse_words};

/// 2026-01-31T08:00:00Z
const NOW: u64 = 1_769_846_400_000;

/// What `xdr scan` makes of these options.
fn scan(line: &str) -> Result<Job, String> {
    job(&format!("scan {line}"))
}

fn job(line: &str) -> Result<Job, String> {
    parse(line)?.job(SystemTime::UNIX_EPOCH + Duration::from_millis(NOW))
}

fn since(moment: u64) -> TimeBound {
    TimeBound::AtOrAfter(EpochMillis::new(moment))
}

fn until(moment: u64) -> TimeBound {
    TimeBound::AtOrBefore(EpochMillis::new(moment))
}

#[test]
fn endpoints_are_listed_by_the_same_options_and_two_more() {
    let address: IpAddress = "203.0.113.7".parse().unwrap();
    let table = [
        ("", vec![]),
        ("--hostname a", vec![Filter::hostname(["a"]).into()]),
        ("--connection lost,connected", {
            vec![EndpointFilter::connection([ConnectionStatus::Lost, ConnectionStatus::Connected])]
        }),
        ("--public-ip 203.0.113.7", vec![EndpointFilter::public_ip_addresses([address])]),
    ];
    for (line, filters) in table {
        assert_eq!(
            job(&format!("endpoints {line}")),
            Ok(Job::List(GetEndpoints::matching(filters))),
            "{line}"
        );
    }
    assert!(
        job("endpoints --connection offline").unwrap_err().contains("disconnected"),
        "the words are named"
    );
}

#[test]
fn the_conditions_of_a_scan_are_its_plan() {
    let plan = || ScanPlan::from(Scan::all());
    let table = [
        ("--max 500", Job::ScanInBatches(plan().at_most(500), 1000)),
        ("--skip-offline", Job::ScanInBatches(plan().skip_disconnected(), 1000)),
        ("--skip-running --batch-size 9", Job::ScanInBatches(plan().skip_being_scanned(), 9)),
        ("--dry-run", Job::DryRun(plan())),
        ("--dry-run --max 1", Job::DryRun(plan().at_most(1))),
    ];
    for (line, job) in table {
        assert_eq!(scan(&format!("--all {line}")), Ok(job), "{line}");
    }
    for refused in ["--all --max 0", "--all --max many", "--all --dry-run --state file", "--dry-run"] {
        assert!(scan(refused).is_err(), "{refused}");
    }
}

#[test]
fn each_option_is_its_filter() {
    const DAY: u64 = 86_400_000;
    let address: IpAddress = "10.0.0.7".parse().unwrap();
    let table = [
        ("--platform windows", Filter::platform([Platform::Windows])),
        ("--platform windows,linux --platform macos", {
            Filter::platform([Platform::Windows, Platform::Linux, Platform::MacOs])
        }),
        ("--group Servers", Filter::group_name(["Servers"])),
        (r"--group Servers\,EU,Labs", Filter::group_name(["Servers,EU", "Labs"])),
        (r"--username ACME\ann", Filter::username([r"ACME\ann"])),
        ("--hostname a,b", Filter::hostname(["a", "b"])),
        ("--hostname a,,b,", Filter::hostname(["a", "b"])),
        ("--ip 10.0.0.7", Filter::ip_addresses([address])),
        ("--alias x", Filter::alias(["x"])),
        ("--dist-name x", Filter::distribution_name(["x"])),
        ("--endpoint-id x", Filter::endpoint_ids(["x"])),
        ("--isolated", Filter::isolation([Isolation::Isolated])),
        ("--isolate unisolated", Filter::isolation([Isolation::Unisolated])),
        ("--scan-status none,error", Filter::scan_status([ScanStatus::None, ScanStatus::Error])),
        ("--first-seen-since 12h", Filter::first_seen(since(NOW - DAY / 2))),
        ("--first-seen-until 1760000000000", Filter::first_seen(until(1_760_000_000_000))),
        ("--last-seen-since 7d", Filter::last_seen(since(NOW - 7 * DAY))),
        ("--last-seen-until 2026-01-31T08:00:00Z", Filter::last_seen(until(NOW))),
        ("--last-seen-until 2026-01-31", Filter::last_seen(until(NOW - DAY / 3))),
    ];
    for (line, filter) in table {
        assert_eq!(scan(line), Ok(Job::Scan(Scan::matching([filter]).into())), "{line}");
    }
}

#[test]
fn options_of_different_fields_and_both_bounds_of_a_time_are_combined() {
    let filters = [
        Filter::platform([Platform::Windows]),
        Filter::group_name(["Servers"]),
        Filter::last_seen(since(NOW - 120_000)),
        Filter::last_seen(until(NOW - 60_000)),
    ];
    let line = "--last-seen-until 1m --last-seen-since 2m --group Servers --platform windows --incident 42";
    assert_eq!(scan(line), Ok(Job::Scan(Scan::matching(filters).with_incident("42").into())));
}

#[test]
fn nothing_selected_is_everything_only_in_a_demonstration() {
    assert_eq!(job("demo"), Ok(Job::Scan(Scan::all().into())));
    assert_eq!(job("scan --all"), Ok(Job::Scan(Scan::all().into())));
    assert_eq!(job("scan --url http://127.0.0.1:8080 --all"), Ok(Job::Scan(Scan::all().into())));
    for line in ["scan", "scan --url http://127.0.0.1:8080"] {
        assert!(job(line).unwrap_err().contains("no endpoint is selected"), "{line}");
    }
}

#[test]
fn an_action_is_followed_or_cancelled_by_its_id() {
    assert_eq!(job("follow 7"), Ok(Job::Follow(ActionId::from(7).into())));
    assert_eq!(job("cancel 7"), Ok(Job::Cancel(ActionId::from(7).into())));
    assert_eq!(job("follow -- -7"), Ok(Job::Follow("-7".parse::<ActionId>().unwrap().into())));
}

#[test]
fn what_makes_no_sense_is_refused_with_a_reason() {
    let table = [
        ("scan --all --platform windows", "remove --all or the filters"),
        ("follow 7 --all", "unexpected argument"),
        ("cancel 7 --group x", "unexpected argument"),
        ("follow 7 --incident 42", "unexpected argument"),
        ("follow 7 8", "unexpected argument"),
        ("follow", "no action is named"),
        ("cancel", "no action is named"),
        ("cancel 7 --deadline 1h", "unexpected argument"),
        ("scan --all --key x", "--url"),
        ("demo --all", "unexpected argument"),
        ("demo --url http://127.0.0.1:80", "unexpected argument"),
        ("", "Usage: xdr"),
        ("scan --isolated --isolate unisolated", "cannot be used with"),
        ("scan --platform solaris", "windows, linux, macos or android"),
        ("scan --platform Windows", "windows, linux, macos or android"),
        ("scan --ip 10.0.0", "IPv4 or IPv6"),
        ("scan --hostname ,", "must hold at least one value"),
        ("scan --hostname=", "must hold at least one value"),
        ("scan --platform ,,", "must hold at least one value"),
        (
            "scan --hostname web\u{200b}1",
            "--hostname must not hold a zero-width space between \"web\" and \"1\"",
        ),
        ("scan --incident \u{feff}42", "'--incident <ID>': must not hold a byte-order mark before \"42\""),
        ("follow 7\u{200b}", "'[ID]': must not hold a zero-width space after \"7\""),
        ("follow \"7", "must be JSON text"),
        ("cancel \"\"", "must be JSON text"),
        ("scan --last-seen-since yesterday", "time span like 7d"),
        (
            "scan --last-seen-since 1760000000",
            "--last-seen-since must be epoch milliseconds, 1000000000000 to 9999999999999; this looks like seconds",
        ),
        ("scan --last-seen-until 1760000000000000", "this looks like microseconds"),
        ("scan --first-seen-until 1760000000000000000", "this looks like nanoseconds"),
        ("scan --last-seen-since 1h --last-seen-until 2h", "nothing can match"),
        ("scan --first-seen-since 99999y", "epoch milliseconds"),
        ("scan --last-seen-since 1000y", "--last-seen-since must be epoch milliseconds"),
        ("scan --last-seen-until 99999999999999", "--last-seen-until must be epoch milliseconds"),
        ("scan --first-seen-until 1000y", "--first-seen-until must be"),
        ("follow 4,294,967,297", "for '[ID]': must be the id as the tenant names it"),
        ("cancel 4294967297.0", "not a formatted number"),
        ("scan --incident=", "'--incident <ID>': must be non-empty text"),
        ("scan --deadline 0s", "time span like 90m"),
        ("scan --deadline soon", "time span like 90m"),
        ("scan windows", "unexpected argument"),
    ];
    for (line, text) in table {
        let refusal = job(line).unwrap_err();
        assert!(refusal.contains(text), "{line}: {refusal}");
        assert!(!refusal.contains("/request_data") && !refusal.contains("/action_id"), "{refusal}");
    }
}

#[test]
fn an_empty_id_is_refused_with_a_reason() {
    for command in ["follow", "cancel"] {
        let words = ["xdr", command, ""].map(str::to_owned);
        let refusal = parse_words(&words).err().unwrap();
        assert!(refusal.contains("for '[ID]': must be non-empty text"), "{refusal}");
    }
}

#[test]
fn a_pasted_list_is_split_at_commas_and_line_breaks_and_trimmed() {
    let one = |option: &str, value: &str| {
        let words = ["xdr", "scan", option, value].map(str::to_owned);
        parse_words(&words)?.job(SystemTime::UNIX_EPOCH)
    };
    let scan = |filter| Ok(Job::Scan(Scan::matching([filter]).into()));
    let names = || Filter::hostname(["web-1", "web-2"]);
    for list in [
        "web-1, web-2",
        " web-1 ,web-2 ",
        "\u{feff}web-1\r\nweb-2\r\n",
        "web-1\n\n\tweb-2",
        "web-1,\nweb-2,",
        "\u{a0}web-1\rweb-2\u{3000}",
    ] {
        assert_eq!(one("--hostname", list), scan(names()), "{list:?}");
    }
    assert_eq!(one("--group", "Berlin Servers\n"), scan(Filter::group_name(["Berlin Servers"])));
    assert_eq!(one("--group", "Servers\\, EU\nB"), scan(Filter::group_name(["Servers, EU", "B"])));
    assert_eq!(one("--endpoint-id", "e1\r\ne2\r\n"), scan(Filter::endpoint_ids(["e1", "e2"])));
    assert_eq!(
        one("--platform", "windows,\nlinux"),
        scan(Filter::platform([Platform::Windows, Platform::Linux]))
    );
    // What holds no value never becomes a scan of everything.
    for nothing in ["", " ", ",", "\n", "\r\n", " ,\n, ", "\u{feff}", "\u{feff}\r\n"] {
        for option in [
            "--hostname",
            "--group",
            "--endpoint-id",
            "--ip",
            "--platform",
            "--username",
            "--alias",
            "--dist-name",
        ] {
            let refusal = one(option, nothing).unwrap_err();
            assert!(refusal.contains("must hold at least one value"), "{option} {nothing:?}: {refusal}");
        }
    }
}

#[test]
fn ids_are_read_from_a_file_and_what_is_wrong_is_named_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let ids = |path: &str| {
        let words = ["xdr", "scan", "--endpoint-id", &format!("@{path}"), "--endpoint-id", "e9"];
        parse_words(&words.map(str::to_owned))?.job(SystemTime::UNIX_EPOCH)
    };
    let good = file("ids.txt", "\u{feff}e1\r\n e2 ,e3\n\n".as_bytes());
    let scan = Scan::matching([Filter::endpoint_ids(["e1", "e2", "e3", "e9"])]);
    assert_eq!(ids(&good), Ok(Job::Scan(scan.into())));
    let table = [
        (file("empty", b""), "the file holds no id"),
        (file("blank", b"\xef\xbb\xbf \r\n,\n"), "the file holds no id"),
        (file("utf16", b"\xff\xfee\x001\x00"), "the file is not UTF-8 text: save it as UTF-8"),
        (file("hidden", "e1\ne\u{200b}2\n".as_bytes()), "must not hold a zero-width space"),
        (file("many", "e\u{200b}2\n".repeat(100_000).as_bytes()), ", and 99,990 more"),
        (folder.path().join("missing").to_str().unwrap().to_owned(), ""),
    ];
    for (path, why) in table {
        let refusal = ids(&path).unwrap_err();
        assert!(refusal.starts_with(&format!("--endpoint-id @{path}: ")), "{refusal}");
        assert!(refusal.contains(why), "{why}: {refusal}");
    }
    assert!(job("endpoints --hostname @ids.txt").is_ok(), "a host name is no file");
}

#[test]
fn a_real_tenant_is_asked_at_the_pace_of_the_library() {
    let deadline = Duration::from_secs(5400);
    let polling = |line: &str| parse(line).ok().map(|arguments| arguments.polling());
    let simulated = "follow 7 --url http://127.0.0.1:8080 --deadline 90m";
    for line in ["scan --all --deadline 90m", "follow 7 --deadline 90m"] {
        assert_eq!(polling(line), Some(xdr_model::Polling::within(deadline)), "{line}");
    }
    assert_eq!(polling(simulated).map(|polling| polling.deadline()), Some(deadline));
    assert_ne!(polling(simulated), Some(xdr_model::Polling::within(deadline)));
}
