//! `cargo xtask api` writes `crates/<library>/public-api.txt`, the list of the public items of each published library.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use public_api::Builder;
use rustdoc_types::FORMAT_VERSION;
use xdr_workspace::{cargo, output, scratch, succeed};

use crate::difference::{Difference, Files, differences};

const LIBRARIES: [&str; 5] = ["xdr-model", "xdr-transport", "xdr-blocking", "xdr-async", "xdr-sim"];

/// The options that make rustdoc write JSON. They are unstable, so rustdoc accepts them only with `UNSTABLE`.
const JSON: &str = "-Z unstable-options --output-format json --cap-lints allow";
const UNSTABLE: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");

/// Parts of lines that are left out: they differ between compilers or are not promised.
const LEFT_OUT: [&str; 4] =
    ["marker::Freeze for", "marker::UnsafeUnpin for", "StructuralPartialEq for", "unwind_safe::"];

/// Returns the differences between the lists and the libraries of the workspace `root`. Without `check`, also writes
/// the lists. Returns `None` if the JSON format of this toolchain is not supported.
///
/// # Errors
/// If a library does not build, or if a list cannot be written.
pub fn run(root: &Path, check: bool) -> Result<Option<Vec<Difference>>, Box<dyn Error>> {
    // A separate folder, because cargo rebuilds many dependencies with the variable.
    let target = scratch("api");
    if !fits(&target)? {
        return Ok(None);
    }
    let mut documentation = cargo(root);
    documentation.args([
        "doc",
        "--quiet",
        "--locked",
        "--no-deps",
        "--lib",
        "--all-features",
        "--target-dir",
    ]);
    documentation.arg(&target).args(LIBRARIES.map(|library| format!("--package={library}")));
    succeed(documentation.env("RUSTDOCFLAGS", JSON).env(UNSTABLE.0, UNSTABLE.1))?;

    let (mut expected, mut actual) = (Files::new(), Files::new());
    for library in LIBRARIES {
        let name = format!("crates/{library}/public-api.txt");
        if let Ok(list) = fs::read(root.join(&name)) {
            actual.insert(name.clone(), list);
        }
        expected.insert(name, list(&target.join(format!("doc/{}.json", library.replace('-', "_"))))?.into());
    }
    for (name, list) in expected.iter().filter(|_| !check) {
        fs::write(root.join(name), list)?;
    }
    Ok(Some(differences(&expected, &actual, &[])))
}

/// Returns whether rustdoc writes JSON in the supported format. Tries it with an empty crate.
fn fits(folder: &Path) -> Result<bool, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let (source, json) = (folder.join("empty.rs"), folder.join("empty.json"));
    fs::write(&source, "")?;
    let mut rustdoc = Command::new(env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()));
    rustdoc.args(JSON.split(' ')).arg("--out-dir").arg(folder).arg(&source).env(UNSTABLE.0, UNSTABLE.1);
    let is_written = output(&mut rustdoc)?.status.success();
    Ok(is_written && fs::read_to_string(json)?.contains(&format!("\"format_version\":{FORMAT_VERSION}")))
}

/// Returns a line for each item. Leaves out blanket implementations, such as `impl<T> From<T> for T`, and the functions
/// of implemented traits: the line of the implementation shows them.
fn list(json: &Path) -> Result<String, Box<dyn Error>> {
    let api = Builder::from_rustdoc_json(json).omit_blanket_impls(true).build()?;
    let (mut list, mut functions) = (String::new(), None);
    for line in api.items().map(|item| format!("{item}\n")) {
        // Rust 1.97 shows the type behind this alias.
        let line = line.replace("atomic::Atomic<bool>", "atomic::AtomicBool");
        if line.starts_with("impl") {
            if LEFT_OUT.iter().any(|part| line.contains(part)) {
                continue;
            }
            let of =
                line.trim_end().split_once(" for ").map(|(_, of)| of.split(" where ").next().unwrap_or(of));
            functions = of.map(|of| format!("pub fn {of}::"));
        } else if functions.as_ref().is_some_and(|functions| line.starts_with(functions)) {
            continue;
        }
        list += &line;
    }
    Ok(list)
}
