//! A long list of ids in batches: `xdr scan --endpoint-id @FILE`, and `xdr resume`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use xdr_sim::{Config, Connection, Fault, Outcomes, Server};

use crate::support::{Ran, program, run_at};

/// Scans end at once, and with success.
fn tenant(endpoints: usize) -> Server {
    server(Config::new().with_endpoints(endpoints).with_time_scale(1e9))
}

/// Nothing ever happens to a scan.
fn still(endpoints: usize) -> Server {
    server(Config::new().with_endpoints(endpoints).with_time_scale(0.0))
}

fn server(config: Config) -> Server {
    Server::start(config.with_rate_limit(None).with_outcomes(Outcomes::all_completed())).unwrap()
}

fn ids(server: &Server) -> Vec<String> {
    server.sim().endpoints().iter().map(|endpoint| endpoint.id.clone()).collect()
}

/// A folder with the ids of all endpoints, and a path for the state.
struct Folder {
    _folder: TempDir,
    list: String,
    state: String,
}

impl Folder {
    fn of(ids: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let (list, state) = (path("ids.txt"), path("state.json"));
        fs::write(&list, ids.join("\r\n")).unwrap();
        Self { _folder: folder, list: format!("@{list}"), state }
    }

    fn scan(&self, server: &Server, more: &[&str]) -> Ran {
        run_at(server, "scan", &[&["--endpoint-id", &self.list, "--state", &self.state], more].concat())
    }

    fn resume(&self, server: &Server, more: &[&str]) -> Ran {
        run_at(server, "resume", &[&[&*self.state], more].concat())
    }

    fn saved(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(&self.state).unwrap()).unwrap()
    }

    fn states(&self) -> Vec<String> {
        let saved = self.saved();
        let batches = saved["batches"].as_array().unwrap();
        batches.iter().map(|batch| batch["state"].as_str().unwrap().to_owned()).collect()
    }

    /// Changes this batch, as a person who has looked in the Action Center.
    fn edit(&self, batch: usize, state: &str, action: Option<Value>) {
        let mut saved = self.saved();
        let batch = saved["batches"][batch].as_object_mut().unwrap();
        batch.retain(|key, _| key == "endpoint_ids");
        batch.insert("state".to_owned(), state.into());
        batch.extend(action.map(|action| ("action".to_owned(), action)));
        fs::write(&self.state, saved.to_string()).unwrap();
    }
}

/// The ids of each scan that the tenant has received.
fn sent(server: &Server) -> Vec<Vec<String>> {
    let sim = server.sim();
    let scans = sim.requests().iter().filter(|request| request.operation() == "scan");
    scans
        .map(|request| {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            let filters = body["request_data"]["filters"].as_array().unwrap();
            let ids = filters.iter().find(|filter| filter["field"] == "endpoint_id_list").unwrap();
            serde_json::from_value(ids["value"].clone()).unwrap()
        })
        .collect()
}

/// Every endpoint was sent, and none twice.
fn assert_each_once(server: &Server) {
    let sent = sent(server).concat();
    assert_eq!(sent.len(), ids(server).len(), "no endpoint is sent twice");
    assert_eq!(sent.into_iter().collect::<BTreeSet<_>>(), ids(server).into_iter().collect());
}

fn ended(ran: &Ran, code: i32) {
    assert_eq!(ran.code, Some(code), "{}{}", ran.out, ran.err);
}

fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_long_list_is_sent_in_batches_and_followed_as_one() {
    let server = tenant(2500);
    let folder = Folder::of(&ids(&server));
    let ran = folder.scan(&server, &["--incident", "42"]);
    ended(&ran, 0);
    says(
        &ran.out,
        &[
            "2,500 endpoints in 3 batches\n",
            "Batch 1 of 3: sending 1,000 endpoints\n",
            "Batch 3 of 3: sending 500 endpoints\n",
            &format!("Batch 3 of 3: accepted as action {} for 500 endpoints\n", server.sim().actions()[2].id),
            "2,500 of 2,500 settled (100 %)",
            "The scan in 3 batches has ended after ",
            "all 2,500 endpoints completed\n",
        ],
    );
    assert!(!ran.out.contains("resume") && ran.err.is_empty(), "{}{}", ran.out, ran.err);
    assert_eq!(sent(&server).iter().map(Vec::len).collect::<Vec<_>>(), [1000, 1000, 500]);
    assert_each_once(&server);
    assert!(server.sim().actions().iter().all(|action| action.incident_id.as_deref() == Some("42")));
    assert_eq!(
        (folder.states().join(" "), &folder.saved()["is_success"]),
        ("started started started".to_owned(), &true.into())
    );
    // There is nothing left to do.
    let again = folder.resume(&server, &[]);
    ended(&again, 0);
    assert_eq!(sent(&server).len(), 3);
}

#[test]
fn several_batches_without_a_file_are_refused_before_anything_is_sent() {
    let server = tenant(5);
    let list = ids(&server).join(",");
    for more in [&[][..], &["--skip-offline"]] {
        let arguments = [&["--endpoint-id", &list, "--batch-size", "2"], more].concat();
        let ran = run_at(&server, "scan", &arguments);
        ended(&ran, 1);
        says(
            &ran.err,
            &["5 endpoint ids need 3 batches. Nothing was sent. Give --state FILE", "`xdr resume FILE`"],
        );
    }
    ended(&run_at(&server, "scan", &["--endpoint-id", &list, "--batch-size", "0"]), 1);
    assert_eq!(server.sim().requests().len(), 0);
}

#[test]
fn what_fits_in_one_batch_is_one_action_as_before() {
    let server = tenant(5);
    let list = ids(&server).join(",");
    let ran = run_at(&server, "scan", &["--endpoint-id", &list, "--batch-size", "5"]);
    ended(&ran, 0);
    says(&ran.out, &["Accepted as action "]);
    assert_eq!((sent(&server).len(), ran.out.contains("atch")), (1, false), "{}", ran.out);
}

#[test]
fn standard_input_is_a_file_too() {
    let server = tenant(5);
    let folder = Folder::of(&ids(&server));
    let input = File::open(&folder.list[1..]).unwrap();
    let arguments = ["scan", "--url", &server.url(), "--endpoint-id", "@-"].map(str::to_owned);
    let ran = Ran::of(program().args(arguments).stdin(Stdio::from(input)));
    ended(&ran, 0);
    assert_each_once(&server);
}

#[test]
fn conditions_are_checked_before_the_batches_are_made() {
    let server = tenant(5);
    let all = ids(&server);
    server.sim().set_connection(&all[0], Connection::Disconnected);
    let folder = Folder::of(&[&all[..], &["gone".to_owned()]].concat());
    let ran = folder.scan(&server, &["--batch-size", "2", "--max", "3", "--skip-offline"]);
    ended(&ran, 1);
    says(&ran.err, &["--max of 3 is exceeded: 4 endpoints"]);
    assert!(sent(&server).is_empty() && !Path::new(&folder.state).exists());

    let ran = folder.scan(&server, &["--batch-size", "2", "--max", "4", "--skip-offline"]);
    ended(&ran, 2);
    says(
        &ran.out,
        &[
            "4 endpoints in 2 batches\n1 endpoint skipped: 1 not connected\nEndpoint ids that match no endpoint: gone\n",
            "This is not a success: the exit code is 2\n",
            "\nSkipped ",
        ],
    );
    assert_eq!(sent(&server).concat().len(), 4);
    let last = folder.resume(&server, &["--json"]).events().pop().unwrap();
    assert_eq!(
        (&last["skipped"][0]["why"], &last["unmatched_ids"]),
        (&"disconnected".into(), &json!(["gone"])),
        "{last}"
    );
    // Less than a batch is left, and that is one action.
    let folder = Folder::of(&all[..3]);
    let ran = folder.scan(&server, &["--batch-size", "2", "--skip-offline"]);
    ended(&ran, 0);
    says(&ran.out, &["Accepted as action ", "1 endpoint skipped"]);
    assert!(folder.saved().get("action_id").is_some());
}

#[test]
fn the_last_line_of_json_says_how_each_batch_stands() {
    let server = tenant(5);
    let folder = Folder::of(&[&ids(&server)[..], &["gone".to_owned()]].concat());
    let ran = folder.scan(&server, &["--batch-size", "2", "--json"]);
    ended(&ran, 2);
    let events = ran.events();
    let names: Vec<_> = events.iter().take(5).map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["begin", "batches", "sending", "started", "sending"]);
    assert_eq!(events[2], json!({ "event": "sending", "batch": 1, "batches": 3, "endpoints": 2 }));
    assert!(
        !events[..events.len() - 1].iter().any(|event| event.to_string().contains(&ids(&server)[0])),
        "no ids before the end"
    );
    let last = events.last().unwrap();
    let actions: Vec<_> = server.sim().actions().iter().map(|action| action.id).collect();
    let batch = |number: usize| json!({ "number": number, "state": "started", "endpoints": 2, "action_id": actions[number - 1] });
    assert_eq!(last["event"], "batches_report", "{last}");
    assert_eq!(last["batches"], json!([batch(1), batch(2), batch(3)]), "{last}");
    assert_eq!(
        (&last["states"], &last["is_success"], &last["exit_code"]),
        (&json!({ "started": 3 }), &false.into(), &2.into())
    );
    assert_eq!(
        (&last["expected"], &last["settled"], last.get("resume_command")),
        (&5.into(), &5.into(), None)
    );
    assert_eq!(last["needs_attention"], json!([{ "endpoint_id": "gone", "state": "missing" }]), "{last}");
}

#[test]
fn a_refused_batch_does_not_keep_the_others() {
    let server = tenant(3);
    let all = ids(&server);
    let folder = Folder::of(&[&["gone".to_owned(), "away".to_owned()], &all[..]].concat());
    let ran = folder.scan(&server, &["--batch-size", "2"]);
    ended(&ran, 2);
    says(
        &ran.out,
        &[
            "Batch 1 of 3: refused, nothing was started",
            "Batch 1 of 3 (2 endpoints): refused",
            "3 endpoints completed, 2 did not",
        ],
    );
    let folder = Folder::of(&["gone".to_owned(), "away".to_owned()]);
    ended(&folder.scan(&server, &["--batch-size", "1"]), 1);
    // The tenant refuses more than a batch: it is not asked again.
    server.sim().fault(Fault::on("scan"));
    server.sim().fault(Fault::on("scan").answer(401, &[], ""));
    let folder = Folder::of(&all);
    let ran = folder.scan(&server, &["--batch-size", "1"]);
    ended(&ran, 3);
    says(
        &ran.out,
        &[
            "2 batches (2 endpoints) not sent, starting with batch 2\n",
            "To resume the scan:\n",
            &format!("xdr resume --url {} {}\n", server.url(), folder.state),
        ],
    );
    says(&ran.err, &["error: the run of 3 batches ended early: 1 started, 2 not sent; reason: "]);
    let ran = folder.resume(&server, &["--json"]);
    ended(&ran, 0);
    assert_eq!(folder.states().join(" "), "started started started");
}

#[test]
fn what_is_in_doubt_is_never_sent_again_and_is_marked_by_hand() {
    let server = tenant(5);
    let folder = Folder::of(&ids(&server));
    server.sim().fault(Fault::on("scan"));
    server.sim().fault(Fault::on("scan").after_executing().hang_up());
    let ran = folder.scan(&server, &["--batch-size", "2"]);
    ended(&ran, 4);
    says(
        &ran.out,
        &[
            "Batch 2 of 3: in doubt, may have been started. Reason: ",
            "Look in the Action Center",
            "Batch 3 of 3 (1 endpoint): not sent\n",
            "xdr resume ",
        ],
    );
    assert_eq!(folder.states().join(" "), "started sending not_sent");

    for states in ["started sending started", "started sending started"] {
        let ran = folder.resume(&server, &["--json"]);
        ended(&ran, 4);
        let last = ran.events().pop().unwrap();
        assert_eq!(
            (&last["batches"][1]["state"], &last["event"]),
            (&"sending".into(), &"batches_report".into()),
            "{last}"
        );
        says(last["resume_command"].as_str().unwrap(), &["xdr resume --url ", " --json "]);
        assert_eq!(folder.states().join(" "), states);
    }
    assert_each_once(&server);

    let action = server.sim().actions()[1].id;
    folder.edit(1, "started", Some(json!({ "action_id": action, "endpoints": [] })));
    let ran = folder.resume(&server, &[]);
    ended(&ran, 0);
    says(&ran.out, &["5 endpoints in 3 batches: 3 started\n", "all 5 endpoints completed\n"]);
    assert_each_once(&server);
}

#[test]
fn a_batch_that_is_marked_as_not_sent_is_sent() {
    let server = tenant(3);
    let folder = Folder::of(&ids(&server));
    server.sim().fault(Fault::on("scan").hang_up());
    ended(&folder.scan(&server, &["--batch-size", "2"]), 4);
    folder.edit(0, "not_sent", None);
    ended(&folder.resume(&server, &[]), 0);
    assert_eq!(sent(&server).iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(server.sim().actions().len(), 2);
}

#[test]
fn batches_are_resumed_and_neither_followed_nor_cancelled_as_one_action() {
    let (server, other) = (still(3), still(3));
    let folder = Folder::of(&ids(&server));
    ended(&folder.scan(&server, &["--batch-size", "2", "--pending-limit", "1ms"]), 2);
    server.sim().clear_requests();
    for (command, text) in [("follow", "`xdr resume` with this file"), ("cancel", "`xdr cancel ID`")] {
        let ran = run_at(&server, command, &["--state", &folder.state]);
        ended(&ran, 1);
        says(&ran.err, &[&format!("--state {}: the file holds a scan in batches", folder.state), text]);
    }
    let ran = run_at(&server, "scan", &["--endpoint-id", &folder.list, "--state", &folder.state]);
    ended(&ran, 1);
    says(&ran.err, &["the file exists", "`xdr resume` with this file"]);
    let ran = folder.resume(&other, &[]);
    ended(&ran, 1);
    says(&ran.err, &["/tenant must be"]);
    assert_eq!((server.sim().requests().len(), other.sim().requests().len()), (0, 0));
}

#[test]
fn a_scan_as_one_action_is_resumed_too() {
    let server = still(3);
    let folder = Folder::of(&ids(&server));
    ended(&folder.scan(&server, &["--deadline", "1ms"]), 3);
    server.advance(Duration::from_secs(3600));
    let ran = folder.resume(&server, &[]);
    ended(&ran, 0);
    says(
        &ran.out,
        &[&format!("Following action {}", server.sim().actions()[0].id), "all 3 endpoints completed"],
    );
    assert_eq!((sent(&server).len(), folder.saved()["is_success"].as_bool()), (1, Some(true)));
}

#[test]
fn a_file_that_holds_no_scan_is_refused_and_stays_as_it_is() {
    let server = still(3);
    let folder = Folder::of(&ids(&server));
    let table = [
        (None, "No such file"),
        (Some(""), "the file is empty: the run that made it ended before it saved anything"),
        (Some("{"), "must be JSON"),
        (Some("{\"batches\":[]}"), "/batches must have at least one batch"),
        (Some("{\"batches\":7}"), "/batches must be"),
    ];
    for (content, why) in table {
        content.into_iter().for_each(|content| fs::write(&folder.state, content).unwrap());
        let ran = folder.resume(&server, &[]);
        ended(&ran, 1);
        says(&ran.err, &[&format!("error: {}: ", folder.state), why]);
        assert_eq!(fs::read_to_string(&folder.state).ok().as_deref(), content);
    }
    assert_eq!(server.sim().requests().len(), 0);
}

/// A folder in which nobody can make a file, not even an administrator.
#[cfg(target_os = "linux")]
/// The endpoints of a selection without ids are listed, and then there can be several batches.
#[test]
fn listed_endpoints_are_sent_in_batches_too() {
    let server = tenant(5);
    let folder = Folder::of(&ids(&server));
    let scan = ["--all", "--skip-offline", "--batch-size", "2"];
    let ran = run_at(&server, "scan", &scan);
    ended(&ran, 1);
    says(&ran.err, &["--state must name a file: 5 endpoints need 3 batches"]);
    assert!(sent(&server).is_empty());
    let ran = run_at(&server, "scan", &[&scan[..], &["--state", &folder.state]].concat());
    ended(&ran, 0);
    assert_eq!((sent(&server).len(), folder.states().len()), (3, 3));
    assert_each_once(&server);
}

/// A run that reads the file while another one sends its batches would send them again.
#[test]
fn two_runs_do_not_use_one_file() {
    let server = tenant(4);
    let folder = Folder::of(&ids(&server));
    let batch = |ids: &[String]| json!({"endpoint_ids": ids, "state": "not_sent"});
    let ids = ids(&server);
    fs::write(&folder.state, json!({"batches": [batch(&ids[..2]), batch(&ids[2..])]}).to_string()).unwrap();
    let lock = format!("{}.lock", folder.state);
    let other = File::create(&lock).unwrap();
    fs4::FileExt::lock(&other).unwrap();
    let ran = folder.resume(&server, &[]);
    ended(&ran, 1);
    says(&ran.err, &["another xdr is using this file. Nothing was sent"]);
    assert!(sent(&server).is_empty());
    drop(other);
    ended(&folder.resume(&server, &[]), 0);
    assert_each_once(&server);
    assert_eq!(Path::new(&lock).exists(), !cfg!(unix), "the lock is removed");
}

#[cfg(unix)]
#[test]
fn a_link_to_the_file_is_not_replaced() {
    let server = tenant(2);
    let folder = Folder::of(&ids(&server));
    let batch = json!({"endpoint_ids": ids(&server), "state": "not_sent"});
    fs::write(&folder.state, json!({"batches": [batch]}).to_string()).unwrap();
    let link = format!("{}.link", folder.state);
    std::os::unix::fs::symlink(&folder.state, &link).unwrap();
    ended(&run_at(&server, "resume", &[&link]), 0);
    assert_eq!(folder.states(), ["started"], "the file itself holds the new state");
    ended(&folder.resume(&server, &[]), 0);
    assert_each_once(&server);
}

#[test]
fn a_batch_that_cannot_be_saved_is_not_sent() {
    let server = still(3);
    let folder = Folder::of(&ids(&server));
    server.sim().fault(Fault::on("scan"));
    server.sim().fault(Fault::on("scan").answer(401, &[], ""));
    ended(&folder.scan(&server, &["--batch-size", "1"]), 3);
    server.sim().clear_requests();
    let run = |more: &[&str]| {
        // A file without a name can be read and not replaced.
        let copy = format!("{}.copy", folder.state);
        fs::copy(&folder.state, &copy).unwrap();
        let input = File::open(&copy).unwrap();
        fs::remove_file(&copy).unwrap();
        let arguments = ["resume", "--url", &server.url(), "/proc/self/fd/0"].map(str::to_owned);
        Ran::of(program().args(arguments).args(more).stdin(Stdio::from(input)))
    };
    let ran = run(&[]);
    ended(&ran, 3);
    says(
        &ran.err,
        &[
            "error: the run of 3 batches ended early: 1 started, 2 not sent; reason: the state cannot be saved in /proc/self/fd/0: ",
            "xdr does not send a batch that is not saved in the file",
        ],
    );
    let last = run(&["--json"]).events().pop().unwrap();
    assert_eq!(
        (&last["kind"], &last["why"], &last["exit_code"]),
        (&"wait".into(), &"not_saved".into(), &3.into()),
        "{last}"
    );
    folder.edit(0, "not_sent", None);
    ended(&run(&[]), 1);
    assert!(sent(&server).is_empty());
}

#[cfg(unix)]
mod ended_in_the_middle {
    use super::*;
    use crate::interrupt::Running;

    /// A scan whose second of three batches is carried out and not answered, while it runs.
    fn in_the_middle(server: &Server, folder: &Folder) -> Running {
        server.sim().fault(Fault::on("scan"));
        server.sim().fault(Fault::on("scan").delay(Duration::from_secs(3600)));
        let arguments =
            ["--endpoint-id", &folder.list, "--state", &folder.state, "--batch-size", "1000", "--json"];
        let mut running = Running::at(server, "scan", &arguments);
        running.asks_times(server, "scan", 2);
        running
    }

    #[test]
    fn a_killed_run_is_resumed_and_no_endpoint_is_sent_twice() {
        let server = tenant(2500);
        let folder = Folder::of(&ids(&server));
        in_the_middle(&server, &folder).kill();
        assert_eq!(folder.states().join(" "), "started sending not_sent");
        let ran = folder.resume(&server, &[]);
        ended(&ran, 4);
        says(
            &ran.out,
            &[
                "2,500 endpoints in 3 batches: 1 started, 1 in doubt, 1 not sent\n",
                "Batch 3 of 3: sending 500 endpoints\n",
                "Batch 2 of 3 (1,000 endpoints): in doubt, may have been started. Reason: xdr ended before the answer came\n",
                "2 of 3 batches have ended after ",
                "\nin doubt       1,000   40.0 %\n",
            ],
        );
        assert_each_once(&server);
        let action = server.sim().actions()[1].id;
        folder.edit(1, "started", Some(json!({ "action_id": action, "endpoints": [] })));
        ended(&folder.resume(&server, &[]), 0);
        assert_each_once(&server);
    }

    #[test]
    fn twice_ctrl_c_while_a_batch_is_sent_is_an_unknown_outcome() {
        let server = tenant(2500);
        let folder = Folder::of(&ids(&server));
        let mut running = in_the_middle(&server, &folder);
        running.press_on();
        let (code, last, said) = running.end();
        assert_eq!(
            (code, &last["kind"], &last["why"]),
            (Some(4), &"outcome_unknown".into(), &"left".into()),
            "{last}"
        );
        assert_eq!(last["states"], json!({ "started": 1, "sending": 1, "not_sent": 1 }));
        says(
            &said,
            &[
                "The scan has 3 batches: 1 started, 1 in doubt, 1 not sent",
                "Action Center",
                last["resume_command"].as_str().unwrap(),
            ],
        );
    }

    #[test]
    fn ctrl_c_ends_the_waiting_and_says_how_to_go_on() {
        let server = still(2500);
        let folder = Folder::of(&ids(&server));
        let arguments = ["--endpoint-id", &folder.list, "--state", &folder.state, "--json"];
        let mut running = Running::at(&server, "scan", &arguments);
        running.read_until("\"polled\"");
        running.press();
        let (code, last, _) = running.end();
        assert_eq!(
            (code, &last["kind"], &last["why"]),
            (Some(3), &"wait".into(), &"stopped".into()),
            "{last}"
        );
        let words = shlex::split(last["resume_command"].as_str().unwrap()).unwrap();
        server.advance(Duration::from_secs(3600));
        let ran = Ran::of(program().args(&words[1..]));
        ended(&ran, 0);
        assert_each_once(&server);
    }
}
