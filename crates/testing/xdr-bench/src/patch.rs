//! Patches in the format of `git diff`.

/// Lines that occur exactly once in a file, and the lines that replace them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The path of the file, relative to the workspace.
    pub file: String,
    from: String,
    to: String,
}

impl Edit {
    /// Applies the edit to `text`.
    ///
    /// # Errors
    /// If the lines to replace do not occur exactly once.
    pub fn apply(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.from).count() {
            1 => Ok(text.replace(&self.from, &self.to)),
            n => Err(format!("{}: these lines occur {n} times:\n{}", self.file, self.from)),
        }
    }
}

/// Reads a patch. Returns one edit for each hunk. Ignores the text before the first file.
///
/// # Errors
/// If the patch contains no hunk, or if a hunk comes before the name of its file.
pub(super) fn read(patch: &str) -> Result<Vec<Edit>, String> {
    let (mut file, mut edits) = (None, Vec::<Edit>::new());
    for line in patch.lines() {
        if let Some(name) = line.strip_prefix("+++ b/") {
            file = Some(name);
        } else if line.starts_with("@@ ") {
            let file = file.ok_or("a change before the name of its file")?.to_owned();
            edits.push(Edit { file, from: String::new(), to: String::new() });
        } else if !line.starts_with("--- ")
            && let Some(edit) = edits.last_mut()
        {
            // Editors can remove the space of an empty context line.
            let (kind, line) = line.split_at_checked(1).unwrap_or((" ", ""));
            if kind != "+" {
                edit.from += &format!("{line}\n");
            }
            if kind != "-" {
                edit.to += &format!("{line}\n");
            }
        }
    }
    if edits.is_empty() { Err("it changes nothing".to_owned()) } else { Ok(edits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "For people\n\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n\n@@ -9 +9,2 @@\n d\n+e\n\
        --- a/y\n+++ b/y\n@@ -1 +0,0 @@\n-f\n";

    #[test]
    fn every_place_of_a_patch_is_an_edit() {
        let edit = |file: &str, from: &str, to: &str| {
            let [file, from, to] = [file, from, to].map(str::to_owned);
            Edit { file, from, to }
        };
        let expected = [edit("x", "a\nb\n\n", "a\nc\n\n"), edit("x", "d\n", "d\ne\n"), edit("y", "f\n", "")];
        assert_eq!(read(PATCH).expect("a good patch"), expected);
        assert!(read("For people\n").is_err() && read("@@ -1 +1 @@\n-a\n").is_err());
    }

    #[test]
    fn an_edit_applies_to_what_stands_once() {
        let edit = read(PATCH).expect("a good patch").remove(0);
        assert_eq!(edit.apply("1\na\nb\n\n2\n").as_deref(), Ok("1\na\nc\n\n2\n"));
        for text in ["", "a\n", "a\nb\n\na\nb\n\n"] {
            assert!(edit.apply(text).is_err(), "{text}");
        }
    }
}
