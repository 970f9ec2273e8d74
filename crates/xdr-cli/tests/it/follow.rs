//! `xdr follow`, and the file that leads to an action.

use std::time::Duration;

use xdr_model::ActionReport;
use xdr_sim::{Config, Outcomes, Server};

use crate::support::{Ran, run_at};

/// A tenant in which nothing happens by itself.
fn still() -> Server {
    Server::start(Config::new().with_time_scale(0.0)).unwrap()
}

/// Starts a scan of one host and of one that there is not, which leaves this file, and gives the id of the action.
fn started(server: &Server, state: &str) -> String {
    let hosts = format!("{},web-typo", server.sim().endpoints()[0].hostname);
    let ran = run_at(server, "scan", &["--hostname", &hosts, "--deadline", "1ms", "--state", state]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    let id = server.sim().actions()[0].id.to_string();
    let command = format!("xdr follow --url {} --state={state} {id}\n", server.url());
    assert!(ran.out.contains(&command), "{}", ran.out);
    id
}

fn refused(ran: &Ran, why: &str) {
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains(why), "{why}: {}", ran.err);
}

#[test]
fn a_run_goes_on_from_what_another_kept() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let state = state.to_str().unwrap();
    let server = still();
    let id = started(&server, state);
    server.advance(Duration::from_secs(3600));
    // The file alone is enough; with the id it is made sure that it is of that action.
    for arguments in [&["--state", state][..], &["--state", state, &id]] {
        let ran = run_at(&server, "follow", arguments);
        assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains(&format!("Following action {id} of")), "{}", ran.out);
        assert!(ran.out.contains("You named 2 hosts; the tenant took 1."), "{}", ran.out);
        assert!(ran.out.contains("1 endpoint completed"), "{}", ran.out);
    }
    let ran = run_at(&server, "follow", &[&id]);
    assert!(ran.out.contains("it cannot tell whether the result lacks endpoints"), "{}", ran.out);
    let ran = run_at(&server, "cancel", &["--state", state]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(&format!("0 endpoints of action {id}; 1 already settled")), "{}", ran.out);
}

#[test]
fn a_file_that_does_not_lead_to_the_action_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let [state, missing, empty] = ["state", "missing", "empty"].map(|name| folder.path().join(name));
    std::fs::write(&empty, "").unwrap();
    let [state, missing_file, empty] =
        [&state, &missing, &empty].map(|path| path.to_str().unwrap().to_owned());
    let (server, other) = (still(), still());
    let id = started(&server, &state);
    server.sim().clear_requests();
    for command in ["follow", "cancel"] {
        for with_id in [&[][..], &[&*id]] {
            let run = |server: &Server, file: &str| {
                run_at(server, command, &[&["--state", file][..], with_id].concat())
            };
            refused(&run(&server, &missing_file), "--state ");
            assert!(!missing.exists(), "a scan with a gap must not become a success");
            refused(&run(&server, &empty), "is empty");
            refused(&run(&other, &state), "/tenant must be");
        }
        let ran = run_at(&server, command, &["--state", &state, "7"]);
        refused(&ran, "must be 7, the action that was asked for");
        refused(&run_at(&server, command, &[]), "no action is named");
    }
    assert_eq!((server.sim().requests().len(), other.sim().requests().len()), (0, 0));
}

#[test]
fn a_scan_needs_a_new_file_and_leaves_none_that_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let state = state.to_str().unwrap();
    let server = still();
    started(&server, state);
    let path = folder.path().join("refused");
    let gone = &["--hostname", "nobody", "--state", path.to_str().unwrap()];
    assert!(run_at(&server, "scan", gone).code == Some(1) && !path.exists(), "nothing is left behind");
    server.sim().clear_requests();
    refused(&run_at(&server, "scan", &["--all", "--state", state]), "the file exists");
    let nowhere = &["--all", "--state", "/no/such/folder/state.json"];
    refused(&run_at(&server, "scan", nowhere), "--state /no/such");
    assert_eq!(server.sim().requests().len(), 0, "nothing is sent then");
}

#[test]
fn a_scan_is_started_by_one_process_and_finished_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("action.json");
    let name = file.to_str().unwrap();
    let server =
        Server::start(Config::new().with_time_scale(0.0).with_outcomes(Outcomes::all_completed())).unwrap();
    let scan = ["--platform", "linux,macos", "--deadline", "1ms", "--state", name];
    assert_eq!(run_at(&server, "scan", &scan).code, Some(3));
    server.advance(Duration::from_secs(3600));
    let finished = run_at(&server, "follow", &["--state", name]);
    assert_eq!(finished.code, Some(0), "{}{}", finished.out, finished.err);
    assert!(ActionReport::from_json(&std::fs::read_to_string(&file).unwrap()).unwrap().is_success());
    assert_eq!(server.sim().requests().iter().filter(|request| request.operation() == "scan").count(), 1);
}
