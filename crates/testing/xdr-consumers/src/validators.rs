//! Compares the verdicts of five validators in three languages and of the Rust rules on every document.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use xdr_model::StartedAction;
use xdr_model::registry::OPERATIONS;
use xdr_workspace::succeed;

use super::case::{Case, judge};
use super::table::Row;
use super::tools::Tools;

const CHECK: &str = "verdicts on documents";

/// Runs all validators on the examples and on the generated documents.
///
/// # Errors
/// If a validator cannot be run, or if it refuses a schema.
pub(super) fn compare(
    tools: &Tools,
    schemas: &Path,
    examples: &[Case],
    generated: &[Case],
) -> Result<Vec<Row>, Box<dyn Error>> {
    let cases = &[examples, generated].concat();
    let file = tools.path("cases.ndjson");
    let lines = cases.iter().map(|case| {
        let Case { schema, text, valid, about } = case;
        json!({"schema": schema, "text": text, "valid": valid, "rule": about}).to_string() + "\n"
    });
    fs::write(&file, lines.collect::<String>())?;
    let foreign = |mut command: Command, program: &str| -> Result<Vec<bool>, Box<dyn Error>> {
        read_verdicts(&succeed(command.arg(program).arg(schemas).arg(&file))?)
    };
    let python = || tools.python("python");
    Ok(vec![
        row("ajv", tools.npm_version("ajv")?, cases, &foreign(tools.node(), "ajv.mjs")?),
        row(
            "@hyperjump/json-schema",
            tools.npm_version("@hyperjump/json-schema")?,
            cases,
            &foreign(tools.node(), "hyperjump.mjs")?,
        ),
        row(
            "jsonschema (Python)",
            tools.pip_version("jsonschema")?,
            cases,
            &foreign(python(), "validate_jsonschema.py")?,
        ),
        row(
            "fastjsonschema",
            tools.pip_version("fastjsonschema")?,
            cases,
            &foreign(python(), "validate_fastjsonschema.py")?,
        ),
        row("jsonschema (Rust)", locked_version("jsonschema"), cases, &rust_schemas(schemas, cases)?),
        rules(examples),
    ])
}

fn read_verdicts(lines: &str) -> Result<Vec<bool>, Box<dyn Error>> {
    let verdict = |line| match line {
        "valid" => Ok(true),
        "invalid" => Ok(false),
        other => Err(format!("neither valid nor invalid: {other}").into()),
    };
    lines.lines().map(verdict).collect()
}

/// Compares the verdicts of a tool with the correct ones. Missing verdicts are disagreements.
fn row(tool: &str, version: String, cases: &[Case], verdicts: &[bool]) -> Row {
    let mut disagreements: Vec<_> = cases
        .iter()
        .zip(verdicts)
        .filter(|(case, verdict)| case.valid != **verdict)
        .map(|(case, _)| disagreement(case))
        .collect();
    if verdicts.len() != cases.len() {
        disagreements.push(format!("{} verdicts on {} documents", verdicts.len(), cases.len()));
    }
    Row { check: CHECK, tool: tool.into(), version, cases: cases.len(), disagreements }
}

fn disagreement(case: &Case) -> String {
    let right = if case.valid { "valid" } else { "invalid" };
    let line = case.text.replace(['\n', '\r', '\t'], " ");
    format!("{} ({}) should be {right}: {line}", case.schema, case.about)
}

fn rust_schemas(schemas: &Path, cases: &[Case]) -> Result<Vec<bool>, Box<dyn Error>> {
    let mut validators = HashMap::new();
    let mut verdicts = Vec::with_capacity(cases.len());
    for Case { schema, text, .. } in cases {
        if !validators.contains_key(schema) {
            let read = fs::read(schemas.join(format!("{schema}.schema.json")))?;
            let compiled = jsonschema::draft202012::new(&serde_json::from_slice(&read)?);
            validators.insert(schema, compiled.map_err(|error| error.to_string())?);
        }
        verdicts.push(validators[schema].is_valid(&serde_json::from_str::<Value>(text)?));
    }
    Ok(verdicts)
}

/// Checks the Rust rules on the examples only. The verdicts of the generated documents come from these rules.
fn rules(examples: &[Case]) -> Row {
    let judged: Vec<_> = examples.iter().filter_map(|case| Some((case.clone(), verdict(case)?))).collect();
    let (cases, verdicts): (Vec<_>, Vec<_>) = judged.into_iter().unzip();
    row("the Rust rules, on the examples", env!("CARGO_PKG_VERSION").into(), &cases, &verdicts)
}

/// Returns the verdict of the Rust rules on a request or on a saved document. A valid reply must be readable. An
/// invalid reply has no verdict, because the readers are tolerant.
fn verdict(case: &Case) -> Option<bool> {
    let text = &case.text;
    let answered = OPERATIONS.iter().find(|operation| operation.reply_schema() == case.schema);
    let readable = match (answered, case.schema.as_str()) {
        _ if !case.valid => None,
        (Some(operation), _) => Some(operation.read_reply(text.as_bytes()).is_ok()),
        (None, "started-action") => Some(serde_json::from_str::<StartedAction>(text).is_ok()),
        (None, _) => None,
    };
    judge(&case.schema, text).map(|verdict| verdict.is_ok()).or(readable)
}

/// Returns the version of a crate in `Cargo.lock`.
fn locked_version(name: &str) -> String {
    let lock = include_str!("../../../../Cargo.lock");
    let entry = format!("name = \"{name}\"\nversion = \"");
    let version = lock.split_once(&entry).and_then(|(_, rest)| rest.split('"').next());
    version.unwrap_or("?").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(text: &str, valid: bool) -> Case {
        Case { schema: "scan-request".into(), text: text.into(), valid, about: "a test".into() }
    }

    #[test]
    fn another_verdict_is_a_disagreement_and_so_is_none() {
        let cases = [case("1", false), case("2", true)];
        let disagreements = |verdicts: &[bool]| row("a tool", "1".into(), &cases, verdicts).disagreements;
        assert_eq!(disagreements(&[false, true]), [""; 0]);
        assert_eq!(disagreements(&[false, false]), ["scan-request (a test) should be valid: 2"]);
        assert_eq!(disagreements(&[false]), ["1 verdicts on 2 documents"]);
    }

    #[test]
    fn only_two_words_are_verdicts() {
        assert_eq!(read_verdicts("valid\ninvalid\n").ok(), Some(vec![true, false]));
        assert!(read_verdicts("valid\nTypeError\n").is_err());
    }

    #[test]
    fn an_example_that_is_named_wrongly_is_a_disagreement() {
        let all = r#"{"request_data":{"filters":"all"}}"#;
        assert_eq!(rules(&[case(all, true)]).disagreements.len(), 0);
        assert_eq!(rules(&[case(all, false)]).disagreements.len(), 1);
    }

    #[test]
    fn the_version_of_a_crate_is_the_locked_one() {
        assert!(locked_version("jsonschema").starts_with(|first: char| first.is_ascii_digit()));
    }
}
