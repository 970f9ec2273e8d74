//! What the two examples share: everything but the client.
//!
//! `scan_and_wait` and `scan_and_wait_async` are the same tool over the blocking and the async client. Each of them
//! is a dozen lines around its client; the rest is here, one concern a file:
//!
//! | file | concern |
//! |---|---|
//! | `args` | the command line |
//! | `target` | which tenant: the embedded simulator, what answers on this machine, or a real one |
//! | `run` | one run from its arguments to its exit code |
//! | `tracker` | what is known of the action while a run goes on |
//! | `human` | what a person reads |
//! | `machine` | what `--json` writes |
//! | `output` | the one place that writes |
//! | `interrupt` | what Ctrl-C does |
//! | `next_step` | how to go on with an action, and the commands for it |
//! | `state_file` | the file in which what is known of an action is kept |
//! | `exit_code` | the exit codes |
//! | `logging` | what `RUST_LOG` asks for, but for what shows keys |

mod args;
mod exit_code;
mod human;
mod interrupt;
mod logging;
mod machine;
mod next_step;
mod output;
mod run;
mod state_file;
mod target;
mod text;
mod tracker;

pub use args::{Arguments, Job, List, Selection, TimeArgument};
pub use exit_code::{Outcome, exit_code};
pub use human::{PollSummary, Screen, Throughput, bar_lines, plain_line, report};
pub use interrupt::Interrupt;
pub use machine::{Line, abandoned_line, json_line, last_line};
pub use next_step::{Commands, NextStep};
pub use run::Run;
pub use target::Target;
pub use tracker::{TrackedAction, Tracker};
