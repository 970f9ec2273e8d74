//! Runs the programs of `schemas/README.md`, both without changes and with other requests.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use xdr_workspace::succeed;

use super::table::Row;
use super::tools::Tools;

/// Filters, and the place of the first mistake that a program must print. The place is `None` if there is no mistake.
/// The first filters are those of the page.
const FILTERS: [(&str, Option<&str>); 12] = [
    (r#"[{"field":"hostname","operator":"in","value":[]}]"#, Some("/0/value")),
    (r#""all""#, None),
    (r#"[{"field":"last_seen","operator":"gte","value":1760000000000}]"#, None),
    ("[]", Some("")),
    (r#"[{"field":"hostname","operator":"eq","value":["a"]}]"#, Some("/0/operator")),
    (r#"[{"field":"hostname","operator":"in","value":"a"}]"#, Some("/0/value")),
    (r#"[{"field":"alias","operator":"in","value":["a",7]}]"#, Some("/0/value/1")),
    (r#"[{"field":"platform","operator":"in","value":["solaris"]}]"#, Some("/0/value/0")),
    (r#"[{"field":"last_seen","operator":"gte","value":1760000000}]"#, Some("/0/value")),
    (r#"[{"field":"alias","operator":"in","value":["a"]},{"field":"alias","operator":"in"}]"#, Some("/1")),
    (r#"[{"field":"hostname","operator":"in","value":["a"],"values":1}]"#, Some("/0")),
    (r#"[{"field":"colour","operator":"in","value":["a"]}]"#, Some("/0")),
];

/// A program that prints a line for each mistake in its request. The request is on the line `document = …`.
struct Program {
    tool: &'static str,
    version: String,
    text: String,
    file: PathBuf,
    command: Box<dyn Fn(&Path) -> Command>,
    /// Converts a JSON pointer to the notation of this tool.
    place: fn(&str) -> String,
}

/// Runs each program with all filters.
///
/// # Errors
/// If the page lacks a program, or if a program cannot be run.
pub(super) fn check(tools: &Tools, schemas: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let page = fs::read_to_string(schemas.join("README.md"))?;
    let python = snippet(&page, "python")?;
    let typescript = snippet(&page, "typescript")?;
    let mut programs = vec![Program {
        tool: "jsonschema",
        version: tools.pip_version("jsonschema")?,
        text: python.to_owned(),
        file: tools.empty_folder("generated/snippets-python")?.join("check.py"),
        command: {
            let python = tools.python("python").get_program().to_owned();
            Box::new(move |file| {
                let mut command = Command::new(&python);
                command.arg(file).env("PYTHONUTF8", "1");
                command
            })
        },
        place: |pointer| {
            let parts = pointer.split('/').skip(1).map(|part| match part.parse::<usize>() {
                Ok(index) => format!("[{index}]"),
                Err(_) => format!(".{part}"),
            });
            format!("${}", parts.collect::<String>())
        },
    }];
    for (tool, kind) in [("ajv, an ES module", "module"), ("ajv, CommonJS", "commonjs")] {
        let file = compile(tools, typescript, kind)?;
        programs.push(Program {
            tool,
            version: tools.npm_version("ajv")?,
            text: fs::read_to_string(&file)?,
            file,
            command: Box::new(|file| {
                let mut command = Command::new("node");
                command.arg(file);
                command
            }),
            place: str::to_owned,
        });
    }
    programs.into_iter().map(|program| run(&program, schemas)).collect()
}

/// Returns the program of the page in this language.
fn snippet<'p>(page: &'p str, language: &str) -> Result<&'p str, String> {
    let fence = format!("```{language}\n");
    let after = page.split_once(&fence).map(|(_, after)| after);
    let text = after.and_then(|after| after.split_once("\n```")).map(|(text, _)| text);
    text.ok_or_else(|| format!("schemas/README.md has no program in {language}"))
}

/// Compiles a TypeScript program for a package of this `type`. Returns the path of the JavaScript program.
fn compile(tools: &Tools, program: &str, kind: &str) -> Result<PathBuf, Box<dyn Error>> {
    let folder = tools.empty_folder(&format!("generated/snippets-{kind}"))?;
    fs::write(folder.join("package.json"), format!(r#"{{"type":"{kind}"}}"#))?;
    fs::write(folder.join("check.ts"), program)?;
    let mut command = tools.npm_command("typescript/bin/tsc");
    command.args(["--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"]);
    succeed(command.arg(folder.join("check.ts")))?;
    Ok(folder.join("check.js"))
}

/// Runs a program with each of the filters. The program reads the schemas from the current folder.
fn run(program: &Program, schemas: &Path) -> Result<Row, Box<dyn Error>> {
    let mut disagreements = Vec::new();
    for (number, (filters, mistake)) in FILTERS.iter().enumerate() {
        let text = if number == 0 { program.text.clone() } else { with_filters(&program.text, filters)? };
        fs::write(&program.file, text)?;
        let said = succeed((program.command)(&program.file).current_dir(schemas))?;
        let first = said.lines().next().unwrap_or_default();
        let is_right = match mistake {
            None => said.is_empty(),
            Some(place) => {
                let place = (program.place)(&format!("/request_data/filters{place}"));
                first.starts_with(&format!("{place} "))
            }
        };
        if !is_right {
            disagreements.push(format!("{filters}: {mistake:?}, but it prints {first:?}"));
        }
    }
    Ok(Row {
        check: "the programs of schemas/README.md",
        tool: program.tool.into(),
        version: program.version.clone(),
        cases: FILTERS.len(),
        disagreements,
    })
}

/// Replaces the filters in the request of a program. JSON without `null` and booleans is valid in each language.
fn with_filters(program: &str, filters: &str) -> Result<String, String> {
    let begin = program.find("document = ").ok_or("the program has no document")?;
    let end = program[begin..].find('\n').map_or(program.len(), |end| begin + end);
    let request = format!(r#"document = {{"request_data": {{"filters": {filters}}}}}"#);
    Ok([&program[..begin], &request, &program[end..]].concat())
}
