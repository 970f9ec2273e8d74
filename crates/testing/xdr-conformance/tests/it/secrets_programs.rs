//! The output of the programs of this workspace.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use xdr_conformance::Kind;

use crate::program::{Job, program as program_of, with_logs};
use crate::secrets::Surface;
use crate::secrets_replies;
use crate::secrets_sought::KEY;

/// Ends the program, also when the test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// A program of the workspace that logs everything.
fn program(name: &str) -> Command {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let mut path = BUILT.get_or_init(build).join(name);
    path.set_extension(std::env::consts::EXE_EXTENSION);
    let mut command = Command::new(path);
    command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Builds the programs from the current sources, and returns their folder. After a build of the workspace, they are up
/// to date.
fn build() -> PathBuf {
    let test = std::env::current_exe().expect("a test is a program");
    let built = test.ancestors().nth(2).expect("it is in a folder of the build");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--locked", "-p", "xdr-sim", "-p", "xdr-cli", "--bins"]);
    cargo.arg("--manifest-path").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../Cargo.toml"));
    cargo.arg("--target-dir").arg(built.parent().expect("it is below the folder of all builds"));
    assert!(cargo.status().expect("cargo runs").success(), "the programs can be built");
    built.to_owned()
}

fn ran(name: String, command: &mut Command) -> Surface {
    let output = command.output().expect("a program can be run");
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Surface::new(name, out + &err)
}

/// The simulator, and two programs that use it: the command and a program with the async client.
pub(crate) fn programs() -> Vec<Surface> {
    let mut surfaces = Vec::new();
    for kind in [&[][..], &["--advanced"]] {
        let mut simulator = program("xdr-sim");
        simulator.args(["--listen", "127.0.0.1:0", "--time-scale", "100000", "--key", KEY]).args(kind);
        let mut running = Running(simulator.spawn().expect("a program can be run"));
        let mut out = BufReader::new(running.0.stdout.take().expect("it is piped"));
        let mut said = String::new();
        out.read_line(&mut said).expect("it says where it listens");
        let url = said.trim_end().rsplit(' ').next().expect("it ends with the address").to_owned();
        for job in [&["scan", "--all"][..], &["scan", "--all", "--json"], &["cancel", "7"]] {
            let name = format!("xdr {} {}", job.join(" "), kind.concat());
            let mut command = program("xdr");
            surfaces.push(ran(name, command.args(job).args(["--url", &url, "--key", KEY]).args(kind)));
        }
        // The first action of a simulated tenant.
        let first = u32::MAX.to_string();
        for job in [Job::Scan, Job::Follow(first), Job::Cancel("7".to_owned())] {
            surfaces.push(of_async_client(&job, &url, !kind.is_empty()));
        }
        drop(running.0.kill());
        out.read_to_string(&mut said).expect("text");
        let mut err = running.0.stderr.take().expect("it is piped");
        err.read_to_string(&mut said).expect("text");
        surfaces.push(Surface::new(format!("xdr-sim {}", kind.concat()), said));
    }
    for kind in [&[][..], &["--advanced"]] {
        // All endpoints have settled, so the command ends with the table of failures.
        let server = secrets_replies::echoing("EXPIRED");
        let mut command = program("xdr");
        command
            .args(["scan", "--all", "--url", &format!("http://{}", server.address()), "--key", KEY])
            .args(kind);
        let told =
            ran(format!("xdr scan of a tenant that sends the key back {}", kind.concat()), &mut command);
        assert!(told.shows("[REDACTED]") && told.shows("Not completed"), "the echo is shown without the key");
        surfaces.push(told);
    }
    let mut real = program("xdr");
    real.args(["scan", "--all", "--json"]).env("XDR_FQDN", KEY).env("XDR_API_KEY_ID", KEY);
    real.env("XDR_API_KEY", format!("{KEY}\n")).env("XDR_KEY_KIND", KEY);
    surfaces.push(ran("xdr with the key in every variable".to_owned(), &mut real));
    surfaces.push(of_async_client(&Job::Scan, KEY, false));
    surfaces
}

/// The output of a program with the async client, including all of its logs.
fn of_async_client(job: &Job, tenant: &str, advanced: bool) -> Surface {
    let name = format!("a program over the async client: {job:?} {advanced}");
    let surface = ran(name, &mut with_logs(program_of(Kind::Async, job, tenant, KEY, advanced)));
    assert!(surface.shows("ended ") || surface.shows("error "), "{} came to its end", surface.name);
    surface
}
