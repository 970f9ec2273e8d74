//! The live progress bar of a terminal. It has a length only while the number of endpoints is known and not zero.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::poll_summary::PollSummary;
use crate::text::number;

const TEMPLATE: &str = "{spinner} {wide_bar:.cyan/dim}{prefix}  {elapsed_precise}\n{msg}";

/// An empty bar, without numbers.
pub(crate) fn new(target: ProgressDrawTarget) -> ProgressBar {
    let style = ProgressStyle::with_template(TEMPLATE).expect("the template is a constant");
    ProgressBar::with_draw_target(None, target)
        .with_style(style.progress_chars("━╸─"))
        .with_message("  waiting for the first answer")
}

/// Shows that the action has this many endpoints, and that none has settled.
pub(crate) fn begin(bar: &ProgressBar, expected: u64) {
    measure(bar, 0, expected, 0);
}

/// Shows the numbers of a poll. `below` is written under the bar.
pub(crate) fn show(bar: &ProgressBar, summary: &PollSummary, below: String) {
    measure(bar, summary.settled, summary.expected, summary.percent());
    match summary.expected {
        0 => bar.set_message("  the tenant has not named any endpoint yet"),
        _ => bar.set_message(below),
    }
}

/// Sets the numbers. The bar's own percentage is not used: it rounds up to 100 before every endpoint has settled.
fn measure(bar: &ProgressBar, settled: u64, expected: u64, percent: u64) {
    match expected {
        0 => {
            bar.unset_length();
            bar.set_prefix("");
        }
        _ => {
            bar.set_length(expected);
            let (settled, expected) = (number(settled), number(expected));
            let width = expected.len();
            bar.set_prefix(format!(" {settled:>width$} of {expected} settled {percent:>3} %"));
        }
    }
    bar.set_position(settled);
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use indicatif::TermLike;

    use super::*;

    /// A terminal of 60 columns that records what is drawn.
    #[derive(Debug, Clone, Default)]
    struct Paper(Arc<Mutex<String>>);

    impl Paper {
        /// Draws the bar, without the time and the spinner.
        fn drawn(&self, bar: &ProgressBar) -> String {
            self.0.lock().unwrap().clear();
            bar.force_draw();
            let text = self.0.lock().unwrap().clone();
            let line = text.lines().next().unwrap_or_default();
            line.split("  00:").next().unwrap_or_default().chars().skip(2).collect()
        }
    }

    impl TermLike for Paper {
        fn width(&self) -> u16 {
            60
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)?;
            self.write_str("\n")
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn summary(settled: u64, expected: u64) -> PollSummary {
        let (elapsed, groups) = (Duration::ZERO, Vec::new());
        PollSummary {
            elapsed,
            expected,
            settled,
            moving: expected - settled,
            not_begun: 0,
            vanished: 0,
            groups,
        }
    }

    #[test]
    fn a_bar_is_full_only_when_everything_has_settled() {
        let paper = Paper::default();
        let bar = new(ProgressDrawTarget::term_like(Box::new(paper.clone())));
        let mut drawn = vec![paper.drawn(&bar)];
        show(&bar, &summary(0, 0), String::new());
        drawn.push(paper.drawn(&bar));
        begin(&bar, 0);
        drawn.push(paper.drawn(&bar));
        begin(&bar, 1000);
        drawn.push(paper.drawn(&bar));
        for settled in [500, 999, 1000] {
            show(&bar, &summary(settled, 1000), String::new());
            drawn.push(paper.drawn(&bar));
        }
        insta::assert_snapshot!(drawn.join("\n"), @r"
        ────────────────────────────────────────────────
        ────────────────────────────────────────────────
        ────────────────────────────────────────────────
        ───────────────────     0 of 1,000 settled   0 %
        ━━━━━━━━━╸─────────   500 of 1,000 settled  50 %
        ━━━━━━━━━━━━━━━━━━╸   999 of 1,000 settled  99 %
        ━━━━━━━━━━━━━━━━━━━ 1,000 of 1,000 settled 100 %
        ");
    }
}
