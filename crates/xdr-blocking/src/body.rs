//! The body of a request. It records when ureq takes it.

use std::io::{self, Read};

use xdr_model::bytes::{Bytes, buf::Reader};
use xdr_model::{Stop, transport::Gate};

/// A request body that passes the gate before its first byte.
pub(crate) struct GatedBody {
    pub(crate) gate: Gate,
    pub(crate) stop: Option<Stop>,
    pub(crate) rest: Reader<Bytes>,
}

impl Read for GatedBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.gate.take_unless(self.stop.as_ref().is_some_and(Stop::is_stopped)) {
            return Err(io::Error::other("the request was given up before its body was taken"));
        }
        self.rest.read(buffer)
    }
}
