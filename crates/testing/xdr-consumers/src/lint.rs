//! Checks the OpenAPI document with a linter.

use std::error::Error;
use std::path::Path;

use serde_json::Value;
use xdr_workspace::output;

use super::table::Row;
use super::tools::Tools;

/// Runs the recommended rules. Every error and every warning is a disagreement.
///
/// # Errors
/// If the linter cannot be run.
pub(super) fn check(tools: &Tools, schemas: &Path) -> Result<Row, Box<dyn Error>> {
    let mut command = tools.npm_command("@redocly/cli/bin/cli.js");
    command.arg("lint").arg(schemas.join("openapi.json")).args(["--extends=recommended", "--format=json"]);
    // Disables telemetry and the check for updates.
    command.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    let said = output(&mut command)?;
    let report: Value = serde_json::from_slice(&said.stdout)
        .map_err(|error| format!("redocly: {error}: {}", String::from_utf8_lossy(&said.stderr)))?;
    let problems = report["problems"].as_array().cloned().unwrap_or_default();
    Ok(Row {
        check: "openapi.json, recommended rules",
        tool: "@redocly/cli".into(),
        version: tools.npm_version("@redocly/cli")?,
        cases: 1,
        disagreements: problems
            .iter()
            .map(|problem| format!("{} {}", problem["ruleId"], problem["message"]))
            .collect(),
    })
}
