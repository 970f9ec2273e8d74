//! Functions that run other programs.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Returns a command for the cargo that runs this program. The command runs in `folder`.
pub fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(folder);
    command
}

/// Runs a command that may fail, and returns its status and output.
///
/// # Errors
/// If the command cannot be run.
pub fn output(command: &mut Command) -> Result<Output, Box<dyn Error>> {
    let output = command.stdin(Stdio::null()).output();
    output.map_err(|error| format!("{}: {error}", command.get_program().display()).into())
}

/// Runs a command that must succeed, and returns its standard output.
///
/// # Errors
/// If the command cannot be run or fails. The message contains all of its output.
pub fn succeed(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = output(command)?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    Err(format!("{command:?} failed ({}):\n{}", output.status, said(&output)).into())
}

/// Returns the standard output, followed by the standard error.
pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}
