//! Tests that the costs can be measured, with small replies. Does not check the results.

use std::process::Command;

/// Returns the rows of the printed table.
fn rows(arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_costs")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn both_clients_read_a_reply_of_each_kind() {
    let small = ["--large", "3000", "--small", "1000"];
    for (only, calls, result) in [
        ("scan: many short keys", 2, "  an action_id of 2 bytes"),
        ("status: short ids", 2, " endpoints"),
        ("error: NULs", 4, ""),
    ] {
        let rows = rows(&[&["replies", "--only", only], &small[..]].concat());
        assert_eq!(rows.len(), 2 * calls, "{rows:#?}");
        assert!(rows.iter().all(|row| row.contains(only) && row.contains(result)), "{rows:#?}");
        assert_eq!(rows.iter().filter(|row| row.contains(" async ")).count(), calls, "{rows:#?}");
    }
}

#[test]
fn both_clients_are_made_with_each_kind_of_roots() {
    let rows = rows(&["clients", "--most", "1"]);
    assert_eq!(rows.len(), 4, "{rows:#?}");
}
