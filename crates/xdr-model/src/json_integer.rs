//! Reads JSON integers exactly. An id that is read as a float can become the id of another action.

/// 2^53 - 1, the greatest integer that every language reads exactly. Documents hold no integer above it.
pub(crate) const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// The most digits that an exponent may add.
const MOST: usize = 400;

/// The most bytes of a text or an integer that is read.
const MOST_BYTES: usize = 1024;

/// A text, or the digits of an integer in any notation: `1.0` and `1e2` are integers. `None` if it is longer than any
/// id can be.
pub(crate) fn text_or_integer(raw: &str) -> Option<String> {
    // Each character of a text can be written as an escape of six bytes.
    let (is_text, most) = if raw.starts_with('"') { (true, 6 * MOST_BYTES + 2) } else { (false, MOST_BYTES) };
    if raw.len() > most {
        return None;
    }
    let read = if is_text { serde_json::from_str(raw).ok() } else { integer(raw) };
    read.filter(|text: &String| text.len() <= MOST_BYTES)
}

/// The digits of a JSON number, if it is an integer.
fn integer(raw: &str) -> Option<String> {
    let (sign, number) = raw.strip_prefix('-').map_or(("", raw), |number| ("-", number));
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let point = i64::try_from(whole.len()).ok()?.checked_add(exponent.parse().ok()?)?;
    let point = usize::try_from(point).ok().filter(|point| *point <= MOST + whole.len())?;
    let (digits, rest) = digits.split_at(point.min(digits.len()));
    if rest.bytes().any(|b| b != b'0') {
        return None;
    }
    // The formatter does not support a width of this size.
    let digits = digits.to_owned() + &"0".repeat(point.saturating_sub(digits.len()));
    match digits.trim_start_matches('0') {
        "" => Some("0".to_owned()),
        digits => Some(format!("{sign}{digits}")),
    }
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn every_notation_of_an_integer_is_exact() {
        let table = [
            ("0", "0"),
            ("-0", "0"),
            ("0.0e7", "0"),
            ("-7", "-7"),
            ("42.000", "42"),
            ("4.2e1", "42"),
            ("4200E-2", "42"),
            ("1e+2", "100"),
            ("9.007199254740993e15", "9007199254740993"),
            ("9007199254740993.0", "9007199254740993"),
            ("18446744073709551616", "18446744073709551616"),
            ("1844674407370955161.6e1", "18446744073709551616"),
        ];
        for (raw, digits) in table {
            assert_eq!(integer(raw).as_deref(), Some(digits), "{raw}");
        }
        assert_eq!(integer("1e30").map(|digits| digits.len()), Some(31));
        let long = "7".repeat(100_000);
        assert_eq!(integer(&long), Some(long.clone()), "however long");
        assert_eq!(integer(&format!("{long}.0e1")), Some(format!("{long}0")));
    }

    #[test]
    fn what_is_no_integer_is_none() {
        for raw in ["1.5", "15e-1", "1e-1", "1e999", "1e99999999999999999999", "null", "true", "", "[1]"] {
            assert_eq!(integer(raw), None, "{raw}");
        }
    }
}
