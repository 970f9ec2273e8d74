//! Decides which Ctrl-C is the second one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A second Ctrl-C within this time does not count: nobody has read the message of the first one yet. Terminals repeat
/// keys, and some programs signal a process and its group. Neither means that the user wants to leave at once.
const ONE_SIGNAL: Duration = Duration::from_millis(500);

/// When Ctrl-C was first pressed. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals(Arc<Mutex<Option<Instant>>>);

/// What a Ctrl-C means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// The waiting must end.
    First,
    /// A repetition of the first press.
    Repeated,
    /// The program must end.
    Second,
}

impl Signals {
    /// Takes in a Ctrl-C that was pressed at this time.
    pub(crate) fn receive(&self, at: Instant) -> Signal {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *first {
            None => {
                *first = Some(at);
                Signal::First
            }
            // Counted from the first press, not from the last: continuous presses end the program, too.
            Some(first) if at.saturating_duration_since(first) < ONE_SIGNAL => Signal::Repeated,
            Some(_) => Signal::Second,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_repeats_is_one_press_and_who_presses_on_leaves() {
        let (signals, begin) = (Signals::default(), Instant::now());
        let press = |millis| signals.receive(begin + Duration::from_millis(millis));
        assert_eq!(press(1000), Signal::First);
        // With handlers on two threads, the later one can run first.
        assert_eq!([0, 1000, 1003, 1250, 1499].map(press), [Signal::Repeated; 5]);
        assert_eq!([1500, 1501, 9000].map(press), [Signal::Second; 3]);
    }
}
