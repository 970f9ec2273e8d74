//! Simplifies the schemas that the derive macro writes.

use schemars::Schema;
use schemars::transform::transform_subschemas;
use serde_json::Value;

/// Goes through `schema` and everything in it.
pub(super) fn tidy(schema: &mut Schema) {
    // The one names a Rust type, such as uint64; the other says what Rust makes of an absent key.
    schema.remove("format");
    schema.remove("default");
    if let Some(Value::String(doc)) = schema.get_mut("description") {
        *doc = first_paragraph(doc);
    }
    if let Some(words) = words(schema) {
        schema.remove("oneOf");
        schema.insert("type".into(), "string".into());
        schema.insert("enum".into(), words);
    }
    transform_subschemas(&mut tidy, schema);
}

/// The first paragraph is for every reader. The other paragraphs are for Rust programmers.
fn first_paragraph(doc: &str) -> String {
    let paragraph = doc.split("\n\n").next().unwrap_or_default();
    let words: Vec<_> = paragraph.split_whitespace().collect();
    words.join(" ").replace("**", "").replace('`', "")
}

/// The macro makes a choice of constants from an enum with documented words. Code generators need a plain list.
fn words(schema: &Schema) -> Option<Value> {
    let choices = schema.get("oneOf")?.as_array()?;
    choices.iter().map(|choice| choice.get("const").cloned()).collect::<Option<Vec<_>>>().map(Value::Array)
}

#[cfg(test)]
mod tests {
    use schemars::json_schema;

    use super::tidy;

    #[test]
    fn documented_words_become_a_list() {
        let mut schema = json_schema!({"oneOf": [{"type": "string", "const": "a", "description": "A."}]});
        tidy(&mut schema);
        assert_eq!(schema, json_schema!({"type": "string", "enum": ["a"]}));
    }

    #[test]
    fn a_description_is_one_plain_paragraph() {
        let mut schema = json_schema!({"format": "uint64", "default": 0, "not": {"description": "Of\n**two** `lines`.\n\n```\nx\n```"}});
        tidy(&mut schema);
        assert_eq!(schema, json_schema!({"not": {"description": "Of two lines."}}));
    }
}
