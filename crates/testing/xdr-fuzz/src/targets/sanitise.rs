//! Tests how the text of a server is cleaned for display. The input is the text.

use xdr_model::sanitise;

use crate::plain::assert_plain;

pub(super) fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    for most in [0, 1, 2, 7, 64, 512, usize::MAX] {
        check(&text, most);
    }
}

fn check(text: &str, most: usize) {
    let shown = sanitise(text, most);
    let length = shown.chars().count();
    assert!(length <= most, "{length} characters of at most {most}: {shown:?}");
    assert_plain(&shown);
    assert_eq!(shown.trim(), shown);
    assert!(!shown.contains("  "), "two spaces: {shown:?}");
    assert_eq!(sanitise(&shown, most), shown, "it is plain already");
    let whole = sanitise(text, usize::MAX);
    if let Some(kept) = shown.strip_suffix('…').filter(|_| shown != whole) {
        assert!(whole.starts_with(kept), "{shown:?} of {whole:?}");
    } else {
        assert_eq!(shown, if most == 0 { String::new() } else { whole }, "cut without a sign");
    }
}
