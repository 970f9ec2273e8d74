//! The documents that every validator receives: the examples, and many thousand generated ones.
//!
//! All documents are JSON text with well-formed Unicode, so JavaScript can read all of them. Its parser changes some
//! values, but not their verdicts:
//!
//! - `1.0` becomes `1`. Both are integers by every schema.
//! - The last of several equal keys counts in all three languages.
//! - Integers that a double cannot represent are outside every limit, before and after rounding.
//!
//! The documents do not include text without a verdict: invalid JSON, lone surrogates, and numbers outside the range of
//! a double, which serde_json does not read.

use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::fs;
use std::path::Path;

use fastrand::Rng;
use serde_json::{Map, Value, json};
use xdr_model::registry::{OPERATIONS, OperationInfo};
use xdr_workspace::valid_examples;

use super::broken::{self, Rule};
use super::case::{Case, judge};
use super::grammar::{self, Maker, saved};
use super::spelling::spell;

/// The seed. Its value does not matter, but the same seed makes the same documents.
const SEED: u64 = 0x0078_6472;
/// The number of valid documents of each kind.
const VALID: usize = 2_400;
/// The number of invalid documents for each rule of each kind.
const BROKEN: usize = 60;
/// The number of documents of each kind with several changes. They can be valid or invalid.
const SEVERAL: usize = 600;

/// A schema, a function that makes valid documents, and the rules.
type Kind = (&'static str, Maker, &'static [Rule]);

/// The grammars of requests and of saved documents. For an operation without a grammar, the documents are changed
/// examples. A saved scan is the content of its request, so it has no grammar of its own.
const KINDS: [Kind; 8] = [
    ("scan-request", grammar::selection, broken::SELECTION),
    ("abort-scan-request", grammar::selection, broken::SELECTION),
    ("get-action-status-request", grammar::status_query, broken::STATUS_QUERY),
    ("get-endpoint-request", grammar::endpoint_query, broken::ENDPOINT_QUERY),
    ("coverage", saved::coverage, broken::saved::COVERAGE),
    ("action-report", saved::report, broken::saved::REPORT),
    ("progress", saved::progress, broken::saved::PROGRESS),
    ("scan-batches", saved::batches, broken::saved::BATCHES),
];

/// Generates the documents. Every call returns the same ones.
///
/// # Errors
/// If a document breaks more or fewer rules than intended. Then this grammar and the rules of the model disagree.
pub(super) fn generated() -> Result<Vec<Case>, Box<dyn Error>> {
    let mut rng = Rng::with_seed(SEED);
    let mut cases = Vec::new();
    for (schema, valid, rules) in KINDS {
        for _ in 0..VALID {
            let document = valid(&mut rng);
            cases.push(case(&mut rng, schema, "valid", &document, Some(0))?);
        }
        for (rule, broken) in rules {
            for _ in 0..BROKEN {
                let document = broken(&mut rng);
                cases.push(case(&mut rng, schema, rule, &document, Some(1))?);
            }
        }
        for _ in 0..SEVERAL {
            let mut document = valid(&mut rng);
            (0..rng.usize(1..4)).for_each(|_| change(&mut rng, &mut document));
            cases.push(case(&mut rng, schema, "several changes", &document, None)?);
        }
    }
    let has_grammar = |request: &String| KINDS.iter().any(|(schema, ..)| schema == request);
    for request in OPERATIONS.iter().map(OperationInfo::request_schema).filter(|name| !has_grammar(name)) {
        cases.extend(near_examples(&mut rng, &request)?);
    }
    Ok(cases)
}

/// Makes documents from the valid examples of a schema, with up to two changes each. With more changes, few documents
/// would be valid if every key is required.
fn near_examples(rng: &mut Rng, schema: &str) -> Result<Vec<Case>, Box<dyn Error>> {
    let examples = valid_examples(schema)?;
    let mut cases = Vec::new();
    for _ in 0..SEVERAL {
        let mut document = serde_json::from_str(&examples[rng.usize(..examples.len())])?;
        (0..rng.usize(..3)).for_each(|_| change(rng, &mut document));
        cases.push(case(rng, schema, "few changes", &document, None)?);
    }
    Ok(cases)
}

/// Writes a document in a random spelling and checks it with the Rust rules. If `expected` is given, they must find
/// exactly this number of violations.
fn case(
    rng: &mut Rng,
    schema: &str,
    about: &str,
    document: &Value,
    expected: Option<usize>,
) -> Result<Case, Box<dyn Error>> {
    let text = spell(rng, document);
    let verdict = judge(schema, &text).ok_or("every kind has rules")?;
    let found = verdict.as_ref().err().map_or(0, |invalid| invalid.violations().len());
    if expected.is_some_and(|expected| expected != found) {
        return Err(format!("{schema}, {about}: {found} rules are broken by {text}: {verdict:?}").into());
    }
    Ok(Case { schema: schema.into(), text, valid: verdict.is_ok(), about: about.into() })
}

/// Makes one change at a random place: replaces a value, or adds or removes a key or an item.
fn change(rng: &mut Rng, value: &mut Value) {
    let depth_reached = rng.u8(..4) == 0;
    match value {
        Value::Object(object) if !depth_reached && !object.is_empty() => change_object(rng, object),
        Value::Array(items) if !depth_reached && !items.is_empty() => {
            let at = rng.usize(..items.len());
            match rng.u8(..6) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => change(rng, &mut items[at]),
            }
        }
        other => *other = odd_value(rng),
    }
}

fn change_object(rng: &mut Rng, object: &mut Map<String, Value>) {
    let keys: Vec<_> = object.keys().cloned().collect();
    let key = &keys[rng.usize(..keys.len())];
    match rng.u8(..8) {
        0 => drop(object.remove(key)),
        1 => drop(
            object.insert(grammar::pick(rng, &["filters", "field", "value", "extra"]).into(), odd_value(rng)),
        ),
        _ => object.get_mut(key).into_iter().for_each(|value| change(rng, value)),
    }
}

fn odd_value(rng: &mut Rng) -> Value {
    let words = [
        "",
        "all",
        "in",
        "gte",
        "hostname",
        "platform",
        "windows",
        "isolated",
        "none",
        "127.0.0.1",
        "1",
        "a ",
        "a\u{200b}b",
        "a\u{a0}b",
    ];
    let others = [
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!([""]),
        json!(["a"]),
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(1e12),
        json!(grammar::MAX_INTEGER),
        json!(u64::MAX),
        json!([[]]),
        json!([null]),
    ];
    match rng.u8(..3) {
        0 => grammar::pick(rng, &words).into(),
        1 => grammar::filter(rng),
        _ => others[rng.usize(..others.len())].clone(),
    }
}

/// Returns the examples in `schemas/examples/<schema>/`. The file names say which ones are valid.
///
/// # Errors
/// If a file cannot be read, or if its name begins with neither `valid-` nor `invalid-`.
pub(super) fn examples(schemas: &Path) -> Result<Vec<Case>, Box<dyn Error>> {
    let mut cases = Vec::new();
    for folder in sorted(&schemas.join("examples"))?.into_iter().filter(|path| path.is_dir()) {
        for file in sorted(&folder)? {
            let (schema, name) = (name(&folder), name(&file));
            let valid = name.starts_with("valid-");
            if !valid && !name.starts_with("invalid-") {
                return Err(format!("{} is neither valid-… nor invalid-…", file.display()).into());
            }
            cases.push(Case { about: name, text: fs::read_to_string(&file)?, schema, valid });
        }
    }
    Ok(cases)
}

fn sorted(folder: &Path) -> Result<Vec<std::path::PathBuf>, Box<dyn Error>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Describes the generated documents.
///
/// # Errors
/// If there are too few distinct documents, too few valid documents, or too few documents for one rule.
pub(super) fn census(cases: &[Case]) -> Result<String, Box<dyn Error>> {
    let valid = cases.iter().filter(|case| case.valid).count();
    let distinct = cases.iter().map(|case| (&case.schema, &case.text)).collect::<HashSet<_>>().len();
    let mut rules = BTreeMap::new();
    for case in cases.iter().filter(|case| !case.valid && !case.about.ends_with(" changes")) {
        *rules.entry((&case.schema, &case.about)).or_insert(0) += 1;
    }
    let fewest = rules.values().copied().min().unwrap_or(0);
    let share = 100 * valid / cases.len().max(1);
    if distinct < 10_000 || share < 40 || fewest < 50 {
        return Err(format!(
            "too little: {distinct} distinct, {share} % valid, a rule broken {fewest} times"
        )
        .into());
    }
    Ok(format!(
        "{} generated documents, {distinct} distinct, {share} % valid; {} rules, each broken alone {fewest} times",
        cases.len(),
        rules.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_are_many_and_the_same_every_time() {
        let texts = |cases: &[Case]| cases.iter().map(|case| case.text.clone()).collect::<Vec<_>>();
        let cases = generated().unwrap();
        assert!(census(&cases).unwrap().contains("177 rules"));
        assert_eq!(texts(&cases), texts(&generated().unwrap()));
    }

    #[test]
    fn the_page_about_the_examples_is_none_of_them() {
        let cases = examples(&xdr_workspace::schemas()).unwrap();
        assert!(cases.len() > 600 && cases.iter().all(|case| case.about.ends_with(".json")));
    }

    #[test]
    fn documents_near_to_examples_are_right_and_wrong() {
        for request in OPERATIONS.iter().map(OperationInfo::request_schema) {
            let cases = near_examples(&mut Rng::with_seed(SEED), &request).unwrap();
            let valid = cases.iter().filter(|case| case.valid).count();
            assert!((SEVERAL / 50..SEVERAL - SEVERAL / 50).contains(&valid), "{request}: {valid} are valid");
        }
    }

    #[test]
    fn a_rule_that_is_seldom_broken_is_noticed() {
        let mut cases = generated().unwrap();
        let rule = cases.iter().position(|case| !case.valid).unwrap();
        let rule = (cases[rule].schema.clone(), cases[rule].about.clone());
        let mut left = 49;
        cases.retain(|case| {
            (&case.schema, &case.about) != (&rule.0, &rule.1) || {
                left -= 1;
                left >= 0
            }
        });
        assert!(census(&cases).is_err());
    }
}
