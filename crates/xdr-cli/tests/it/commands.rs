//! The commands that go on with an action.

use std::path::Path;

use xdr_cli::{Commands, Job, NextStep, Target};
use xdr_model::ActionId;

use crate::support::{parse, parse_words, variable};

fn commands(line: &str, json: bool) -> Commands {
    let target = Target::new(&parse(line).unwrap(), variable).unwrap_or_else(|refusal| panic!("{refusal}"));
    Commands::new(Path::new("/opt/my tools/xdr"), &target, json)
}

/// An id as a tenant names it.
fn id(text: &str) -> ActionId {
    serde_json::from_value(text.into()).unwrap()
}

fn resumed(line: &str, action: &str) -> String {
    commands(line, false).line(NextStep::Follow, &id(action)).unwrap()
}

const PROGRAM: &str = "'/opt/my tools/xdr'";
const ADVANCED: &str = "scan --url http://127.0.0.1:8080 --key-id 9 --key s3cret --advanced";

#[test]
fn a_command_leads_to_the_same_tenant_and_never_holds_a_key() {
    let table = [
        ("scan --all", "follow 7"),
        ("scan --url http://127.0.0.1:8080", "follow --url http://127.0.0.1:8080 7"),
        ("scan --url http://127.0.0.1:8080 --advanced", "follow --url http://127.0.0.1:8080 --advanced 7"),
        (ADVANCED, "follow --url http://127.0.0.1:8080 --key-id 9 --key '<KEY>' --advanced 7"),
    ];
    for (line, rest) in table {
        assert_eq!(resumed(line, "7"), format!("{PROGRAM} {rest}"), "{line}");
    }
}

#[test]
fn a_program_that_was_read_by_another_one_will_be_again() {
    let line = commands("scan --all", true).line(NextStep::Cancel, &id("7"));
    assert_eq!(line, Some(format!("{PROGRAM} cancel --json 7")));
}

#[test]
fn any_id_survives_the_shell_and_the_command_line() {
    let plain = ["77;id", "a b", "-5", "--json", "$(id)", "it's", "`id`", "*", "ä", "=x", "\\"];
    let odd = [
        "  a  ",
        "7\n",
        "7\0",
        "\u{1b}[2J",
        "\u{202e}7",
        "7\u{200b}",
        "\u{feff}",
        "\"7\"",
        "\"",
        "\u{e0001}7",
        "\\\n",
    ];
    for action in plain.into_iter().chain(odd) {
        for line in [ADVANCED, "scan --all"] {
            let words = shlex::split(&resumed(line, action)).unwrap();
            let job = parse_words(&words).unwrap().job(std::time::SystemTime::UNIX_EPOCH);
            assert_eq!(job, Ok(Job::Follow(id(action).into())), "{words:?}");
        }
    }
}

#[test]
fn an_id_that_would_do_something_to_the_terminal_is_written_so_that_it_can_be_seen() {
    let table = [
        ("7\u{1b}[2J", r#""7\u001b[2J""#),
        ("7\n", r#""7\n""#),
        ("\u{202e}7", r#""\u202e7""#),
        ("7 ", r#""7 ""#),
        ("7\u{e0001}", r#""7\udb40\udc01""#),
    ];
    for (action, word) in table {
        let words = shlex::split(&resumed("scan --all", action)).unwrap();
        assert_eq!(words[2], word, "{action:?}");
    }
    let hint = commands("demo", false).hint(&[NextStep::Follow], &id("7\n"));
    assert!(hint.contains(r#"follow "\"7\\n\"""#), "{hint}");
}

#[test]
fn of_a_tenant_that_ends_with_the_program_only_an_example_is_given() {
    let commands = commands("demo", false);
    assert_eq!(commands.line(NextStep::Follow, &id("7")), None);
    let hint = commands.hint(&[NextStep::Follow], &id("7"));
    assert!(hint.starts_with("This simulated tenant ends") && hint.contains("xdr' follow 7\n"), "{hint}");
    assert_eq!(commands.hint(&[], &id("7")), "");
}
