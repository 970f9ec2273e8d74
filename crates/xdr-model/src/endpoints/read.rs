//! Reads a status reply in one pass and without copying it. A reply with 100,000 endpoints has 5 MB.

use crate::ids::LONGEST_ID;
use crate::json_reader::{Malformed, Reader, Why};
use crate::json_text::Quoted;
use crate::reply::{self, DecodeError};

/// Receives the entries of a reply while it is read. A repeated key makes it begin again, because the last one counts.
pub(super) trait Sink<'b> {
    /// `reply` begins.
    fn begin_reply(&mut self);
    /// `data` begins.
    fn begin_data(&mut self);
    /// An endpoint, which can be repeated, with its status word; `None` for null.
    fn endpoint(&mut self, id: &str, word: Option<&str>);
    /// The raw reasons of the reply: an object whose keys are readable ids, or nothing.
    fn reasons(&mut self, reasons: Option<&'b str>);
}

/// Reads the body of a reply. If this fails, discard what the sink has received.
pub(super) fn read<'b>(body: &'b [u8], sink: &mut impl Sink<'b>) -> Result<(), DecodeError> {
    let mut scratch = [String::new(), String::new()];
    reply::read_by(body, |reader| read_reply(reader, sink, &mut scratch))
}

/// Reads `{"data": …, "errorReasons": …}`, and returns whether it is an error object instead.
fn read_reply<'b>(
    reader: &mut Reader<'b>,
    sink: &mut impl Sink<'b>,
    scratch: &mut [String; 2],
) -> Result<bool, Malformed> {
    sink.begin_reply();
    let (mut is_error, mut datas, mut others) = (false, 0, false);
    reader.object(|reader, key| {
        if key.is("data") {
            reply::count_repeated(reader, &mut datas)?;
            sink.begin_data();
            return read_data(reader, sink, scratch);
        }
        if key.is("errorReasons") {
            sink.reasons(read_reasons(reader)?);
            return Ok(());
        }
        others = true;
        is_error |= reply::is_error_entry(reader, key)?;
        Ok(())
    })?;
    // The statuses may be in the reply itself, so "no endpoint" would be wrong.
    if datas == 0 && others && !is_error { Err(reader.fails(Why::NoData)) } else { Ok(is_error) }
}

/// `{"<endpoint id>": "<status>"}` or null.
fn read_data<'b>(
    reader: &mut Reader<'b>,
    sink: &mut impl Sink<'b>,
    [id, word]: &mut [String; 2],
) -> Result<(), Malformed> {
    if reader.peek()? == b'n' {
        return reader.value().map(drop);
    }
    reader.entries(|reader, key| {
        check_length(reader, key)?;
        let id = key.read(id).ok_or_else(|| reader.syntax())?;
        match reader.peek()? {
            b'"' => {
                let text = reader.text()?;
                let read = text.read(word).ok_or_else(|| reader.fails(Why::NoWord))?;
                sink.endpoint(id, Some(read));
            }
            b'n' => {
                reader.value()?;
                sink.endpoint(id, None);
            }
            _ => return Err(reader.fails(Why::NoWord)),
        }
        Ok(())
    })
}

/// Unreadable reasons are ignored, because the statuses matter more. An endpoint that only the reasons name still
/// counts as named, so the limit for ids applies to its id.
fn read_reasons<'b>(reader: &mut Reader<'b>) -> Result<Option<&'b str>, Malformed> {
    if reader.peek()? != b'{' {
        return reader.value().map(|_| None);
    }
    let begin = reader.clone();
    let read = reader.object(|reader, id| {
        check_length(reader, id)?;
        reader.value().map(drop)
    });
    match read {
        Ok(()) => Ok(Some(reader.since(&begin))),
        Err(error) if error.is_shape() => Err(error),
        Err(_) => {
            *reader = begin;
            reader.value().map(|_| None)
        }
    }
}

#[inline]
fn check_length(reader: &Reader<'_>, id: Quoted<'_>) -> Result<(), Malformed> {
    match id.is_longer_than(LONGEST_ID) {
        true => Err(reader.fails(Why::LongId)),
        false => Ok(()),
    }
}
