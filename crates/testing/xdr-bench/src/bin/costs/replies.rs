//! The replies that are expensive to read, in the sizes of the arguments.

/// The call that receives a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Call {
    /// Sends a scan.
    Scan,
    /// Requests the status of an action once.
    Status,
    /// Follows an action until the first progress.
    Wait,
}

/// A reply that is expensive to read.
pub(crate) struct Reply {
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    pub(crate) calls: &'static [Call],
    size: usize,
    body: Body,
}

/// Makes a body that is slightly smaller than this many bytes, or equal.
type Body = fn(usize) -> String;

impl Reply {
    pub(crate) fn body(&self) -> String {
        (self.body)(self.size)
    }
}

/// Every reply. If a client searches a reply only up to a limit, the list contains the reply in both sizes.
pub(crate) fn all(large: usize, small: usize) -> Vec<Reply> {
    let of = |calls, status, size| {
        move |&(name, body): &(&'static str, Body)| Reply { name, status, calls, size, body }
    };
    let mut all = Vec::new();
    for size in [large, small] {
        all.extend(SCAN.iter().map(of(&[Call::Scan], 200, size)));
    }
    all.extend(STATUS.iter().map(of(&[Call::Status, Call::Wait], 200, large)));
    for (status, size) in [(400, large), (400, small), (500, large), (500, small)] {
        all.extend(ERROR.iter().map(of(&[Call::Scan], status, size)));
    }
    all
}

const SCAN: [(&str, Body); 7] = [
    ("scan: many short keys", |size| filled(size, r#"{"reply":{"action_id":42"#, ",", short_key, "}}")),
    ("scan: action_id, then a long text", |size| {
        padded(size, r#"{"reply":{"action_id":42,"a":""#, "x", r#""}}"#)
    }),
    ("scan: a long text, then action_id", |size| {
        padded(size, r#"{"reply":{"a":""#, "x", r#"","action_id":42}}"#)
    }),
    ("scan: nested lists", |size| nested(size, r#"{"reply":"#, "}")),
    ("scan: nested lists without an end", |size| padded(size, r#"{"reply":"#, "[", "")),
    ("scan: a long text as action_id", |size| padded(size, r#"{"reply":{"action_id":""#, "x", r#""}}"#)),
    ("scan: a long number as action_id", |size| padded(size, r#"{"reply":{"action_id":"#, "7", "}}")),
];

const DATA: &str = r#"{"reply":{"data":{"e1":"FAILED""#;
const REASONS: &str = r#"{"reply":{"data":{"e1":"FAILED"},"errorReasons":{"e1":0"#;

const STATUS: [(&str, Body); 19] = [
    ("status: 100,000 ordinary endpoints", |_| endpoints(100_000)),
    ("status: 300,000 ordinary endpoints", |_| endpoints(300_000)),
    ("status: short ids", |size| filled(size, DATA, ",", |n| format!(r#""{n:x}":null"#), "}}}")),
    ("status: ids of 1 KiB", |size| filled(size, DATA, ",", |n| format!(r#""{n:01024}":null"#), "}}}")),
    ("status: ids of 2 KiB", |size| filled(size, DATA, ",", |n| format!(r#""{n:02048}":null"#), "}}}")),
    ("status: a new word for each endpoint", |size| {
        filled(size, DATA, ",", |n| format!(r#""{n:x}":"{n:x}""#), "}}}")
    }),
    ("status: one long word", |size| padded(size, r#"{"reply":{"data":{"e1":""#, "x", r#""}}}"#)),
    ("status: nested lists as a word", |size| nested(size, r#"{"reply":{"data":{"e1":"#, "}}}")),
    ("status: reasons, a list of numbers", |size| {
        filled(size, r#"{"reply":{"data":{"e1":"FAILED"},"errorReasons":[0"#, ",", zero, "]}}")
    }),
    ("status: reasons, tiny", |size| filled(size, REASONS, ",", short_key, "}}}")),
    ("status: reasons, texts of 100 KiB", |size| {
        filled(size, REASONS, ",", |n| format!(r#""{n:x}":"{}""#, "x".repeat(100 << 10)), "}}}")
    }),
    ("status: reasons, lists of 100 KiB", |size| {
        filled(size, REASONS, ",", |n| format!(r#""{n:x}":[{}0]"#, "0,".repeat(50 << 10)), "}}}")
    }),
    ("status: reasons, one long list", |size| {
        filled(size, r#"{"reply":{"data":{"e1":"FAILED"},"errorReasons":{"e1":[0"#, ",", zero, "]}}}")
    }),
    ("status: reasons, of one endpoint again and again", |size| {
        filled(size, REASONS, ",", |_| format!(r#""e1":"{}\n""#, "x".repeat(1000)), "}}}")
    }),
    ("status: reasons, of 16 KiB with an escape", |size| {
        filled(size, REASONS, ",", |n| format!(r#""{n:x}":[{}"\n"]"#, "0,".repeat(8000)), "}}}")
    }),
    ("status: reasons, nested lists", |size| {
        nested(size, r#"{"reply":{"data":{"e1":"FAILED"},"errorReasons":{"e1":"#, "}}}")
    }),
    ("status: other keys in reply", |size| {
        filled(size, r#"{"reply":{"data":{"e1":"FAILED"}"#, ",", short_key, "}}")
    }),
    ("status: data with many keys beside reply", |size| {
        filled(size, r#"{"data":{"a":0"#, ",", short_key, r#"},"reply":{"data":{"e1":"FAILED"}}}"#)
    }),
    ("status: an error, data with many keys", |size| {
        filled(size, r#"{"data":{"err_code":500"#, ",", short_key, r#"},"reply":{}}"#)
    }),
];

const ERROR: [(&str, Body); 7] = [
    ("error: a list of numbers", |size| filled(size, "[0", ",", zero, "]")),
    ("error: a list of error objects", |size| {
        filled(size, r#"[{"err_code":500}"#, ",", |_| r#"{"err_code":500,"err_msg":"no"}"#.to_owned(), "]")
    }),
    ("error: nested lists", |size| nested(size, "", "")),
    ("error: an object of many keys", |size| filled(size, r#"{"err_code":500"#, ",", short_key, "}")),
    ("error: a page of HTML", |size| {
        filled(size, "<html><body>", "\n", |n| format!("<p>line {n} of a long page</p>"), "</body></html>")
    }),
    ("error: NULs", |size| padded(size, "", "\0", "")),
    ("error: white space", |size| padded(size, "", " ", "")),
];

fn short_key(n: usize) -> String {
    format!(r#""{n:x}":0"#)
}

fn zero(_: usize) -> String {
    "0".to_owned()
}

/// Between `open` and `close`, as many items as fit. Each item follows a separator.
fn filled(size: usize, open: &str, separator: &str, item: fn(usize) -> String, close: &str) -> String {
    let mut body = String::with_capacity(size);
    body.push_str(open);
    for item in (0..).map(item) {
        if body.len() + separator.len() + item.len() + close.len() > size {
            break;
        }
        body.push_str(separator);
        body.push_str(&item);
    }
    body + close
}

/// Between `open` and `close`, one text as often as it fits.
fn padded(size: usize, open: &str, with: &str, close: &str) -> String {
    [open, &with.repeat(size.saturating_sub(open.len() + close.len())), close].concat()
}

fn nested(size: usize, open: &str, close: &str) -> String {
    let depth = size.saturating_sub(open.len() + close.len()) / 2;
    [open, &"[".repeat(depth), &"]".repeat(depth), close].concat()
}

/// The reply of a tenant about an action on this many endpoints.
fn endpoints(count: usize) -> String {
    const WORDS: [&str; 4] = ["COMPLETED_SUCCESSFULLY", "IN_PROGRESS", "PENDING", "FAILED"];
    let item = |n: usize| {
        let id = (n as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        format!(r#""{id:032x}":"{}""#, WORDS[n % WORDS.len()])
    };
    let items: Vec<_> = (0..count).map(item).collect();
    [r#"{"reply":{"data":{"#, &items.join(","), "}}}"].concat()
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn a_body_is_as_large_as_it_is_asked_to_be_and_no_larger() {
        for reply in all(500_000, 300_000).into_iter().filter(|reply| !reply.name.contains("ordinary")) {
            let length = reply.body().len();
            let least = reply.size - reply.size / 4;
            assert!((least..=reply.size).contains(&length), "{}: {length}", reply.name);
        }
    }
}
