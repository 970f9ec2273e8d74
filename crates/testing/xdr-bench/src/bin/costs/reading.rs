//! Measures how a client reads one reply.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::time::sleep;
use xdr_conformance::{Client, Kind, standard};
use xdr_model::operation::ActionStatus;
use xdr_model::{
    ActionId, ActionReport, Error, GetActionStatus, Polling, Progress, Scan, Session, Settings,
    StartedAction, Tenant,
};

use super::process::Usage;
use super::replies::Call;

/// The headers of the printed columns.
pub(crate) const COLUMNS: &str =
    "client   call    peak MB  x reply  kept MB    CPU ms   held ms  what the call returned";

/// Requests a reply of `bytes` bytes. Returns a line with the costs.
///
/// # Errors
/// If the system cannot be measured.
pub(crate) fn measure(
    url: &str,
    bytes: usize,
    call: Call,
    kind: Kind,
) -> Result<String, Box<dyn std::error::Error>> {
    let session = Session::new(Tenant::loopback(url)?, standard());
    let client = Client::new(kind, session.clone(), &Settings::default())?;
    // The first call loads what all later calls share. It is not measured.
    drop(Returned::of(call, &client, &session)?);
    let neighbour = Neighbour::beside(&client);
    let before = Usage::now()?;
    let returned = Returned::of(call, &client, &session)?;
    let after = Usage::now()?;
    let held = neighbour.map_or("-".to_owned(), |neighbour| millis(neighbour.longest_delay(&client)));
    let (client, call) = (format!("{kind:?}").to_lowercase(), format!("{call:?}").to_lowercase());
    let peak = after.peak.saturating_sub(before.resident);
    let (times, kept) = (peak as f64 / bytes as f64, after.resident.saturating_sub(before.resident));
    let (peak, kept, cpu) = (peak as f64 / 1e6, kept as f64 / 1e6, millis(after.cpu - before.cpu));
    Ok(format!("{client:<8} {call:<6} {peak:>8.1} {times:>8.1} {kept:>8.1} {cpu:>9} {held:>9}  {returned}"))
}

fn millis(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}

/// Another task on the only thread of the runtime. The task wakes up after each `TICK`. The value is its longest delay
/// in nanoseconds.
struct Neighbour(Arc<AtomicU64>);

impl Neighbour {
    /// Long enough that the task uses almost no CPU time.
    const TICK: Duration = Duration::from_millis(2);

    /// `None` for a client without a runtime.
    fn beside(client: &Client) -> Option<Self> {
        let Client::Async(_, runtime) = client else { return None };
        let longest = Arc::new(AtomicU64::new(0));
        let delay = longest.clone();
        runtime.spawn(async move {
            loop {
                let began = Instant::now();
                sleep(Self::TICK).await;
                let late = began.elapsed().saturating_sub(Self::TICK);
                delay.fetch_max(late.as_nanos() as u64, Ordering::Relaxed);
            }
        });
        Some(Self(longest))
    }

    fn longest_delay(&self, client: &Client) -> Duration {
        if let Client::Async(_, runtime) = client {
            // The task has not run since the call returned. It must record its last delay.
            runtime.block_on(async { sleep(2 * Self::TICK).await });
        }
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// The result of a call.
enum Returned {
    Started(Result<StartedAction, Error>),
    Status(Result<ActionStatus, Error>),
    Waited(Option<Progress>, Result<ActionReport, Error>),
}

impl Returned {
    fn of(call: Call, client: &Client, session: &Session) -> Result<Self, Error> {
        let action = ActionId::from(42);
        Ok(match call {
            Call::Scan => Self::Started(client.drive(session.call(&Scan::all())?, |never| match never {})),
            Call::Status => {
                let status = session.call(&GetActionStatus::new(action))?;
                Self::Status(client.drive(status, |never| match never {}))
            }
            Call::Wait => {
                let soon = Polling::within(Duration::from_secs(600)).with_pauses(MILLI, MILLI, MILLI);
                let mut told = None;
                let ended = client.drive(session.wait(action, soon), |progress| {
                    told = Some(progress);
                    ControlFlow::Break(())
                });
                Self::Waited(told, ended)
            }
        })
    }
}

const MILLI: Duration = Duration::from_millis(1);

impl fmt::Display for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started(Ok(started)) => {
                write!(f, "an action_id of {} bytes", started.action_id.as_str().len())
            }
            Self::Status(Ok(status)) => {
                let reasons = status.reasons().count();
                write!(f, "{} endpoints, {reasons} reasons", status.endpoints().count())
            }
            Self::Waited(Some(Progress::Polled { report, .. }), _) => {
                write!(f, "polled: {} endpoints", report.named())
            }
            Self::Waited(Some(Progress::Trouble { error: Some(error), .. }), _) => {
                write!(f, "trouble: {}", short(error))
            }
            Self::Waited(_, Err(error)) | Self::Started(Err(error)) | Self::Status(Err(error)) => {
                f.write_str(&short(error))
            }
            Self::Waited(..) => f.write_str("no progress"),
        }
    }
}

/// The kind of an error, and its cause.
fn short(error: &Error) -> String {
    let why = match error {
        Error::Wait(ended) => format!("{:?}", ended.why),
        Error::Refused(refused) => format!("{:?}", refused.reason),
        other => std::error::Error::source(other).map(ToString::to_string).unwrap_or_default(),
    };
    let kind: String = format!("{error:?}").chars().take_while(|c| c.is_alphabetic()).collect();
    format!("{kind} {}", why.chars().take(60).collect::<String>())
}
