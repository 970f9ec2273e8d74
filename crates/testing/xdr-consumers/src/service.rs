//! The OpenAPI document held against a server that speaks: schemathesis with the simulator.

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

/// Named, so that an update of the tool cannot add or drop one unseen. `not_a_server_error` is not among them:
/// 500 is documented, and also stands for "no endpoint was found".
const CHECKS: &str =
    "status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method";

/// A simulated tenant, the key that is sent to it, and how thoroughly it is tried.
struct Tenant {
    flags: &'static [&'static str],
    key: &'static str,
    phases: &'static str,
}

const WORKING: Tenant =
    Tenant { flags: &["--rate-limit=0"], key: "demo", phases: "examples,coverage,fuzzing" };

/// One that works, and one for each way not to; these are all documented statuses together.
const TENANTS: [Tenant; 7] = [
    WORKING,
    Tenant { flags: &["--rate-limit=0", "--integer-ids", "--created", "--offline=50%"], ..WORKING },
    Tenant { key: "wrong", phases: "examples,coverage", ..WORKING },
    Tenant { flags: &["--rate-limit=0", "--no-license"], phases: "examples,coverage", ..WORKING },
    Tenant { flags: &["--rate-limit=0", "--no-permission"], phases: "examples,coverage", ..WORKING },
    Tenant { flags: &["--rate-limit=1"], phases: "examples,coverage", ..WORKING },
    // It answers everything with 500, also methods that do not exist: only what is documented is sent.
    Tenant { flags: &["--outage"], phases: "examples", ..WORKING },
];

/// Path and status.
type Reply = (String, u64);

/// Every reply must be as documented, and every documented status must be met for every operation.
///
/// # Errors
/// When the simulator or the tool cannot be run.
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
        documented.difference(&reached).map(|(path, status)| format!("{path} never answered {status}"));
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

/// Builds the simulator and says where it is: beside this program.
fn build() -> Result<PathBuf, Box<dyn Error>> {
    let mut command = cargo(&root());
    succeed(command.args(["build", "--quiet", "--package", "xdr-sim", "--bin", "xdr-sim"]))?;
    Ok(std::env::current_exe()?.with_file_name(format!("xdr-sim{}", std::env::consts::EXE_SUFFIX)))
}

/// A running simulator, which ends with this value.
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
        // It fails when the process is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Lets the tool try one tenant; gives back the replies it got and what it has to complain about.
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
    // What an earlier run left must not be taken for this one's.
    let _ = fs::remove_file(&report);
    let said = output(&mut command)?;
    let replies = replies(&report).unwrap_or_default();
    if said.status.success() && !replies.is_empty() {
        return Ok((replies, Vec::new()));
    }
    let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    Ok((replies, vec![format!("with {:?}:\n{text}", tenant.flags)]))
}

/// The replies of a report in the HTTP Archive format.
fn replies(report: &Path) -> Result<Vec<Reply>, Box<dyn Error>> {
    let report: Value = serde_json::from_slice(&fs::read(report)?)?;
    let entries = report["log"]["entries"].as_array().ok_or("the report has entries")?;
    let reply = |entry: &Value| {
        let url = entry["request"]["url"].as_str()?;
        // http://127.0.0.1:4711/path
        let path = url.splitn(4, '/').nth(3)?;
        Some((format!("/{path}"), entry["response"]["status"].as_u64()?))
    };
    Ok(entries.iter().filter_map(reply).collect())
}

/// Every path with every status that the document has for it.
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
