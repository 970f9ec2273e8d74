//! The command `xdr`; `xdr --help` says what it does.

use std::process::ExitCode;

use xdr_cli::Run;

fn main() -> ExitCode {
    match Run::begin() {
        Ok(run) => run.finish(),
        Err(code) => code,
    }
}
