//! The same scripts through both drivers: their requests, waits, progress and endings.

mod flows;
mod script;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::ops::ControlFlow;
use std::thread;

use xdr_conformance::{Client, Trial, alike, standard, tenant};
use xdr_model::{
    AbortScan, ActionId, Error, GetActionStatus, Polling, Scan, Settings, error::WaitEnd, transport::Flow,
};

use crate::support::start;
use flows::{Acted, Noted};
use script::{Job, Script};

const SCRIPTS: usize = 2_000;
/// More scripts than processors can run at a time, because most of a script is waiting for the other side.
const AT_A_TIME: usize = 4;

/// Plays a script. Returns all decisions line by line, with the ending in the last line.
fn play(trial: &Trial, script: &Script) -> Vec<String> {
    let action = match script.job {
        Job::Read | Job::Wait | Job::Cancel => start(trial),
        // No job of these kinds uses this id.
        Job::Scan | Job::AbortScan | Job::ScanAndWait => ActionId::from(0),
    };
    script.faults.iter().for_each(|fault| trial.server.sim().fault(fault.clone()));
    let (session, polling) = (&trial.session, Polling::within(script.deadline));
    let kept = "it keeps its rules";
    match script.job {
        Job::Scan => drive(trial, script, session.call(&Scan::all()).expect(kept)),
        Job::AbortScan => drive(trial, script, session.call(&AbortScan::all()).expect(kept)),
        Job::Read => drive(trial, script, session.call(&GetActionStatus::new(action)).expect(kept)),
        Job::ScanAndWait => drive(trial, script, session.scan_and_wait(Scan::all(), polling).expect(kept)),
        Job::Wait => drive(trial, script, session.wait(action, polling)),
        Job::Cancel => drive(trial, script, session.cancel_action(action)),
    }
}

fn drive<T: Debug, F: Flow<Output = Result<T, Error>, Progress: flows::Told>>(
    trial: &Trial,
    script: &Script,
    flow: F,
) -> Vec<String> {
    let notes = RefCell::new(Vec::new());
    let flow = trial.in_time(Noted::new(flow, &notes));
    let told = RefCell::new(0);
    let observe = |stop: &dyn Fn()| {
        let nth = *told.borrow();
        *told.borrow_mut() += 1;
        if script.stop_at_progress == Some(nth) {
            stop();
        }
        match script.break_at {
            Some(at) if at == nth => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    };
    let ended = match &trial.client {
        Client::Blocking(client) => {
            let stop = xdr_blocking::Stop::new();
            let stopping = || stop.stop();
            client.until(&stop).drive(Acted::new(flow, script, &stopping), |_| observe(&stopping))
        }
        Client::Async(client, runtime) => {
            let stop = xdr_async::Stop::new();
            let stopping = || stop.stop();
            let client = client.until(&stop);
            runtime.block_on(client.drive(Acted::new(flow, script, &stopping), |_| observe(&stopping)))
        }
    };
    let mut notes = notes.into_inner();
    notes.push(format!("passed {:?}", trial.time.passed()));
    notes.push(ending(ended));
    notes
}

/// The kind of an ending, its text and its properties.
fn ending<T: Debug>(ended: Result<T, Error>) -> String {
    match ended {
        Ok(value) => format!("Done: {value:?}"),
        Err(error) => {
            let asked = (error.may_have_taken_effect(), error.is_safe_to_retry(), error.action_id());
            let answered = (error.status(), error.retry_after(), error.attempted());
            format!("{}: {error} {asked:?} {answered:?}", kind(&error))
        }
    }
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::Invalid(_) => "Invalid",
        Error::NotSent(_) => "NotSent",
        Error::OutcomeUnknown(_) => "OutcomeUnknown",
        Error::Refused(_) => "Refused",
        Error::ServerFailure(_) => "ServerFailure",
        Error::Unreadable(_) => "Unreadable",
        Error::Wait(ended) => match ended.why {
            WaitEnd::Deadline { .. } => "Deadline",
            WaitEnd::Stopped => "Stopped",
            WaitEnd::UnknownAction => "UnknownAction",
            WaitEnd::Failed(_) => "Failed",
            WaitEnd::RetryTooLate(_) => "RetryTooLate",
            WaitEnd::CancelledInPart { .. } => "CancelledInPart",
            _ => "another wait",
        },
        _ => "another",
    }
}

/// Plays every [`AT_A_TIME`]th script from `first` on. Returns the kinds of endings, each with its job.
fn play_from(first: usize) -> Vec<(Job, String)> {
    let tenant = tenant().with_endpoints(7);
    let scripts = (first..SCRIPTS).step_by(AT_A_TIME).map(Script::of);
    scripts
        .map(|script| {
            let notes = alike(&tenant, &Settings::default(), &standard(), |trial| play(trial, &script));
            let ending =
                notes.last().and_then(|ending| ending.split(':').next()).unwrap_or_default().to_owned();
            (script.job, ending)
        })
        .collect()
}

#[test]
fn both_drivers_decide_alike() {
    let played: Vec<_> = thread::scope(|scope| {
        let players: Vec<_> = (0..AT_A_TIME).map(|first| scope.spawn(move || play_from(first))).collect();
        players.into_iter().flat_map(|player| player.join().expect("a script is decided alike")).collect()
    });
    println!("figure: driver-scripts = {}", played.len());
    assert_eq!(played.len(), SCRIPTS);
    let endings: BTreeSet<_> = played.into_iter().collect();
    for job in Job::ALL {
        let of_job = endings.iter().filter(|(of, _)| *of == job).count();
        assert!(of_job >= 4, "{job:?} always ended in the same way: {endings:?}");
    }
}
