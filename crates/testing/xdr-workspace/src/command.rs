//! Runs other programs.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The cargo that runs this program, in `folder`.
pub fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(folder);
    command
}

/// Runs a command whose failure is a verdict, and gives back all it said.
///
/// # Errors
/// When it cannot be run.
pub fn output(command: &mut Command) -> Result<Output, Box<dyn Error>> {
    let output = command.stdin(Stdio::null()).output();
    output.map_err(|error| format!("{}: {error}", command.get_program().display()).into())
}

/// Runs a command that must succeed, and gives back what it printed.
///
/// # Errors
/// When it cannot be run or fails; the message holds all it said.
pub fn succeed(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = output(command)?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    Err(format!("{command:?} failed ({}):\n{}", output.status, said(&output)).into())
}

/// Both outputs: programs print on the one and complain on the other.
pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}
