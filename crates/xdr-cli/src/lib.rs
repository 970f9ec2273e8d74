//! The command `xdr`: scan the endpoints of a Cortex XDR tenant, follow scans, and cancel them.
//!
//! This library exists so that the parts of the program can be tested. Its API changes with the program and is not
//! stable. To write your own program, use `xdr-blocking` or `xdr-async`.
//!
//! | module | what it does |
//! |---|---|
//! | `args` | reads the command line |
//! | `job` | describes what to do at the tenant |
//! | `target` | chooses the tenant: a real one, a server on this machine, or the simulated one of `xdr demo` |
//! | `run` | executes one run, from its arguments to its exit code |
//! | `batches` | summarises the batches of a scan |
//! | `found` | compares a list of endpoints with the names that were asked for |
//! | `names` | holds the host names of the endpoints of a report |
//! | `tracker` | records what is known of the action during a run |
//! | `reporter` | passes events on: to the state file, and to a person or a program |
//! | `human` | writes for people; `bar` draws the progress bar, and `poll_summary` counts |
//! | `machine` | writes for programs: `--json` |
//! | `output` | does all writing, except for logs and for the messages of clap |
//! | `interrupt` | handles Ctrl-C; `abandoned` writes the message of a second Ctrl-C |
//! | `next_step` | decides how a run can be continued, and writes the commands for it |
//! | `state_file` | reads and writes the file of `--state` |
//! | `exit_code` | maps outcomes to exit codes |
//! | `logging` | writes the logs that `RUST_LOG` selects, except those that show keys |

mod abandoned;
mod args;
mod bar;
mod batches;
mod exit_code;
mod found;
mod human;
mod interrupt;
mod job;
mod logging;
mod machine;
mod names;
mod next_step;
mod output;
mod poll_summary;
mod reporter;
mod run;
mod state_file;
mod state_lock;
mod target;
mod text;
mod tracker;

pub use args::Arguments;
pub use batches::BatchesOutcome;
pub use exit_code::{DryRun, Outcome, exit_code};
pub use found::Found;
pub use human::{Throughput, bar_lines, dry_run, plain_line, report};
pub use job::Job;
pub use machine::{Line, abandoned_line, json_line, last_line};
pub use names::Names;
pub use next_step::{Commands, NextStep};
pub use poll_summary::PollSummary;
pub use run::Run;
pub use target::Target;
pub use tracker::{TrackedAction, Tracker};
