//! All texts of errors, collected in one file for review.

use std::fmt::Write;
use std::time::Duration;

use xdr_model::{
    ActionId, Credentials, Error, Filter, GetActionStatus, Invalid, Operation, Polling, Replay, Scan,
    Settings, Tenant, transport::TransportKind as Kind,
};

use crate::errors::{Case, call, cases, headed, scan};
use crate::requests::{bad_action_ids, bad_selections};
use crate::support::{
    DONE, Drive, Ended, FQDN, KEY, Moment, accepted, answer, drive, empty_status, ok, seconds, session,
    statuses, unsent,
};
use crate::values::calls_beyond_the_tenant;

fn wait_text<P, T: std::fmt::Debug>(name: &str, ended: Ended<P, Result<T, Error>>) -> (String, Error) {
    (format!("wait: {name}"), ended.output.unwrap_err())
}

/// The endings of a wait, each with its name.
pub(crate) fn waits() -> Vec<(String, Error)> {
    let wait = || session().wait(xdr_model::ActionId::from(42), Polling::within(seconds(120)));
    let run = || session().scan_and_wait(scan(), Polling::within(seconds(120))).unwrap();
    let half = || statuses(&[(3, DONE), (2, "PENDING")]);
    let stop_at_progress = |number| {
        let mut told = 0;
        move |moment, _| {
            told += usize::from(moment == Moment::Told);
            told == number
        }
    };
    let mut first = Some(half());
    let mut then_down = move || first.take().unwrap_or_else(|| unsent(Kind::Connect));
    let started = |sending: &crate::support::Sending| match &*sending.operation {
        "scan" => accepted(42, 673),
        _ => statuses(&[(600, "PENDING")]),
    };
    vec![
        wait_text("the deadline comes", drive(wait(), |_| half())),
        wait_text("the deadline comes while the tenant is away", drive(wait(), |_| then_down())),
        wait_text("the deadline comes after a scan", drive(run(), started)),
        wait_text("the tenant does not know it", drive(wait(), |_| empty_status())),
        wait_text("the tenant does not know it any more", {
            let mut first = Some(half());
            drive(wait(), move |_| first.take().unwrap_or_else(empty_status))
        }),
        wait_text("the scan took in no endpoint", {
            let none = |sending: &crate::support::Sending| match &*sending.operation {
                "scan" => accepted(42, 0),
                _ => empty_status(),
            };
            drive(run(), none)
        }),
        wait_text("an endpoint has vanished", {
            let mut first = Some(statuses(&[(2, "IN_PROGRESS")]));
            drive(wait(), move |_| first.take().unwrap_or_else(|| statuses(&[(1, "IN_PROGRESS")])))
        }),
        wait_text("the scan named a host that was not taken", {
            let two = Scan::matching([Filter::hostname(["web-1", "web-typo"])]);
            let run = session().scan_and_wait(&two, Polling::within(seconds(120))).unwrap();
            let none = |sending: &crate::support::Sending| match &*sending.operation {
                "scan" => accepted(42, 1),
                _ => empty_status(),
            };
            drive(run, none)
        }),
        wait_text("more endpoints are named than are remembered", {
            let entries: Vec<String> = (0..330_001).map(|i| format!("\"{i}\":null")).collect();
            let body = format!(r#"{{"reply":{{"data":{{{}}}}}}}"#, entries.join(","));
            drive(wait(), |_| ok(&body))
        }),
        wait_text("the key is refused", drive(wait(), |_| answer(401, ""))),
        wait_text("the tenant asks for an hour", drive(wait(), |_| headed(429, &[("retry-after", "3600")]))),
        wait_text("stopped at the beginning", Drive::new(wait()).run_until(|_| half(), |_, _| true)),
        wait_text("stopped after a poll", Drive::new(wait()).run_until(|_| half(), stop_at_progress(1))),
        wait_text("a cancellation stopped before it cancelled anything", {
            Drive::new(session().cancel_action(xdr_model::ActionId::from(42)))
                .run_until(|_| half(), stop_at_progress(1))
        }),
        wait_text("cancelled in part", {
            let mut answers = vec![answer(403, ""), accepted(43, 1000), statuses(&[(1500, "PENDING")])];
            drive(session().cancel_action(xdr_model::ActionId::from(42)), move |_| answers.pop().unwrap())
        }),
        wait_text(
            "a scan stopped when it was accepted",
            Drive::new(run()).run_until(started, stop_at_progress(1)),
        ),
    ]
}

fn bad_settings() -> Invalid {
    let never = Duration::ZERO;
    let settings = Settings::default().with_proxy("ftp://proxy.example").with_user_agent("").with_timeouts(
        never,
        seconds(60),
        seconds(90_000),
    );
    settings.validate(&Tenant::new(FQDN).unwrap()).unwrap_err()
}

/// A custom operation with a body that has keys which JSON does not allow.
#[derive(serde::Serialize)]
struct Unwritable(std::collections::BTreeMap<(u8, u8), u8>);

impl Operation for Unwritable {
    const NAME: &'static str = "foreign";
    const PATH: &'static str = "/public_api/v1/foreign";
    const REPLAY: Replay = Replay::Safe;
    type Reply = String;

    fn validate(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

/// Refusals before anything is sent, each with its name.
fn rules() -> Vec<(String, Error)> {
    let tenant = |name: &str| Tenant::new(name).unwrap_err();
    let long = format!("{}.com", ["a"; 125].join("."));
    let labels = [
        ("an address without text", tenant("")),
        ("an address with a path", tenant("acme.xdr.us.paloaltonetworks.com/console")),
        ("an address of one label", tenant("acme")),
        ("an address with an empty label", tenant("acme..com")),
        ("an address with a hyphen at an end", tenant("acme-.com")),
        ("an address of numbers", tenant("10.0.0.7")),
        ("an address that is too long", tenant(&long)),
    ];
    let settings = Settings::default().with_proxy("http://proxy.example:3128");
    let plain = settings.validate(&Tenant::loopback("http://127.0.0.1:8080").unwrap()).unwrap_err();
    let [elsewhere, ..] = calls_beyond_the_tenant();
    let value = Scan::matching(vec![Filter::hostname([""]); 12]);
    let documents = bad_selections().into_iter().map(|(case, document)| {
        (format!("document: {case}"), Error::from(Scan::from_json(&document).unwrap_err()))
    });
    let ids = bad_action_ids().into_iter().map(|document| {
        let invalid = GetActionStatus::from_json(&document).unwrap_err();
        (format!("document: {document}"), Error::from(invalid))
    });
    let saved = crate::saved::broken().into_iter();
    let saved = saved.map(|(name, invalid)| (format!("saved: {name}"), Error::from(invalid)));
    let endpoints = crate::endpoints::broken().into_iter();
    let endpoints = endpoints.map(|(name, invalid)| (format!("endpoints: {name}"), Error::from(invalid)));
    let mistakes = crate::mistakes::met().into_iter();
    let mistakes = mistakes.map(|(name, invalid)| (format!("mistake: {name}"), Error::from(invalid)));
    let labels = labels.into_iter().map(|(name, invalid)| (name.to_owned(), Error::from(invalid)));
    labels
        .chain([
            ("a proxy for plain http".to_owned(), plain.into()),
            ("an operation that leads elsewhere".to_owned(), elsewhere),
            (
                "an operation that cannot be written".to_owned(),
                session().call(&Unwritable([((1, 2), 3)].into())).unwrap_err(),
            ),
            ("a request with a dozen mistakes".to_owned(), session().call(&value).unwrap_err()),
        ])
        .chain(documents)
        .chain(ids)
        .chain(saved)
        .chain(endpoints)
        .chain(crate::previews::broken())
        .chain(crate::batches::broken())
        .chain(crate::reconcile::broken())
        .chain(mistakes)
        .collect()
}

/// Rules of second checks. No request can break them, because an earlier check refuses it.
const BEHIND_OTHERS: [&str; 2] = ["keep the rules", "be a plain host name"];

/// A new rule comes with its text.
#[test]
fn no_rule_is_left_out() {
    let texts: Vec<_> = all().iter().map(|(_, error)| error.to_string()).collect();
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut rules = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for rule in source.split("\"must ").skip(1) {
                // The constant start of the text. Inserted words follow.
                let rule: String =
                    rule.replace("\\\"", "\u{1}").chars().take_while(|c| !"\"{\\".contains(*c)).collect();
                let rule = rule.replace('\u{1}', "\"");
                if BEHIND_OTHERS.contains(&rule.as_str()) {
                    continue;
                }
                assert!(
                    texts.iter().any(|text| text.contains(&format!("must {rule}"))),
                    "{path:?}: must {rule}"
                );
                rules += 1;
            }
        }
    }
    assert!(rules > 30, "{rules}");
}

/// Every error, each with its case.
fn all() -> Vec<(String, Error)> {
    let mut all = vec![
        ("a request without filters".to_owned(), session().call(&Scan::matching([])).unwrap_err()),
        (
            "a request with two mistakes".to_owned(),
            session().call(&Scan::matching([Filter::alias([""])]).with_incident("")).unwrap_err(),
        ),
        (
            "a deadline without any time".to_owned(),
            drive(session().scan_and_wait(scan(), Polling::within(Duration::ZERO)).unwrap(), |_| ok(""))
                .output
                .unwrap_err(),
        ),
        ("an address with a user".to_owned(), Tenant::new("acme@evil.example").unwrap_err().into()),
        (
            "an address of another machine".to_owned(),
            Tenant::loopback("http://10.0.0.7:80").unwrap_err().into(),
        ),
        ("a key id with a space".to_owned(), Credentials::standard("7 ", KEY).unwrap_err().into()),
        ("a key with a line break".to_owned(), Credentials::standard("7", "key\n").unwrap_err().into()),
        ("no key".to_owned(), Credentials::standard("7", "").unwrap_err().into()),
        ("an action id without text".to_owned(), "".parse::<ActionId>().unwrap_err().into()),
        ("settings with four mistakes".to_owned(), bad_settings().into()),
        (
            "stopped before it was sent".to_owned(),
            Drive::new(session().call(&scan()).unwrap())
                .run_until(|_| ok(""), |_, _| true)
                .output
                .unwrap_err(),
        ),
        (
            "stopped while the answer was awaited".to_owned(),
            Drive::new(session().call(&scan()).unwrap())
                .run_until(|_| ok(""), |moment, _| moment == Moment::Sending)
                .output
                .unwrap_err(),
        ),
    ];
    for Case { name, answer, .. } in cases() {
        all.push((name.to_owned(), call(&scan(), answer).0));
        if matches!(name, "status 500" | "reply false" | "nobody answers" | "closed after the body was taken")
        {
            all.push((format!("{name}, of a read"), call(&GetActionStatus::new(42.into()), answer).0));
        }
    }
    all.extend(waits());
    all.extend(rules());
    all
}

#[test]
fn every_text_is_one_line_that_a_person_on_call_can_act_on() {
    let mut texts = String::new();
    for (name, error) in &all() {
        let text = error.to_string();
        assert!(
            !text.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)),
            "{name}: {text:?}"
        );
        assert!(text.chars().count() < 1200, "{name}: {text}");
        assert!(!(error.is_safe_to_retry() && error.may_have_taken_effect()), "{name}");
        writeln!(texts, "{name}\n    {text}\n").unwrap();
    }
    insta::assert_snapshot!("all", texts.trim_end());
}
