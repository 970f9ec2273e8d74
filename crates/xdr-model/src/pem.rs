//! What people give in place of certificates in PEM form.

/// The rule that these bytes break, if it is clear what they are instead. They are not repeated in the message.
///
/// The TLS libraries find no certificate in them and do not say why.
pub(crate) fn broken_rule(bytes: &[u8]) -> Option<&'static str> {
    if is_der(bytes) {
        Some(DER)
    } else if has_written_out_breaks(bytes) {
        Some(WRITTEN_OUT)
    } else if std::str::from_utf8(bytes).is_ok_and(|text| is_path(text.trim())) {
        Some(PATH)
    } else {
        None
    }
}

const DER: &str = "must hold certificates in PEM form, but this looks like a DER file: convert it with \
                   `openssl x509 -inform der -in FILE -out FILE.pem`";
const WRITTEN_OUT: &str = "must hold certificates in PEM form with real line breaks, but they are written out as \\n: \
                           replace each with a line break";
const PATH: &str = "must hold the certificates themselves in PEM form, but this looks like the path of a file: \
                    read the file and pass its content";

/// An ASN.1 sequence with its length in the long form. No text begins with these bytes.
fn is_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x81..=0x84, ..])
}

/// A variable or a JSON text in which line breaks were escaped twice: `-----BEGIN CERTIFICATE-----\nMIIB…`.
fn has_written_out_breaks(bytes: &[u8]) -> bool {
    let has = |mark: &[u8]| bytes.windows(mark.len()).any(|part| part == mark);
    // A folder of Windows can end with hyphens before a name in `n`.
    has(b"-----BEGIN") && (has(br"-----\n") || has(br"-----\r"))
}

/// One line with a folder or an extension in it. Base64 without its BEGIN line has slashes too: a certificate begins
/// with `MI` there.
fn is_path(text: &str) -> bool {
    let extension = text.rsplit_once('.').map_or("", |(_, extension)| extension);
    let has_extension =
        (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_line = !text.contains(char::is_control) && !text.starts_with("MI") && !text.contains("-----BEGIN");
    is_line && (has_extension || text.contains(['/', '\\']))
}
