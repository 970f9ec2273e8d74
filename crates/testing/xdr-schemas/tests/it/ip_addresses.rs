//! The pattern of IP addresses accepts the same texts as `std::net::IpAddr`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::{document, validator};

fn pattern() -> Validator {
    let definitions: &Value = &document("scan-request")["$defs"];
    validator(&definitions["IpAddress"])
}

fn agree(pattern: &Validator, text: &str) {
    assert_eq!(pattern.is_valid(&json!(text)), text.parse::<IpAddr>().is_ok(), "{text:?}");
}

/// One piece of an address, valid or nearly valid.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[0-9a-fA-F]{1,4}",
        1 => "[0-9a-fA-F]{0,5}",
        1 => any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).to_string()),
        1 => "[0-9]{0,3}[.][0-2]?[0-9]{1,2}[.][0-9]{1,3}[.][0-9]{1,3}",
    ]
}

/// Pieces with single and double colons between them, and sometimes around them.
fn assembled() -> impl Strategy<Value = String> {
    let colons = || prop_oneof![6 => Just(":"), 1 => Just("::"), 1 => Just("")];
    let pieces = prop::collection::vec((piece(), colons()), 0..10);
    let ends = || prop_oneof![3 => Just(""), 1 => Just("::"), 1 => Just(":")];
    (ends(), pieces, prop::option::of(piece()), ends()).prop_map(|(start, pieces, last, end)| {
        let middle: String =
            pieces.into_iter().flat_map(|(piece, colons)| [piece, colons.to_owned()]).collect();
        format!("{start}{middle}{}{end}", last.unwrap_or_default())
    })
}

/// A valid address with one character replaced, removed or inserted.
fn damaged() -> impl Strategy<Value = String> {
    let sparse = prop::array::uniform8(prop_oneof![Just(0_u16), any::<u16>()]);
    let address = prop_oneof![
        any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).to_string()),
        sparse.prop_map(|groups| Ipv6Addr::from(groups).to_string()),
        any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).to_ipv6_mapped().to_string()),
    ];
    (address, any::<prop::sample::Index>(), 0..2_usize, "[0-9a-fA-F:. \n%/g٣]{0,1}").prop_map(
        |(mut address, at, length, new)| {
            let at = at.index(address.len());
            address.replace_range(at..at + length, &new);
            address
        },
    )
}

#[test]
fn the_pattern_takes_what_the_standard_library_takes() {
    let pattern = pattern();
    let texts = prop_oneof![assembled(), damaged(), "[0-9a-f:.]{0,24}", any::<String>()];
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 20_000, failure_persistence: None, ..Default::default() });
    runner
        .run(&texts, |text| {
            agree(&pattern, &text);
            Ok(())
        })
        .unwrap();
}

#[test]
fn every_number_of_groups_is_judged_alike() {
    let pattern = pattern();
    for (before, after) in (0..=9).flat_map(|before| (0..=9).map(move |after| (before, after))) {
        for ending in ["", "1.2.3.4", "1.2.3.4:1", "1.2.3.04", "256.1.1.1"] {
            let head = vec!["0"; before].join(":");
            let mut tail = vec!["00ab"; after];
            tail.extend(Some(ending).filter(|ending| !ending.is_empty()));
            let tail = tail.join(":");
            for text in [format!("{head}::{tail}"), format!("{head}:{tail}"), format!("{head}{tail}::")] {
                agree(&pattern, &text);
                agree(&pattern, &format!("{text}\n"));
            }
        }
    }
}

#[test]
fn every_octet_is_judged_alike() {
    let pattern = pattern();
    for octet in (0..=300).flat_map(|n| [format!("{n}"), format!("0{n}"), format!("{n:03}")]) {
        agree(&pattern, &format!("{octet}.0.0.1"));
        agree(&pattern, &format!("1.2.3.{octet}"));
        agree(&pattern, &format!("::1.{octet}.3.4"));
    }
}
