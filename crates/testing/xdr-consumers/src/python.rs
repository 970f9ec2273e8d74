//! Classes for Python, generated, type-checked and run with right and with wrong literals.

use std::error::Error;
use std::fs;
use std::path::Path;

use xdr_workspace::{output, succeed};

use super::table::Row;
use super::tools::Tools;
use super::typed::{marked, schema_files};

/// What the table does not show.
pub(super) const NOTE: &str = "\
What the types of two tools cannot say: openapi-python-client knows no minItems, so an empty list is refused only when
what its classes write is validated, as schemas/README.md says and as it is done here, and its reader drops unknown
keys; the classes of datamodel-code-generator refuse an empty list at run time, not by mypy.";

/// Both generators: first mypy, then the program that builds the literals.
///
/// # Errors
/// When a generator fails, or mypy or Python cannot be run.
pub(super) fn check(tools: &Tools, schemas: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let models = |folder: &Path| pydantic_models(tools, schemas, &folder.join("models"));
    let client = |folder: &Path| attrs_client(tools, schemas, &folder.join("client"));
    let mut rows = Vec::new();
    rows.extend(type_check_and_run(tools, schemas, "datamodel-code-generator", models, &[])?);
    // Casts that change nothing are this generator's style, and no type error.
    let casts = ["--disable-error-code", "redundant-cast"];
    rows.extend(type_check_and_run(tools, schemas, "openapi-python-client", client, &casts)?);
    Ok(rows)
}

/// Words become Literal types, so that mypy checks them where they are written.
const PYDANTIC: &[&str] = &[
    "--input-file-type=jsonschema",
    "--output-model-type=pydantic_v2.BaseModel",
    "--target-python-version=3.11",
    "--use-annotated",
    "--field-constraints",
    "--enum-field-as-literal=all",
    "--collapse-root-models",
    "--disable-timestamp",
    "--formatters=builtin",
];

fn pydantic_models(tools: &Tools, schemas: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("__init__.py"), "")?;
    for (name, file) in schema_files(schemas)? {
        let module = folder.join(format!("{}.py", name.replace('-', "_")));
        let mut command = tools.python("datamodel-codegen");
        succeed(command.args(PYDANTIC).arg("--input").arg(file).arg("--output").arg(module))?;
    }
    Ok(())
}

fn attrs_client(tools: &Tools, schemas: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut command = tools.python("openapi-python-client");
    command
        .args(["generate", "--meta=none", "--fail-on-warning", "--path"])
        .arg(schemas.join("openapi.json"));
    command.arg("--config").arg(tools.path("types/openapi-python-client.yaml"));
    succeed(command.arg("--output-path").arg(folder)).map(drop)
}

fn type_check_and_run(
    tools: &Tools,
    schemas: &Path,
    generator: &str,
    generate: impl Fn(&Path) -> Result<(), Box<dyn Error>>,
    flags: &[&str],
) -> Result<[Row; 2], Box<dyn Error>> {
    let folder = tools.empty_folder(&format!("generated/{generator}"))?;
    generate(&folder)?;
    let literals = folder.join("literals.py");
    fs::copy(tools.path(&format!("types/literals_{}.py", generator.replace('-', "_"))), &literals)?;
    let version = tools.pip_version(generator)?;
    let row = |check, cases, disagreements| Row {
        check,
        tool: generator.into(),
        version: version.clone(),
        cases,
        disagreements,
    };
    let typed = type_check(tools, &folder, flags)?;
    let said = succeed(tools.python("python").arg(&literals).arg(schemas))?;
    let taken = said.lines().filter(|line| *line != "agreed").map(Into::into).collect();
    Ok([
        row("mypy --strict on classes and literals", marked(&literals)?, typed),
        row("the same classes at run time", said.lines().count(), taken),
    ])
}

fn type_check(tools: &Tools, folder: &Path, flags: &[&str]) -> Result<Vec<String>, Box<dyn Error>> {
    let mut command = tools.python("mypy");
    command.args(["--strict", "--no-color-output", "--cache-dir"]).arg(tools.path("mypy-cache"));
    let said = output(command.args(flags).arg(".").current_dir(folder))?;
    let text = String::from_utf8_lossy(&said.stdout);
    let mut errors: Vec<String> =
        text.lines().filter(|line| line.contains(": error:")).map(Into::into).collect();
    if !said.status.success() && errors.is_empty() {
        errors.push(text.into_owned() + &String::from_utf8_lossy(&said.stderr));
    }
    Ok(errors)
}
