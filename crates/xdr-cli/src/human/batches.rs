//! The output for people about a scan in batches.

use xdr_model::{ActionReport, Batch, BatchProgress, BatchState, Coverage, EndpointId, ScanBatches};

use crate::bar;
use crate::batches::{BatchesOutcome, batches as batches_in_words, in_words, may_go_on, size, sizes};
use crate::human::listing::{UNMATCHED_HOSTS, skipped_in_numbers, unmatched};
use crate::human::report::{LISTED, tables};
use crate::human::{Human, NOT_COMPARED, bar_lines, no_success, plain_line};
use crate::names::Names;
use crate::output::{Mode, width};
use crate::poll_summary::PollSummary;
use crate::text::{all_completed, clock, endpoints, number, seconds};

impl Human {
    /// Shows the number of batches, and the number in each state.
    pub(crate) fn announce(&self, batches: &ScanBatches) {
        let all = sizes(batches.iter());
        let stand = match batches.not_sent().count() == batches.len() {
            true => String::new(),
            false => format!(": {}", in_words(batches)),
        };
        let count = batches_in_words(batches.len());
        self.output.say(&format!("{} in {count}{stand}", endpoints(all)));
        if !batches.skipped().is_empty() {
            self.output.say(&skipped_in_numbers(batches.skipped()));
        }
        self.unmatched(batches);
        if let Mode::Terminal(bar) = &self.output.mode {
            bar::begin(bar, all);
        }
    }

    /// One progress. `place` is the index of the batch that is being sent.
    pub(crate) fn batches(&mut self, progress: &BatchProgress, place: usize) {
        let batches = progress.batches();
        match progress {
            BatchProgress::Sending { .. } => {
                let count = batches.iter().nth(place).map_or(0, size);
                let line = format!("{}: sending {}", name(batches, place), endpoints(count));
                match &self.output.mode {
                    Mode::Terminal(_) => self.output.status(&line),
                    _ => self.output.say(&line),
                }
            }
            BatchProgress::Answered { .. } => self.answered(batches, place),
            BatchProgress::Polled { elapsed, .. } => {
                self.polled_batches(batches, PollSummary::of(batches.reports(), *elapsed));
            }
            BatchProgress::Trouble { message, next_in, .. } => self.output.say(&format!(
                "A status request failed. The next attempt is in {}. Reason: {message}",
                seconds(*next_in)
            )),
            _ => {}
        }
    }

    fn answered(&self, batches: &ScanBatches, place: usize) {
        let Some(batch) = batches.iter().nth(place) else { return };
        let what = match batch.state() {
            BatchState::Started(report) => {
                let count =
                    report.endpoints_count().map_or(String::new(), |n| format!(" for {}", endpoints(n)));
                format!("accepted as action {}{count}", report.action_id())
            }
            BatchState::Refused { message } => format!("refused, nothing was started. Reason: {message}"),
            BatchState::Sending { message } => {
                format!("in doubt, may have been started. Reason: {}", reason(message.as_deref()))
            }
            _ => "not sent".to_owned(),
        };
        self.output.say(&format!("{}: {what}", name(batches, place)));
        let coverage = batch.report().and_then(ActionReport::coverage).filter(Coverage::proves_gap);
        if let Some(coverage) = coverage {
            self.output.say(&coverage.to_string());
        }
    }

    /// Handles a poll of one action. Measures the throughput and writes a line once all running actions have been
    /// polled. A bar is updated after every poll.
    fn polled_batches(&mut self, batches: &ScanBatches, summary: PollSummary) {
        self.polls += 1;
        let is_round = self.polls >= batches.reports().filter(|report| !report.has_ended()).count();
        if is_round {
            self.polls = 0;
            self.throughput.record(&summary);
        }
        match &self.output.mode {
            Mode::Terminal(bar) => bar::show(bar, &summary, bar_lines(&summary, &self.throughput, width())),
            _ if !is_round => {}
            _ if self.shown.as_ref().is_some_and(|shown| shown.says_the_same_as(&summary)) => {}
            _ => self.output.say(&plain_line(&summary, &self.throughput)),
        }
        self.shown = Some(summary);
    }

    /// Shows how the run ended. The caller then shows how to continue.
    pub(crate) fn in_batches(&self, outcome: &BatchesOutcome, names: &Names, exit_code: u8) {
        let batches = outcome.batches();
        let (done, all) = (batches.successful(), sizes(batches.iter()));
        let how_many = match done == all {
            true => all_completed(all),
            false => format!("{} completed, {} did not", endpoints(done), number(all - done)),
        };
        let after = self.shown.as_ref().map_or(String::new(), |s| format!(" after {}", clock(s.elapsed)));
        if outcome.ended.is_ok() {
            let has_ended = batches.reports().all(ActionReport::has_ended);
            self.output.say(&match has_ended {
                true => format!("{}{after}: {how_many}", ended(batches)),
                false => format!(
                    "xdr stopped following the scan{after}, because nothing changed any more: {how_many}. The scan may still be running"
                ),
            });
            self.unmatched(batches);
            if !batches.is_success() {
                self.output.say(&no_success(exit_code));
            }
            if batches.reports().any(|report| report.coverage().is_none()) {
                self.output.say(NOT_COMPARED);
            }
        }
        if outcome.ended.is_ok() || batches.reports().any(|report| report.named() > 0) {
            self.tables(batches, names);
        }
        let others = self.others(batches);
        if !others.is_empty() {
            self.output.block(&others);
        }
        if let Some(message) = outcome.message() {
            self.output.tell_problem(&format!("error: {message}"));
        }
    }

    fn tables(&self, batches: &ScanBatches, names: &Names) {
        let reports: Vec<_> = batches.reports().collect();
        let others = [
            ("refused", sizes(batches.refused())),
            ("in doubt", sizes(batches.in_doubt())),
            ("not sent", sizes(batches.not_sent())),
        ];
        let the_rest = match (&self.output.mode, self.commands.list_batches()) {
            (Mode::Terminal(_), Some(command)) if batches.not_sent().count() == 0 => {
                Some(format!("To list them all:\n  {command}"))
            }
            (Mode::Terminal(_), _) => Some("The state file holds them all".to_owned()),
            _ => None,
        };
        self.output.block(&tables(&reports, &others, batches.skipped(), names, width(), the_rest.as_deref()));
    }

    /// The batches without a known action, and what to do about them.
    fn others(&self, batches: &ScanBatches) -> String {
        let (mut text, not_sent) = (String::new(), batches.not_sent().count());
        for (place, batch) in batches.iter().enumerate() {
            let (what, message) = match batch.state() {
                BatchState::Refused { message } => ("refused, nothing was started", Some(&**message)),
                BatchState::Sending { message } => {
                    ("in doubt, may have been started", Some(reason(message.as_deref())))
                }
                BatchState::NotSent if not_sent == 1 => ("not sent", None),
                _ => continue,
            };
            let why = message.map_or(String::new(), |message| format!(". Reason: {message}"));
            text += &format!("{} ({}): {what}{why}\n", name(batches, place), endpoints(size(batch)));
        }
        if let count @ 2.. = not_sent {
            let all = endpoints(sizes(batches.not_sent()));
            let place = |batch: &Batch| *batch.state() == BatchState::NotSent;
            let first = batches.iter().position(place).unwrap_or(0);
            text += &format!(
                "{} ({all}) not sent, starting with batch {}\n",
                batches_in_words(count),
                number(first as u64 + 1)
            );
        }
        if batches.refused().count() > 0 {
            text += "\nA refused batch is not sent again. To send it again, replace its \"state\":\"refused\" in the file with \
                     \"state\":\"not_sent\"\n";
        }
        if batches.in_doubt().count() > 0 {
            let file = self.commands.state().unwrap_or("the state file");
            text += &in_doubt(file, self.commands.reconcile().as_deref());
        }
        text
    }

    fn unmatched(&self, batches: &ScanBatches) {
        let ids: Vec<_> = batches.unmatched_ids().iter().map(EndpointId::as_str).collect();
        let names = [
            some_unmatched("Endpoint ids that match no endpoint", &ids),
            some_unmatched(UNMATCHED_HOSTS, batches.unmatched_hostnames()),
        ];
        names.iter().flatten().for_each(|line| self.output.say(line));
    }

    /// How to resume the batches, if another run has something to do.
    pub(crate) fn hint_to_resume(&self, batches: &ScanBatches) -> String {
        if may_go_on(batches) { self.commands.hint_to_resume() } else { String::new() }
    }
}

/// Says how many batches have ended. Refused batches and batches in doubt do not count.
fn ended(batches: &ScanBatches) -> String {
    let (started, count) = (batches.reports().count(), batches_in_words(batches.len()));
    match started {
        0 => "Nothing was started".to_owned(),
        1 if batches.len() > 1 => format!("1 of {count} has ended"),
        _ if started == batches.len() => format!("The scan in {count} has ended"),
        _ => format!("{} of {count} have ended", number(started as u64)),
    }
}

fn name(batches: &ScanBatches, place: usize) -> String {
    format!("Batch {} of {}", number(place as u64 + 1), number(batches.len() as u64))
}

fn reason(message: Option<&str>) -> &str {
    message.unwrap_or("xdr ended before the answer came")
}

/// What to do about the batches in doubt.
fn in_doubt(file: &str, reconcile: Option<&str>) -> String {
    let reconcile = reconcile.unwrap_or("xdr reconcile --state and this file");
    format!(
        "\nA batch in doubt may be running, so xdr never sends it again. Look in the Action Center for a scan with the \
         same number of endpoints.\nTo list which endpoints of these batches are being scanned:\n  {reconcile}\nThen replace \
         \"state\":\"sending\" of the batch in {file}:\n  if it was started:      \"state\": \"started\", \"action\": \
         {{\"action_id\": ID, \"endpoints\": []}}\n  if it was not started:  \"state\": \"not_sent\" (the next run sends \
         it)\n"
    )
}

/// The first names of a list, which can be very long.
fn some_unmatched(title: &str, names: &[impl AsRef<str>]) -> Option<String> {
    let line = unmatched(title, &names[..names.len().min(LISTED)])?;
    Some(match names.len().saturating_sub(LISTED) {
        0 => line,
        more => format!("{line}, and {} more", number(more as u64)),
    })
}
