//! Generates Python classes, type-checks them and runs them, with valid and invalid literals.

use std::error::Error;
use std::fs;
use std::path::Path;

use xdr_workspace::{output, succeed};

use super::table::Row;
use super::tools::Tools;
use super::typed::{marked, schema_files};

/// Limitations of the tools that the table does not show.
pub(super) const NOTE: &str = "\
The types of two tools cannot express all rules. openapi-python-client ignores minItems: an empty list is found only if
the output of its classes is validated, as here and as described in schemas/README.md. Its reader drops unknown keys.
mypy does not find an empty list in the classes of datamodel-code-generator, but the classes refuse it at run time.";

/// Checks the classes of both generators: first with mypy, then with a program that builds the literals.
///
/// # Errors
/// If a generator fails, or if mypy or Python cannot be run.
pub(super) fn check(tools: &Tools, schemas: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let models = |folder: &Path| pydantic_models(tools, schemas, &folder.join("models"));
    let client = |folder: &Path| attrs_client(tools, schemas, &folder.join("client"));
    let mut rows = Vec::new();
    rows.extend(type_check_and_run(tools, schemas, "datamodel-code-generator", models, &[])?);
    // This generator writes redundant casts. They are not type errors.
    let casts = ["--disable-error-code", "redundant-cast"];
    rows.extend(type_check_and_run(tools, schemas, "openapi-python-client", client, &casts)?);
    Ok(rows)
}

/// The options of datamodel-code-generator. Enums become `Literal` types, so mypy checks the values in literals.
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
