//! Recognises values that people give by mistake in place of certificates in PEM form.

/// The rule that these bytes break, if it is clear what they are instead. The message does not repeat the bytes.
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

/// Whether line breaks were escaped twice, in a variable or in a JSON text: `-----BEGIN CERTIFICATE-----\nMIIB…`.
fn has_written_out_breaks(bytes: &[u8]) -> bool {
    let has = |mark: &[u8]| bytes.windows(mark.len()).any(|part| part == mark);
    // On Windows, a folder name can end with hyphens before a name that begins with `n`.
    has(b"-----BEGIN") && (has(br"-----\n") || has(br"-----\r"))
}

/// Whether this is one line with a folder or an extension. Base64 without its BEGIN line also has slashes, but a
/// certificate in it begins with `MI`.
fn is_path(text: &str) -> bool {
    let extension = text.rsplit_once('.').map_or("", |(_, extension)| extension);
    let has_extension =
        (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_line = !text.contains(char::is_control) && !text.starts_with("MI") && !text.contains("-----BEGIN");
    is_line && (has_extension || text.contains(['/', '\\']))
}
