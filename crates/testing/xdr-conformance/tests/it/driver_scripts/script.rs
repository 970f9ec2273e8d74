//! Scripts of what the tenant and the program do. Each script is generated from a number.

use std::time::Duration;

use fastrand::Rng;
use xdr_sim::Fault;

/// The kind of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Job {
    Scan,
    AbortScan,
    Read,
    ScanAndWait,
    Wait,
    Cancel,
}

impl Job {
    pub(super) const ALL: [Self; 6] =
        [Self::Scan, Self::AbortScan, Self::Read, Self::ScanAndWait, Self::Wait, Self::Cancel];

    /// The operations that it calls.
    fn operations(self) -> &'static [&'static str] {
        match self {
            Self::Scan => &["scan"],
            Self::AbortScan => &["abort_scan"],
            Self::Read | Self::Wait => &["get_action_status"],
            Self::ScanAndWait => &["scan", "get_action_status", "get_action_status"],
            Self::Cancel => &["get_action_status", "abort_scan"],
        }
    }
}

/// Deadlines in seconds: before the first poll, in the middle of a scan, and two long after the last scan.
const DEADLINES: [u64; 4] = [1, 120, 7200, 14_400];

/// One script.
pub(super) struct Script {
    pub(super) job: Job,
    /// For how long an action is followed.
    pub(super) deadline: Duration,
    /// The faults of the tenant, request by request. After the last one, it has no faults.
    pub(super) faults: Vec<Fault>,
    /// The progress at which the observer breaks.
    pub(super) break_at: Option<usize>,
    /// Where the program stops the flow: at a progress, before a sleep, or before an exchange.
    pub(super) stop_at_progress: Option<usize>,
    pub(super) stop_at_sleep: Option<usize>,
    pub(super) stop_at_send: Option<usize>,
}

impl Script {
    /// The script of this number, which is always the same.
    pub(super) fn of(number: usize) -> Self {
        let chance = &mut Rng::with_seed(u64::try_from(number).expect("they are few"));
        let job = Job::ALL[number % Job::ALL.len()];
        let faults = (0..chance.usize(..6)).map(|_| fault(chance, job)).collect();
        let (mut break_at, mut at_progress, mut at_sleep, mut at_send) = (None, None, None, None);
        // Seven of twelve scripts run to their end.
        match chance.usize(..12) {
            0 | 1 => break_at = Some(chance.usize(..4)),
            2 => at_progress = Some(chance.usize(..4)),
            3 => at_sleep = Some(chance.usize(..6)),
            4 => at_send = Some(chance.usize(..4)),
            _ => {}
        }
        Self {
            job,
            deadline: Duration::from_secs(DEADLINES[chance.usize(..DEADLINES.len())]),
            faults,
            break_at,
            stop_at_progress: at_progress,
            stop_at_sleep: at_sleep,
            stop_at_send: at_send,
        }
    }
}

fn pick<'a, T: ?Sized>(chance: &mut Rng, from: &[&'a T]) -> &'a T {
    from[chance.usize(..from.len())]
}

fn fault(chance: &mut Rng, job: Job) -> Fault {
    let operation = pick(chance, job.operations());
    let fault = Fault::on(operation);
    let fault = if chance.u8(..4) == 0 { fault.after_executing() } else { fault };
    match chance.u8(..10) {
        // The request passes without a fault.
        0 => fault,
        1 => fault.hang_up(),
        2 => answer(chance, fault, operation).times(1 + chance.usize(..4)),
        3 => answer(chance, fault, operation).cut_after(chance.usize(..12)),
        _ => answer(chance, fault, operation),
    }
}

const STATUSES: [u16; 24] = [
    200, 200, 200, 201, 302, 307, 400, 401, 402, 403, 404, 408, 413, 429, 429, 429, 499, 500, 500, 502, 503,
    503, 504, 600,
];

const PAUSES: [&str; 9] = ["", "0", "1", "7", "60", "61", "7200", "soon", "Sun, 06 Nov 2094 08:49:37 GMT"];

fn answer(chance: &mut Rng, fault: Fault, operation: &str) -> Fault {
    let status = STATUSES[chance.usize(..STATUSES.len())];
    let body = body(chance, operation);
    let pause = pick(chance, &PAUSES);
    match (status, pause) {
        (302 | 307, _) => fault.answer(status, &[("location", "https://elsewhere.example/")], body),
        (_, "") => fault.answer(status, &[], body),
        // Clients interpret such dates by the clock of the tenant.
        _ => fault.answer(status, &[("retry-after", pause), ("date", "Sun, 06 Nov 2094 08:49:07 GMT")], body),
    }
}

const STARTED: [&str; 4] = [
    r#"{"reply":{"action_id":"77","endpoints_count":"3"}}"#,
    r#"{"reply":{"action_id":77}}"#,
    r#"{"reply":{"endpoints_count":3}}"#,
    r#"{"reply":{"action_id":"77","err_code":500,"err_msg":"m"}}"#,
];

const READ: [&str; 6] = [
    r#"{"reply":{"data":{}}}"#,
    r#"{"reply":{"data":null}}"#,
    r#"{"reply":{"data":{"e1":"PENDING","e2":null,"e3":"SURPRISE"}}}"#,
    r#"{"reply":{"data":{"e1":"COMPLETED_SUCCESSFULLY","e2":"FAILED"},"errorReasons":{"e2":{"why":"x"}}}}"#,
    r#"{"reply":{"data":{"e1":"CANCELLED"}}}"#,
    r#"{"reply":{"data":{"":"PENDING","e1":"ABORTED"}}}"#,
];

const OTHER: [&str; 10] = [
    "",
    "true",
    "Internal Server Error",
    "<html><title>502</title><body>nginx</body></html>",
    r#"{"reply":false}"#,
    r#"{"err_code":42,"reply":null}"#,
    r#"{"err_code":"403","err_msg":"m","err_extra":"e"}"#,
    r#"{"reply":{"err_code":500,"err_msg":"No endpoint was found for creating the requested action"}}"#,
    r#"[{"err_code":400,"err_msg":"m"},{"err_code":500,"err_msg":"n"}]"#,
    r#"{"reply":{"err_code":429,"err_msg":{"line":1,"message":"m"},"err_extra":null}}"#,
];

fn body(chance: &mut Rng, operation: &str) -> &'static str {
    match (chance.u8(..3), operation) {
        (0, _) => pick(chance, &OTHER),
        (_, "get_action_status") => pick(chance, &READ),
        _ => pick(chance, &STARTED),
    }
}
