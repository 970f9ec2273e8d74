//! Writes a JSON value in one of many equivalent spellings.

use fastrand::Rng;
use serde_json::{Map, Number, Value};

use super::grammar::pick;

/// Writes `value` with random white space, order of keys, number notations and escapes. Can repeat a key: then the last
/// value is the original one.
pub(super) fn spell(rng: &mut Rng, value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, rng, value);
    text
}

fn write(text: &mut String, rng: &mut Rng, value: &Value) {
    blank(text, rng);
    match value {
        Value::Object(object) => write_object(text, rng, object),
        Value::Array(items) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                text.push_str(if i == 0 { "" } else { "," });
                write(text, rng, item);
            }
            blank(text, rng);
            text.push(']');
        }
        Value::Number(number) => text.push_str(&spell_number(rng, number)),
        Value::String(string) => write_string(text, rng, string),
        other => text.push_str(&other.to_string()),
    }
    blank(text, rng);
}

fn write_object(text: &mut String, rng: &mut Rng, object: &Map<String, Value>) {
    let mut entries: Vec<_> = object.iter().collect();
    rng.shuffle(&mut entries);
    text.push('{');
    for (i, (key, value)) in entries.into_iter().enumerate() {
        text.push_str(if i == 0 { "" } else { "," });
        if rng.u8(..24) == 0 {
            write_string(text, rng, key);
            text.push_str(pick(rng, &[":null,", ":[],", ":\"all\",", ":{\"a\":[1]},", ":0,"]));
        }
        blank(text, rng);
        write_string(text, rng, key);
        text.push(':');
        write(text, rng, value);
    }
    blank(text, rng);
    text.push('}');
}

fn blank(text: &mut String, rng: &mut Rng) {
    if rng.u8(..8) == 0 {
        text.push_str(pick(rng, &[" ", "  ", "\n", "\t", "\r\n", " \n "]));
    }
}

/// Writes an integer in a random notation. Other numbers keep their notation, because not all notations are exact in
/// every language.
fn spell_number(rng: &mut Rng, number: &Number) -> String {
    if number.is_f64() {
        return number.to_string();
    }
    match rng.u8(..10) {
        0 => format!("{number}.0"),
        1 => format!("{number}.000"),
        2 => format!("{number}e0"),
        3 => format!("{number}E+00"),
        // JSON has no leading zeros.
        4 if number.as_u64() != Some(0) => format!("{number}0e-1"),
        _ => number.to_string(),
    }
}

fn write_string(text: &mut String, rng: &mut Rng, string: &str) {
    if rng.u8(..6) > 0 {
        text.push_str(&Value::from(string).to_string());
        return;
    }
    text.push('"');
    for unit in string.encode_utf16() {
        text.push_str(&format!("\\u{unit:04x}"));
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling_means_the_same() {
        let value = json!({"a": ["\u{1f4a5}\"\n", {"b": null}], "c": {"d": true, "": "x"}, "e": 1.5});
        let mut rng = Rng::with_seed(1);
        for _ in 0..500 {
            let text = spell(&mut rng, &value);
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value, "{text}");
        }
    }

    #[test]
    fn a_number_keeps_its_value() {
        let mut rng = Rng::with_seed(1);
        for number in [0, 1, 42, 9_007_199_254_740_991_u64] {
            for _ in 0..100 {
                let text = spell_number(&mut rng, &number.into());
                let read: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(read.as_f64(), Some(number as f64), "{text}");
            }
        }
    }
}
