//! The command `xdr`. For its options, see `xdr --help`.

use std::process::ExitCode;

use xdr_cli::Run;

fn main() -> ExitCode {
    match Run::begin() {
        Ok(run) => run.finish(),
        Err(code) => code,
    }
}
