//! Reads which endpoints an operation would reach.

use std::time::{Duration, Instant};

use super::list_selected::ListSelected;
use super::{Context, Event, Flow, Step};
use crate::error::Error;
use crate::filter::Filters;
use crate::preview::Preview;
use crate::session::Session;

/// Lists the endpoints that a scan or a cancellation would reach, and starts nothing. Made by
/// [`Session::preview`](crate::Session::preview).
///
/// Each progress is the number of endpoints that have been read so far.
#[derive(Debug)]
pub struct PreviewEndpoints {
    listing: ListSelected,
    preview: Preview,
}

impl PreviewEndpoints {
    pub(crate) fn new(session: &Session, filters: &Filters) -> Result<Self, Error> {
        Ok(Self { listing: ListSelected::new(session, filters)?, preview: Preview::new(filters) })
    }

    /// Limits the time of the flow, as [`ListEndpoints::within`](super::ListEndpoints::within) does.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { listing: self.listing.within(limit), ..self }
    }

    /// Sets a deadline after which no request begins.
    pub(super) fn end_by(&mut self, deadline: Option<Instant>) {
        self.listing.end_by(deadline);
    }
}

impl Flow for PreviewEndpoints {
    type Progress = usize;
    type Output = Result<Preview, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> Step<usize, Self::Output> {
        match self.listing.step(context, event) {
            Step::Send(exchange) => Step::Send(exchange),
            Step::Wait(pause) => Step::Wait(pause),
            Step::Progress(page) => {
                page.endpoints.into_iter().for_each(|endpoint| self.preview.add(endpoint));
                Step::Progress(self.preview.len())
            }
            Step::Done(ended) => Step::Done(ended.map(|listed| {
                self.preview.end(listed.list, listed.has_parts);
                self.preview.clone()
            })),
        }
    }

    /// Returns an error unless all endpoints have been read.
    fn stop(self) -> Self::Output {
        let Self { listing, mut preview } = self;
        listing.stop().map(|listed| {
            preview.end(listed.list, listed.has_parts);
            preview
        })
    }
}
