//! Tests how a scan is started and followed. The input is a script.

use xdr_model::{Error, Progress, Scan};

use super::wait::{Followed, Following, polling, session_of};
use crate::drive::{check_acting, drive};
use crate::heard::Asked;
use crate::promises::check_error;
use crate::script::Script;

pub(super) fn run(input: &[u8]) {
    let script = Script::read(input);
    let scan = script.scan.clone().unwrap_or_else(Scan::all);
    let parts = script.parts();
    let run = session_of(&script).scan_and_wait(&scan, polling(&script)).expect("a valid request");
    let ended = drive(run, &parts[0], Some(script.deadline));
    check_acting(&ended.sends, ended.output.as_ref().err());
    if let Some(mut following) = check_start(&ended, &scan)
        && let Some(known) = following.check(&ended, &parts[0])
    {
        following.follow(known, &parts[1..]);
    }
}

/// Checks the start of the scan. Returns the accepted scan, if there is one.
fn check_start(ended: &Followed, scan: &Scan) -> Option<Following> {
    let starts = ended.progress.iter().filter(|told| matches!(told, Progress::Started { .. })).count();
    match (ended.progress.first(), &ended.output) {
        (Some(Progress::Started { report }), _) => {
            assert_eq!((starts, report.named()), (1, 0));
            let polls = ended.sends.iter().skip_while(|sending| sending.acts);
            assert!(
                polls.filter(|sending| sending.acts).count() == 0,
                "a second scan after the first was accepted"
            );
            let asked = Asked::of(Some(scan), report.endpoints_count());
            Some(Following::of(report.action_id().clone(), asked))
        }
        (Some(told), _) => panic!("the first progress is not the start: {told:?}"),
        (None, Ok(_)) => panic!("a report without a start"),
        (None, Err(error)) => {
            check_error(error);
            assert!(!matches!(error, Error::Wait(_)), "there is nothing to wait for: {error}");
            None
        }
    }
}
