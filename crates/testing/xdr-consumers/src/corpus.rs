//! The documents that every validator gets: the examples and many thousand generated ones.
//!
//! All of them are JSON text with well-formed Unicode, so all of them go to JavaScript too. What its readers
//! change on the way changes no verdict: `1.0` becomes `1` and is an integer to every schema anyway; of a key
//! that stands twice the last one counts in all three languages; and integers that a double cannot hold lie
//! beyond every bound, before and after they are rounded. Left out is only what has no verdict: text that is no
//! JSON, half of a surrogate pair, and numbers beyond a double's range, which serde_json refuses to read.

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

/// Any number will do; the same one makes the same documents.
const SEED: u64 = 0x0078_6472;
/// Of each kind.
const VALID: usize = 2_400;
/// Of each rule of each kind.
const BROKEN: usize = 60;
/// Of each kind: documents with several changes at once, right or wrong.
const SEVERAL: usize = 600;

/// A schema, its valid documents and its rules.
type Kind = (&'static str, Maker, &'static [Rule]);

/// The grammars of requests, and of what programs save. An operation without one gets documents near to its examples.
/// A scan that is saved is what its request holds, so it is not here again.
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

/// The generated documents, the same ones every time.
///
/// # Errors
/// When a document that should be valid is not, or one breaks other rules than the one it should: then this
/// grammar and the model's rules disagree.
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

/// The valid examples of a schema with up to two changes: with more, hardly one stays valid where every key is required.
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

/// Spells the document and lets the Rust rules judge it, which must find so many violations.
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

/// One change at one place: another value, a key less or one more.
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

/// The files of `schemas/examples/<schema>/`; the name says what each is.
///
/// # Errors
/// When one cannot be read, or is named neither `valid-…` nor `invalid-…`.
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

/// Says what the generated documents are, and that they are enough to mean something.
///
/// # Errors
/// When there are too few of them, or of the valid ones, or of one rule.
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

    /// As they are made for an operation that has no grammar.
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
