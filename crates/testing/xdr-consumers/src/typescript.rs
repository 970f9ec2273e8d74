//! Generates TypeScript types and compiles them with valid and invalid literals.

use std::error::Error;
use std::fs;
use std::path::Path;

use xdr_workspace::{output, succeed};

use super::table::Row;
use super::tools::Tools;
use super::typed::{marked, schema_files};

const TSC: &[&str] =
    &["typescript/bin/tsc", "--strict", "--noEmit", "--module", "nodenext", "--target", "es2022"];

/// Checks the types of both generators with the same literals.
///
/// # Errors
/// If a generator fails, or if the compiler cannot be run.
pub(super) fn check(tools: &Tools, schemas: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let from_schemas = |folder: &Path| {
        schema_files(schemas)?.iter().try_for_each(|(name, file)| {
            let mut command = tools.npm_command("json-schema-to-typescript/dist/src/cli.js");
            succeed(command.arg(file).arg(folder.join(format!("{name}.ts")))).map(drop)
        })
    };
    let from_openapi = |folder: &Path| {
        // Without the flag, the types allow empty lists.
        let mut command = tools.npm_command("openapi-typescript/bin/cli.js");
        command.arg(schemas.join("openapi.json")).args(["--array-length", "--output"]);
        succeed(command.arg(folder.join("openapi.ts"))).map(drop)
    };
    Ok(vec![
        compile(tools, "json-schema-to-typescript", from_schemas)?,
        compile(tools, "openapi-typescript", from_openapi)?,
    ])
}

fn compile(
    tools: &Tools,
    generator: &str,
    generate: impl Fn(&Path) -> Result<(), Box<dyn Error>>,
) -> Result<Row, Box<dyn Error>> {
    let folder = tools.empty_folder(&format!("generated/{generator}"))?;
    generate(&folder)?;
    fs::copy(tools.path(&format!("types/request-{generator}.ts")), folder.join("request.ts"))?;
    let literals = folder.join("literals.ts");
    fs::copy(tools.path("types/literals.ts"), &literals)?;

    let mut files =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    files.sort();
    let mut command = tools.npm_command(TSC[0]);
    let said = output(command.args(&TSC[1..]).args(files))?;
    let said_text = String::from_utf8_lossy(&said.stdout);
    let mut disagreements: Vec<String> =
        said_text.lines().filter(|line| line.contains("error TS")).map(Into::into).collect();
    if !said.status.success() && disagreements.is_empty() {
        disagreements.push(String::from_utf8_lossy(&said.stderr).into());
    }
    Ok(Row {
        check: "tsc --strict on types and literals",
        tool: generator.into(),
        version: tools.npm_version(generator)?,
        cases: marked(&literals)?,
        disagreements,
    })
}
