//! All logs of the libraries at level `trace`. Each case has its own process, because a logger is global.

use std::cell::RefCell;
use std::process::Command;

use xdr_conformance::fault_server::{self, Identity, Server, Then, WireFault, answers};
use xdr_conformance::{Client, Kind};
use xdr_model::{GetActionStatus, KeyKind, Scan, Session, Settings, Tenant};

use crate::secrets::Surface;
use crate::secrets_sought::{PASSWORD, Signed, Sought};
use crate::secrets_values::{credentials, sim};

/// The variable that tells the process which of the [`WAYS`], which client and which kind of key to use.
const ORDER: &str = "XDR_SECRETS_ORDER";
const WAYS: [&str; 4] = ["simulated", "plain", "tls", "proxied"];
const CLIENTS: [(&str, Kind); 2] = [("blocking", Kind::Blocking), ("async", Kind::Async)];
const KEYS: [(&str, KeyKind); 2] = [("standard", KeyKind::Standard), ("advanced", KeyKind::Advanced)];

/// The only log target with secrets. The documentation of `xdr-blocking` names it and says what to do.
pub(crate) const DOCUMENTED: &str = "ureq_proto";

/// The logs of one process.
pub(crate) struct Logged {
    pub(crate) blocking: bool,
    pub(crate) encrypted: bool,
    pub(crate) name: String,
    /// The logs of all other targets.
    pub(crate) others: Surface,
    /// The logs of [`DOCUMENTED`].
    pub(crate) documented: Surface,
}

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    #[allow(clippy::print_stdout, reason = "the process that began this one reads it there")]
    fn log(&self, record: &log::Record<'_>) {
        let message = record.args().to_string().replace('\n', " ");
        println!("LOG\t{}\t{message}", record.target());
    }

    fn flush(&self) {}
}

/// The logs of every combination, each in its own process.
pub(crate) fn logs(sought: &mut Sought) -> Vec<Logged> {
    let mut logged = Vec::new();
    for way in WAYS {
        for (client, of) in CLIENTS {
            for (key, _) in KEYS {
                let order = format!("{way} {client} {key}");
                logged.push(log_of(&order, of == Kind::Blocking, way, sought));
            }
        }
    }
    logged
}

fn log_of(order: &str, blocking: bool, way: &str, sought: &mut Sought) -> Logged {
    let this = std::env::current_exe().expect("a test is a program");
    let test = concat!(module_path!(), "::logs_all_that_is_said");
    // The first part of the path is the crate.
    let test = test.split_once("::").map_or(test, |(_, test)| test);
    let mut command = Command::new(this);
    command.args(["--ignored", "--exact", test, "--nocapture", "--test-threads", "1"]).env(ORDER, order);
    let output = command.output().expect("a program can be run");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{order}: {out}{err}");
    let (mut others, mut documented) = (err.into_owned(), String::new());
    for line in out.lines() {
        match line.split_once('\t') {
            Some(("SECRET", secret)) => sought.add(secret),
            Some(("LOG", said)) if said.starts_with(DOCUMENTED) => documented += &format!("{said}\n"),
            Some((_, said)) => others += &format!("{said}\n"),
            None => {}
        }
    }
    Logged {
        blocking,
        encrypted: way == "tls" || way == "proxied",
        name: order.to_owned(),
        others: Surface::new(format!("the log of {order}"), others),
        documented: Surface::new(format!("{DOCUMENTED}'s log of {order}"), documented),
    }
}

#[test]
#[ignore = "begun by the test of all surfaces, as a process of its own"]
fn logs_all_that_is_said() {
    let Ok(order) = std::env::var(ORDER) else { return };
    let words: Vec<_> = order.split(' ').collect();
    let of = CLIENTS.into_iter().find(|(name, _)| *name == words[1]).expect("a client").1;
    let kind = KEYS.into_iter().find(|(name, _)| *name == words[2]).expect("a kind of key").1;
    log::set_logger(&Logger)
        .map(|()| log::set_max_level(log::LevelFilter::Trace))
        .expect("it is the only one");
    // Traces become logs too.
    tracing::trace!("tracing is heard");
    let secrets = RefCell::default();
    speak(words[0], of, kind, &secrets);
    for secret in secrets.into_inner() {
        println!("SECRET\t{secret}");
    }
}

/// Sends an action and a read with a client.
fn speak(way: &str, of: Kind, kind: KeyKind, secrets: &RefCell<Vec<String>>) {
    let good = || WireFault::new("nothing wrong").saying(answers::good()).then(Then::Keep);
    let trusting = || Settings::default().with_root_certificate(fault_server::root());
    let loopback = |url: &str| Tenant::loopback(url).expect("an address of this machine");
    let serve = |fault| Server::start(fault).expect("a port is free");
    match way {
        "simulated" => {
            let server = xdr_sim::Server::start(sim(kind)).expect("a port is free");
            send(of, kind, loopback(&server.url()), &Settings::default(), secrets);
        }
        "plain" => {
            let server = serve(good());
            send(of, kind, loopback(&server.url()), &Settings::default(), secrets);
        }
        "tls" => {
            let server = serve(good().over_tls(Identity::Good));
            send(of, kind, loopback(&server.url()), &trusting(), secrets);
        }
        _ => {
            let server = serve(good().proxied());
            let proxy = server.url().replace("://", &format!("://user:{PASSWORD}@"));
            let tenant = Tenant::new("acme.xdr.us.example").expect("a good name");
            send(of, kind, tenant, &trusting().with_proxy(proxy), secrets);
        }
    }
}

fn send(of: Kind, kind: KeyKind, tenant: Tenant, settings: &Settings, secrets: &RefCell<Vec<String>>) {
    let session = Session::new(tenant, credentials(kind));
    let client = Client::new(of, session.clone(), settings).expect("good settings");
    let scan = session.call(&Scan::all()).expect("good");
    let started =
        client.drive(Signed { flow: scan, secrets }, |never| match never {}).expect("it is answered");
    let read = session.call(&GetActionStatus::new(started.action_id)).expect("good");
    client.drive(Signed { flow: read, secrets }, |never| match never {}).expect("it is answered");
}
