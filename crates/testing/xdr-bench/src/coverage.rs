//! Measures the test coverage of the model and of the clients.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use xdr_workspace::{root, succeed};

use super::figure::Figures;
use super::suite::locked;

const TOOL: (&str, &str) = ("cargo-llvm-cov", "0.9.1");
/// The packages whose tests are run.
const PACKAGES: [&str; 5] = ["xdr-model", "xdr-blocking", "xdr-async", "xdr-conformance", "xdr-cli"];
/// The end of the path of a source file that contains only test code.
const TEST_ONLY: &str = "/samples.rs";

/// Returns the percentage of executable lines that the tests run. Unit tests inside the source files do not count.
///
/// # Errors
/// If the tool cannot be installed or run, or if a test fails.
pub(super) fn run(scratch: &Path) -> Result<Figures, Box<dyn Error>> {
    let report = measure(scratch, &install(scratch)?)?;
    let mut figures = Figures::new();
    for (name, crates) in
        [("coverage-model", &["xdr-model"][..]), ("coverage-clients", &["xdr-blocking", "xdr-async"])]
    {
        let percent = percent(&report, |file| is_source(file, crates), |file| Ok(fs::read_to_string(file)?))?;
        figures.insert(name.to_owned(), percent.ok_or("the report names none of the sources")?);
    }
    Ok(figures)
}

/// Installs the tool into the scratch folder, unless it is already installed there.
fn install(scratch: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let (name, version) = TOOL;
    let tools = scratch.join("tools");
    succeed(Command::new("rustup").args(["component", "add", "llvm-tools"]))?;
    let mut command = locked(&root(), &["install", name, "--version", version, "--quiet", "--root"]);
    succeed(command.arg(&tools).env("CARGO_TARGET_DIR", scratch.join("tools-target")))?;
    Ok(tools.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// Returns the report in lcov format.
fn measure(scratch: &Path, tool: &Path) -> Result<String, Box<dyn Error>> {
    let report = scratch.join("coverage.lcov");
    let mut command = Command::new(tool);
    command.current_dir(root()).args(["llvm-cov", "--locked", "--all-features", "--lcov", "--output-path"]);
    command.arg(&report).env("CARGO_LLVM_COV_TARGET_DIR", scratch.join("coverage-target"));
    command.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    succeed(&mut command)?;
    Ok(fs::read_to_string(report)?)
}

fn is_source(file: &str, crates: &[&str]) -> bool {
    let file = file.replace('\\', "/");
    crates.iter().any(|name| file.contains(&format!("/{name}/src/"))) && !file.ends_with(TEST_ONLY)
}

/// Returns the percentage of lines that were run in the `wanted` files of a report in lcov format.
fn percent(
    report: &str,
    wanted: impl Fn(&str) -> bool,
    read: impl Fn(&str) -> Result<String, Box<dyn Error>>,
) -> Result<Option<f64>, Box<dyn Error>> {
    let (mut run, mut all, mut end) = (0_u32, 0_u32, 0);
    for line in report.lines() {
        if let Some(file) = line.strip_prefix("SF:") {
            end = if wanted(file) { end_of_code(&read(file)?) } else { 0 };
        } else if let Some((number, times)) = line.strip_prefix("DA:").and_then(|line| line.split_once(','))
            && number.parse::<usize>()? < end
        {
            all += 1;
            run += u32::from(!times.starts_with('0'));
        }
    }
    // Rounds down to a hundredth, so that no figure reaches its minimum by rounding.
    Ok((all > 0).then(|| (f64::from(run) * 10_000.0 / f64::from(all)).floor() / 100.0))
}

/// Returns the number of the line where the tests of a file begin. The tests are at the end of the file.
fn end_of_code(text: &str) -> usize {
    let tests = text.lines().position(|line| line == "mod tests {");
    tests.map_or(usize::MAX, |line| line + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_of_the_crates_counts() {
        let report = "SF:/a/src/x.rs\nDA:1,3\nDA:2,0\nDA:3,10\nDA:5,0\nDA:6,9\nend_of_record\n\
            SF:/a/tests/x.rs\nDA:1,0\nend_of_record\n";
        let read = |_: &str| Ok("1\n2\n3\n#[cfg(test)]\nmod tests {\n6\n}\n".to_owned());
        let of = |name: &str| percent(report, |file| is_source(file, &[name]), read).expect("a good report");
        assert_eq!((of("a"), of("b")), (Some(66.66), None));
        assert!(!is_source("/a/src/error/samples.rs", &["a"]));
    }
}
