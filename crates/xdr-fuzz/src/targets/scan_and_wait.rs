//! Starting a scan and following it. The input is a script.

use xdr_model::{Error, Pacing, Progress, Scan};

use super::wait::{cadence, check_end};
use crate::drive::{check_acting, drive};
use crate::promises::{check_error, session};
use crate::script::Script;

pub(super) fn run(input: &[u8]) {
    let script = Script::read(input);
    let session = session(script.advanced).with_pacing(Pacing::per_second(script.pace));
    let scan = session.scan_and_wait(&Scan::all(), cadence(&script)).expect("a valid request");
    let ended = drive(scan, &script, Some(script.deadline));
    check_acting(&ended.sends, ended.output.as_ref().err());
    let starts = ended.progress.iter().filter(|told| matches!(told, Progress::Started(_))).count();
    match (ended.progress.first(), &ended.output) {
        (Some(Progress::Started(started)), output) => {
            assert_eq!(starts, 1);
            check_end(output, started.action_id.as_str());
            let polls = ended.sends.iter().skip_while(|sending| sending.acts);
            assert!(
                polls.filter(|sending| sending.acts).count() == 0,
                "a second scan after the first was accepted"
            );
        }
        (Some(told), _) => panic!("the id is not the first that is told: {told:?}"),
        (None, Ok(_)) => panic!("an end without a beginning"),
        (None, Err(error)) => {
            check_error(error);
            assert!(!matches!(error, Error::Wait(_)), "there is nothing to wait for: {error}");
        }
    }
}
