//! The command `xdr`: scan the endpoints of a Cortex XDR tenant, follow scans, and cancel them.
//!
//! This library is the program's own, so that its parts can be tested; its API follows the program and is not stable.
//! To write a program of your own start with `xdr-blocking` or `xdr-async`.
//!
//! | module | what it does |
//! |---|---|
//! | `args` | reads the command line |
//! | `job` | says what to do at the tenant |
//! | `target` | finds the tenant: a real one, what answers on this machine, or the simulated one of `xdr demo` |
//! | `run` | does one run, from its arguments to its exit code |
//! | `batches` | says how the batches of a scan stand |
//! | `found` | holds a list against the names that were asked for |
//! | `names` | knows the names of the endpoints of a report |
//! | `tracker` | keeps what is known of the action while a run goes on |
//! | `reporter` | passes on what happens: to the state file, to a person or to a program |
//! | `human` | writes for people, with `bar` for a terminal and the numbers of `poll_summary` |
//! | `machine` | writes for programs: `--json` |
//! | `output` | is the one place that writes |
//! | `interrupt` | handles Ctrl-C; `abandoned` says what may go on then |
//! | `next_step` | says how to go on with an action, and writes the commands for it |
//! | `state_file` | reads and writes the file of `--state` |
//! | `exit_code` | lists the exit codes |
//! | `logging` | writes what `RUST_LOG` asks for, except what shows keys |

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
