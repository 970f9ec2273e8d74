//! Failures of this machine and of its network.

#![allow(clippy::print_stdout, reason = "the process that started this one reads it there")]

use std::collections::BTreeSet;
use std::fs::File;
use std::process::Command;
use std::time::Duration;

use xdr_conformance::{Client, Kind, fault_server, standard};
use xdr_model::{Error, Scan, Session, Settings, Tenant};

const KINDS: [Kind; 2] = [Kind::Blocking, Kind::Async];

fn acme() -> Tenant {
    Tenant::new("acme.xdr.us.example").expect("a good name")
}

/// A client that tries once, and the session for its scans.
fn client(kind: Kind, address: Tenant, settings: &Settings) -> Result<(Client, Session), Error> {
    let session = Session::new(address, standard()).with_unsent_retry(Duration::ZERO);
    Ok((Client::new(kind, session.clone(), settings)?, session))
}

fn scan((client, session): &(Client, Session)) -> Result<String, Error> {
    let call = session.call(&Scan::all()).expect("the scan keeps its rules");
    client.drive(call, |never| match never {}).map(|started| format!("{started:?}"))
}

/// The kind of a failure, whether it can be temporary, and its text.
fn told(result: Result<String, Error>) -> String {
    match result {
        Err(error @ Error::Invalid(_)) => format!("Invalid, false, {error}"),
        Err(Error::NotSent(error)) => {
            let kind = error.source.kind();
            format!("{kind:?}, {}, {error}", kind.is_transient())
        }
        other => format!("{other:?}"),
    }
}

/// The reports of both clients for a case.
fn alike(case: impl Fn(Kind) -> Result<String, Error>) -> String {
    let [blocking, other] = KINDS.map(|kind| told(case(kind)));
    assert_eq!(blocking, other);
    blocking
}

#[test]
fn a_proxy_whose_name_the_resolver_rejects_is_a_proxy_that_failed() {
    let label = "a".repeat(64);
    let long = "a.".repeat(150);
    for name in ["a..b", "-", ".", "_", "acme.invalid", &label, &long, "[::1", "255.255.255.255", "0.0.0.0"] {
        let told = alike(|kind| {
            let settings = Settings::default().with_mozilla_roots().with_proxy(format!("http://{name}:9"));
            scan(&client(kind, acme(), &settings)?)
        });
        assert!(told.starts_with("Proxy, true, ") || told.contains("/proxy must"), "{name}: {told}");
    }
}

/// For no kind does the text say that the peer closed the connection.
#[test]
fn an_unreachable_address_is_no_closed_connection() {
    // Port 1 of an address that only this machine has.
    let told = alike(|kind| scan(&client(kind, loopback("http://127.255.255.254:1"), &Settings::default())?));
    assert!(told.starts_with("Connect, true, "), "{told}");
}

fn loopback(url: &str) -> Tenant {
    Tenant::loopback(url).expect("it is an address of this machine")
}

/// Starts [`a_machine_with_something_wrong`] as a separate process, and returns its output.
#[cfg(unix)]
fn machine(wrong: &str, prepared: &str) -> BTreeSet<String> {
    let this = std::env::current_exe().expect("a test is a program");
    let shell = format!("{prepared} && exec \"$0\" \"$@\"");
    let test = "local_errors::a_machine_with_something_wrong";
    let arguments = ["--ignored", "--exact", test, "--nocapture", "--test-threads", "1"];
    let output = Command::new("sh")
        .args(["-c", &shell])
        .arg(this)
        .args(arguments)
        .env("XDR_WRONG", wrong)
        .env_remove("SSL_CERT_FILE")
        .env_remove("SSL_CERT_DIR")
        .output();
    let output = output.expect("there is a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let told: BTreeSet<String> =
        told.lines().filter_map(|line| line.strip_prefix("told ").map(str::to_owned)).collect();
    assert!(!told.is_empty(), "{output:?}");
    told
}

#[test]
#[ignore = "a test starts it as a process of its own"]
fn a_machine_with_something_wrong() {
    let wrong = std::env::var("XDR_WRONG").expect("it says what is wrong");
    for kind in KINDS {
        if wrong == "roots" {
            make_client(kind);
            continue;
        }
        if wrong == "files, roots" {
            let settings = Settings::default().with_root_certificate(fault_server::root());
            let files = open_all();
            println!("\ntold {}", told(client(kind, acme(), &settings).map(|_| "made".into())));
            drop(files);
            println!("\ntold {}", told(client(kind, acme(), &settings).map(|_| "made".into())));
            return;
        }
        if wrong == "no roots for a moment" {
            make_client(kind);
            let file = std::env::var_os("SSL_CERT_FILE").expect("it is set");
            std::fs::write(&file, fault_server::root()).expect("it can be written");
            make_client(kind);
            std::fs::remove_file(&file).expect("it can be removed");
            make_client(kind);
            return;
        }
        let mozilla = Settings::default().with_mozilla_roots();
        let tenant = if wrong == "files, by name" { acme() } else { loopback("http://127.0.0.1:9") };
        let made = client(kind, tenant, &mozilla).expect("the settings are good");
        let files = open_all();
        let ended = scan(&made);
        drop(files);
        println!("\ntold {}", told(ended));
    }
}

/// Takes all file descriptors.
fn open_all() -> Vec<File> {
    std::iter::from_fn(|| File::open("/dev/null").ok()).collect()
}

fn make_client(kind: Kind) {
    let made = client(kind, acme(), &Settings::default());
    println!("\ntold {}", told(made.map(|_| "made".into())));
}

/// Neither client remembers a failed read. A successful read is shared by both.
#[cfg(unix)]
#[test]
fn roots_are_read_again_after_a_failure_and_once_after_that() {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("roots.pem");
    let told = machine("no roots for a moment", &format!("export SSL_CERT_FILE='{}'", file.display()));
    let [refused, made] = told.iter().collect::<Vec<_>>()[..] else { panic!("{told:?}") };
    assert!(refused.contains("No such file or directory"), "{refused}");
    assert_eq!(made, r#"Ok("made")"#);
}

#[cfg(unix)]
#[test]
fn a_machine_without_file_descriptors_says_so() {
    for wrong in ["files, by number", "files, by name"] {
        let told = machine(wrong, "ulimit -n 64");
        assert_eq!(told.len(), 1, "{told:?}");
        let told = told.first().expect("it is one");
        assert!(told.starts_with("Exhausted, true, scan was not sent to "), "{told}");
        assert!(told.contains("this machine has no file descriptors, threads or memory left"), "{told}");
        assert!(told.contains("nothing was carried out; a later retry can succeed"), "{told}");
    }
}

/// The same holds with an extra root. Otherwise a configuration that trusts only that root would be shared by later
/// clients.
#[cfg(unix)]
#[test]
fn roots_that_cannot_be_read_for_want_of_file_descriptors_are_read_again() {
    // The test has its own store, because a machine need not have one.
    let folder = tempfile::tempdir().expect("there is room");
    std::fs::write(folder.path().join("root.pem"), fault_server::root()).expect("it can be written");
    let told = machine(
        "files, roots",
        &format!("export SSL_CERT_DIR='{}' && ulimit -n 64", folder.path().display()),
    );
    let [refused, made] = told.iter().collect::<Vec<_>>()[..] else { panic!("{told:?}") };
    assert!(
        refused.contains("/roots must be readable: ") && refused.contains("Too many open files"),
        "{refused}"
    );
    assert_eq!(made, r#"Ok("made")"#);
}

#[cfg(unix)]
#[test]
fn roots_that_a_variable_names_and_that_cannot_be_read_are_refused_with_the_cause() {
    for (prepared, cause) in [
        ("export SSL_CERT_FILE=/nowhere/acme.pem", "No such file or directory"),
        ("export SSL_CERT_FILE=/dev", "Is a directory"),
        ("export SSL_CERT_FILE=", "No such file or directory"),
        ("export SSL_CERT_DIR=/nowhere", "No such file or directory"),
        ("export SSL_CERT_DIR=/nowhere:/etc/ssl/certs", "No such file or directory"),
        ("export SSL_CERT_FILE=/dev/null", "the path in the variable SSL_CERT_FILE holds no certificates"),
    ] {
        let told = machine("roots", prepared);
        assert_eq!(told.len(), 1, "{told:?}");
        let told = told.first().expect("it is one");
        assert!(told.starts_with("Invalid, false, ") && told.contains("/roots must"), "{prepared}: {told}");
        assert!(told.contains(cause), "{prepared}: {told}");
    }
}
