//! Checks the OpenAPI document against a running server: schemathesis sends requests to the simulator.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use xdr_workspace::{cargo, output, root, succeed};

use super::table::Row;
use super::tools::Tools;

/// The checks that the tool runs. The list is explicit, so an update of the tool does not add or remove a check.
/// `not_a_server_error` is not in the list, because 500 is a documented status that can also mean "no endpoint was
/// found".
const CHECKS: &str =
    "status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method";

/// A simulated tenant, the key in the requests, and the test phases of the tool.
struct Tenant {
    flags: &'static [&'static str],
    key: &'static str,
    phases: &'static str,
}

const WORKING: Tenant =
    Tenant { flags: &["--rate-limit=0"], key: "demo", phases: "examples,coverage,fuzzing" };

/// Tenants that work, and one tenant for each kind of failure. Together, they return all documented statuses.
const TENANTS: [Tenant; 7] = [
    WORKING,
    Tenant { flags: &["--rate-limit=0", "--integer-ids", "--created", "--offline=50%"], ..WORKING },
    Tenant { key: "wrong", phases: "examples,coverage", ..WORKING },
    Tenant { flags: &["--rate-limit=0", "--no-license"], phases: "examples,coverage", ..WORKING },
    Tenant { flags: &["--rate-limit=0", "--no-permission"], phases: "examples,coverage", ..WORKING },
    Tenant { flags: &["--rate-limit=1"], phases: "examples,coverage", ..WORKING },
    // This tenant answers every request with 500, even one with an unsupported method. The tool therefore sends only
    // the documented examples.
    Tenant { flags: &["--outage"], phases: "examples", ..WORKING },
];

/// The path and the status of a reply.
type Reply = (String, u64);

/// Checks that every reply is as documented, and that every operation returns each of its documented statuses.
///
/// # Errors
/// If the simulator or the tool cannot be run.
pub(super) fn check(tools: &Tools, schemas: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let openapi = schemas.join("openapi.json");
    let program = build()?;
    let (mut cases, mut disagreements, mut reached) = (0, Vec::new(), BTreeSet::new());
    for tenant in &TENANTS {
        let running = Simulator::start(&program, tenant)?;
        let (replies, complaints) = try_out(tools, &openapi, tenant, &running.url)?;
        cases += replies.len();
        reached.extend(replies);
        disagreements.extend(complaints);
    }
    let documented = documented(&openapi)?;
    let missed =
        documented.difference(&reached).map(|(path, status)| format!("{path} never returned {status}"));
    let version = tools.pip_version("schemathesis")?;
    let row = |check, cases, disagreements| {
        let (tool, version) = ("schemathesis".to_owned(), version.clone());
        Row { check, tool, version, cases, disagreements }
    };
    Ok(vec![
        row("replies of xdr-sim by openapi.json", cases, disagreements),
        row("documented statuses reached", documented.len(), missed.collect()),
    ])
}

/// Builds the simulator and returns its path. It is in the folder of this program.
fn build() -> Result<PathBuf, Box<dyn Error>> {
    let mut command = cargo(&root());
    succeed(command.args(["build", "--quiet", "--package", "xdr-sim", "--bin", "xdr-sim"]))?;
    Ok(std::env::current_exe()?.with_file_name(format!("xdr-sim{}", std::env::consts::EXE_SUFFIX)))
}

/// A running simulator. It is stopped when the value is dropped.
struct Simulator {
    process: Child,
    url: String,
}

impl Simulator {
    fn start(program: &Path, tenant: &Tenant) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0"]).args(tenant.flags).stdout(Stdio::piped());
        let mut running = Self { process: command.spawn()?, url: String::new() };
        let mut line = String::new();
        let out = running.process.stdout.take().ok_or("the simulator has an output")?;
        BufReader::new(out).read_line(&mut line)?;
        running.url =
            line.trim().strip_prefix("listening on ").ok_or("the first line names the address")?.into();
        Ok(running)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // `kill` fails if the process has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the tool on one tenant. Returns the replies and the complaints of the tool.
fn try_out(
    tools: &Tools,
    openapi: &Path,
    tenant: &Tenant,
    url: &str,
) -> Result<(Vec<Reply>, Vec<String>), Box<dyn Error>> {
    let report = tools.path("schemathesis.har");
    let mut command = tools.python("schemathesis");
    command.arg("run").arg(openapi).args(["--url", url, "--checks", CHECKS, "--phases", tenant.phases]);
    command.args(["-H", &format!("Authorization: {}", tenant.key), "-H", "x-xdr-auth-id: 1"]);
    command.args(["--max-examples=100", "--seed=1", "--continue-on-failure", "--warnings=off", "--no-color"]);
    command.arg("--report-har-path").arg(&report);
    // Removes the report of an earlier run.
    let _ = fs::remove_file(&report);
    let said = output(&mut command)?;
    let replies = replies(&report).unwrap_or_default();
    if said.status.success() && !replies.is_empty() {
        return Ok((replies, Vec::new()));
    }
    let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    Ok((replies, vec![format!("with {:?}:\n{text}", tenant.flags)]))
}

/// Reads the replies in a report in HTTP Archive format.
fn replies(report: &Path) -> Result<Vec<Reply>, Box<dyn Error>> {
    let report: Value = serde_json::from_slice(&fs::read(report)?)?;
    let entries = report["log"]["entries"].as_array().ok_or("the report has entries")?;
    let reply = |entry: &Value| {
        let url = entry["request"]["url"].as_str()?;
        // For example http://127.0.0.1:4711/path
        let path = url.splitn(4, '/').nth(3)?;
        Some((format!("/{path}"), entry["response"]["status"].as_u64()?))
    };
    Ok(entries.iter().filter_map(reply).collect())
}

/// Returns every path with each of its documented statuses.
fn documented(openapi: &Path) -> Result<BTreeSet<Reply>, Box<dyn Error>> {
    let document: Value = serde_json::from_slice(&fs::read(openapi)?)?;
    let paths = document["paths"].as_object().ok_or("the document has paths")?;
    let statuses = |path: &Value| -> Vec<u64> {
        let responses = path["post"]["responses"].as_object();
        responses.into_iter().flat_map(|all| all.keys()).filter_map(|status| status.parse().ok()).collect()
    };
    Ok(paths
        .iter()
        .flat_map(|(path, item)| statuses(item).into_iter().map(|status| (path.clone(), status)))
        .collect())
}
