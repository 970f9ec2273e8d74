//! An input that breaks a promise.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};

use xdr_fuzz::Target;

thread_local! {
    /// The message of the last panic of this thread, with its place.
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// An input and what it breaks.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) input: Vec<u8>,
    pub(crate) message: String,
}

/// Keeps the messages of panics instead of printing them.
pub(crate) fn listen() {
    panic::set_hook(Box::new(|panicked| {
        MESSAGE.with_borrow_mut(|message| {
            let place = panicked.location().map(ToString::to_string).unwrap_or_default();
            *message = format!("{place}: {}", text_of(panicked.payload()));
        });
    }));
}

fn text_of(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or(payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without words")
}

/// Runs a target on an input: the message if it panics.
pub(crate) fn run(target: Target, input: &[u8]) -> Result<(), String> {
    // A target keeps nothing between two runs, so nothing can be left half done.
    panic::catch_unwind(AssertUnwindSafe(|| target.1(input))).map_err(|_| MESSAGE.take())
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  b\"{}\"", self.message, self.input.escape_ascii())
    }
}
