//! The state of the batches of a scan, and how a run of batches ended.

use xdr_model::{ActionReport, Batch, BatchState, BatchesEnded, Error, ScanBatches};

use crate::exit_code::{INCOMPLETE, NOTHING_DONE, STOPPED, UNKNOWN};
use crate::text::number;

/// A run of batches that has ended.
#[derive(Debug)]
pub struct BatchesOutcome {
    /// All batches, if the run reached its end.
    pub ended: Result<ScanBatches, Box<BatchesEnded>>,
    /// Why the state could not be saved before a batch was sent. The run then ended early without sending that batch.
    pub not_saved: Option<String>,
}

impl BatchesOutcome {
    pub(crate) fn batches(&self) -> &ScanBatches {
        match &self.ended {
            Ok(batches) => batches,
            Err(ended) => &ended.batches,
        }
    }

    /// The error that ended the run early. `None` if the state could not be saved: the error then only says that the
    /// run was stopped.
    pub(crate) fn why(&self) -> Option<&Error> {
        self.ended.as_ref().err().filter(|_| self.not_saved.is_none()).map(|ended| &*ended.why)
    }

    /// The message about an early end.
    pub(crate) fn message(&self) -> Option<String> {
        let ended = self.ended.as_ref().err()?;
        Some(match &self.not_saved {
            Some(why) => format!(
                "the run of {} ended early: {}; reason: {why}. xdr does not send a batch that is not saved in the file, because a later run would send it again",
                batches(self.batches().len()),
                in_words(self.batches())
            ),
            None => ended.to_string(),
        })
    }

    pub(crate) fn exit_code(&self) -> u8 {
        exit_code(self.batches(), self.ended.is_ok())
    }
}

/// The exit code of a run with these batches. A batch in doubt outweighs everything else.
pub(crate) fn exit_code(batches: &ScanBatches, has_come_to_its_end: bool) -> u8 {
    match has_come_to_its_end {
        _ if batches.in_doubt().count() > 0 => UNKNOWN,
        _ if batches.reports().count() == 0 => NOTHING_DONE,
        false => STOPPED,
        true if batches.is_success() => 0,
        true => INCOMPLETE,
    }
}

/// Whether another run has something to do, now or after a person has decided about the batches in doubt.
pub(crate) fn may_go_on(batches: &ScanBatches) -> bool {
    let is_open = |batch: &Batch| match batch.state() {
        BatchState::Started(report) => !report.has_ended(),
        BatchState::Refused { .. } => false,
        _ => true,
    };
    batches.iter().any(is_open)
}

/// How many endpoints a batch has. A started batch may not name its endpoints.
pub(crate) fn size(batch: &Batch) -> u64 {
    (batch.len() as u64).max(batch.report().map_or(0, ActionReport::expected))
}

/// How many endpoints these batches have together.
pub(crate) fn sizes<'a>(batches: impl Iterator<Item = &'a Batch>) -> u64 {
    batches.map(size).sum()
}

/// The index of the batch that is being sent now and was not sent before.
pub(crate) fn newly_sending(before: &ScanBatches, now: &ScanBatches) -> Option<usize> {
    let is_new = |(before, now): (&Batch, &Batch)| {
        *before.state() == BatchState::NotSent && matches!(now.state(), BatchState::Sending { .. })
    };
    before.iter().zip(now.iter()).position(is_new)
}

/// `1 started, 2 not sent`
pub(crate) fn in_words(batches: &ScanBatches) -> String {
    let counts = [
        (batches.reports().count(), "started"),
        (batches.refused().count(), "refused"),
        (batches.in_doubt().count(), "in doubt"),
        (batches.not_sent().count(), "not sent"),
    ];
    let words = counts.iter().filter(|(count, _)| *count > 0);
    words.map(|(count, what)| format!("{} {what}", number(*count as u64))).collect::<Vec<_>>().join(", ")
}

/// `1 batch`, `100 batches`
pub(crate) fn batches(count: usize) -> String {
    format!("{} {}", number(count as u64), if count == 1 { "batch" } else { "batches" })
}
