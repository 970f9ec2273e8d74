//! A small program with one of the clients, as users write it.
//!
//! Tests start it as a separate process, so that it gets real signals, and a test can read all of its output.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the process that started this one reads it there"
)]

use std::fmt::Debug;
use std::process::{Command, Stdio};
use std::time::Duration;

use xdr_conformance::Kind;
use xdr_model::{ActionId, Credentials, Error, Polling, Scan, Stop, Tenant, transport::Flow};

/// The variable that says which client to use, what to do, and which kind of key to use.
const ORDER: &str = "XDR_PROGRAM_ORDER";
const TENANT: &str = "XDR_PROGRAM_TENANT";
const KEY: &str = "XDR_PROGRAM_KEY";
/// Whether to log everything to standard error.
const LOGS: &str = "XDR_PROGRAM_LOGS";
/// The exit code after a second Ctrl-C.
#[cfg(unix)]
pub(crate) const LEFT: i32 = 9;
/// The message after the first Ctrl-C.
#[cfg(unix)]
pub(crate) const STOPPING: &str = "stopping";
const DEADLINE: Duration = Duration::from_secs(3600);

/// What the program does.
#[derive(Debug, Clone)]
pub(crate) enum Job {
    Scan,
    Follow(String),
    Cancel(String),
}

/// The program with this client. The key is a standard key unless `advanced` is set.
pub(crate) fn program(kind: Kind, job: &Job, tenant: &str, key: &str, advanced: bool) -> Command {
    let this = std::env::current_exe().expect("a test is a program");
    let test = concat!(module_path!(), "::does_what_its_order_says");
    // The first part of the path is the crate.
    let test = test.split_once("::").map_or(test, |(_, test)| test);
    let job = match job {
        Job::Scan => "scan -".to_owned(),
        Job::Follow(id) => format!("follow {id}"),
        Job::Cancel(id) => format!("cancel {id}"),
    };
    let key_kind = if advanced { "advanced" } else { "standard" };
    let mut command = Command::new(this);
    command.args(["--ignored", "--exact", test, "--nocapture", "--test-threads", "1"]);
    command.env(ORDER, format!("{kind:?} {job} {key_kind}")).env(TENANT, tenant).env(KEY, key);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The same program, with all logs except the documented one.
pub(crate) fn with_logs(mut command: Command) -> Command {
    command.env(LOGS, "all").env("RUST_BACKTRACE", "full");
    command
}

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        // The documentation of `xdr-blocking` says that this target shows keys and must not be enabled.
        !metadata.target().starts_with(crate::secrets_logs::DOCUMENTED)
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            eprintln!("{} {}: {}", record.level(), record.target(), record.args());
        }
    }

    fn flush(&self) {}
}

#[test]
#[ignore = "started by other tests, as a process of its own"]
fn does_what_its_order_says() {
    let Ok(order) = std::env::var(ORDER) else { return };
    if std::env::var_os(LOGS).is_some() {
        log::set_logger(&Logger)
            .map(|()| log::set_max_level(log::LevelFilter::Trace))
            .expect("it is the only one");
    }
    let words: Vec<_> = order.split(' ').collect();
    let ended = if words[0] == "Async" { other(&words) } else { blocking(&words) };
    match ended {
        Ok(ended) => println!("\nended {ended}"),
        Err(error) => println!("\nerror {error}\n{error:?}"),
    }
    std::process::exit(0)
}

fn tenant_and_key(kind: &str) -> Result<(Tenant, Credentials), Error> {
    let variable = |name| std::env::var(name).expect("it is set");
    let (tenant, key) = (Tenant::loopback(&variable(TENANT))?, variable(KEY));
    let credentials = match kind {
        "advanced" => Credentials::advanced("1", &key),
        _ => Credentials::standard("1", &key),
    };
    Ok((tenant, credentials.map_err(Error::from)?))
}

fn id(text: &str) -> ActionId {
    text.parse().expect("an id")
}

fn polling() -> Polling {
    let millis = Duration::from_millis;
    Polling::within(DEADLINE).with_pauses(millis(10), millis(20), millis(50))
}

fn tell(progress: impl Debug) {
    println!("\nprogress {progress:?}");
}

fn told<F: Flow<Progress: Debug>>(mut run: xdr_blocking::Run<F>) -> F::Output {
    run.by_ref().for_each(tell);
    run.finish()
}

async fn told_later<F: Flow<Progress: Debug>>(mut run: xdr_async::Run<F>) -> F::Output {
    while let Some(progress) = run.next().await {
        tell(progress);
    }
    run.finish().await
}

/// The first Ctrl-C ends the waiting, and the second one ends the program.
#[cfg(unix)]
fn interrupt(stop: &Stop, pressed: &mut bool) {
    if *pressed {
        std::process::exit(LEFT);
    }
    *pressed = true;
    stop.stop();
    // This does not use standard output, because a reader that has stopped reading must not block the program.
    eprintln!("{STOPPING}");
}

fn blocking(words: &[&str]) -> Result<String, Error> {
    let (tenant, credentials) = tenant_and_key(words[3])?;
    let stop = Stop::new();
    #[cfg(unix)]
    {
        let (stop, mut pressed) = (stop.clone(), false);
        ctrlc::set_handler(move || interrupt(&stop, &mut pressed)).expect("the signal can be handled");
    }
    let client = xdr_blocking::Client::new(tenant, credentials)?.until(&stop);
    match words[1] {
        "scan" => told(client.run(Scan::all(), polling())?).map(|ended| format!("{ended:?}")),
        "follow" => told(client.follow(id(words[2]), polling())).map(|ended| format!("{ended:?}")),
        _ => {
            let run = client.start(client.session().cancel_action(id(words[2])));
            told(run).map(|ended| format!("{ended:?}"))
        }
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn other(words: &[&str]) -> Result<String, Error> {
    let (tenant, credentials) = tenant_and_key(words[3])?;
    let stop = Stop::new();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let (stop, mut pressed) = (stop.clone(), false);
        let mut signals = signal(SignalKind::interrupt()).expect("the signal can be handled");
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                interrupt(&stop, &mut pressed);
            }
        });
    }
    let client = xdr_async::Client::new(tenant, credentials)?.until(&stop);
    match words[1] {
        "scan" => told_later(client.run(Scan::all(), polling())?).await.map(|ended| format!("{ended:?}")),
        "follow" => {
            told_later(client.follow(id(words[2]), polling())).await.map(|ended| format!("{ended:?}"))
        }
        _ => {
            let run = client.start(client.session().cancel_action(id(words[2])));
            told_later(run).await.map(|ended| format!("{ended:?}"))
        }
    }
}
