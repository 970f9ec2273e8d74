//! What the two examples share: everything but the client.
//!
//! `scan_and_wait` and `scan_and_wait_async` are the same tool over the blocking and the async client. Each of them
//! is a dozen lines around its client; the rest is here, one concern a file:
//!
//! | file | concern |
//! |---|---|
//! | `arguments`, `selection`, `list`, `moment` | the command line, and which endpoints it means |
//! | `target` | which tenant: the embedded simulator, what answers on this machine, or a real one |
//! | `run` | one run from its arguments to its exit code |
//! | `screen`, `output`, `bar` | all that is printed, when, and by whom |
//! | `interrupt`, `press`, `known`, `left` | what Ctrl-C does, and all that is left then |
//! | `standing`, `pace`, `lines`, `report`, `failures`, `text` | what a person reads, as pure functions |
//! | `events`, `endings`, `json_line` | what `--json` writes |
//! | `way`, `commands` | how to go on with an action, and the commands for it |
//! | `logging` | what `RUST_LOG` asks for, but for what shows keys |
//! | `state` | the file in which what is known of an action is kept |
//! | `exit` | the exit codes |

mod arguments;
mod bar;
mod commands;
mod endings;
mod events;
mod exit;
mod failures;
mod interrupt;
mod json_line;
mod known;
mod left;
mod lines;
mod list;
mod logging;
mod moment;
mod output;
mod pace;
mod press;
mod report;
mod run;
mod screen;
mod selection;
mod standing;
mod state;
mod target;
mod text;
mod way;

pub use arguments::{Arguments, Job};
pub use commands::Commands;
pub use endings::{last_line, left_line};
pub use events::Line;
pub use exit::{Outcome, exit_code};
pub use interrupt::Interrupt;
pub use json_line::json_line;
pub use known::{Facts, Known};
pub use lines::{bar_lines, plain_line};
pub use list::List;
pub use moment::Moment;
pub use pace::Pace;
pub use report::report;
pub use run::Run;
pub use screen::Screen;
pub use selection::Selection;
pub use standing::Standing;
pub use target::Target;
pub use way::Way;
