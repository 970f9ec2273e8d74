//! Installs the tools of other languages into a scratch folder, with npm and pip.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use xdr_workspace::succeed;

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };
const VENV_PROGRAMS: &str = if cfg!(windows) { "Scripts" } else { "bin" };

/// The folder of the programs and package lists of this check.
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/programs");

/// Returns a list of the missing programs, or `None` if no program is missing.
pub(super) fn missing() -> Option<String> {
    let wanted: [(&str, &[&str], &str); 4] = [
        (
            "node",
            &["-e", "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)"],
            "Node.js 20 or later",
        ),
        (NPM, &["--version"], "npm"),
        (PYTHON, &["-c", "import sys; sys.exit(sys.version_info < (3, 10))"], "Python 3.10 or later"),
        (PYTHON, &["-c", "import ensurepip, venv"], "Python's venv and pip"),
    ];
    let works = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).output().is_ok_and(|output| output.status.success())
    };
    let missing: Vec<_> =
        wanted.iter().filter(|(program, args, _)| !works(program, args)).map(|(.., name)| *name).collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}

/// The scratch folder with the installed tools.
pub(super) struct Tools {
    scratch: PathBuf,
}

impl Tools {
    /// Installs the packages, unless an earlier run has installed the same list of packages.
    ///
    /// # Errors
    /// If a package manager fails.
    pub(super) fn install(scratch: &Path) -> Result<Self, Box<dyn Error>> {
        fs::create_dir_all(scratch)?;
        let tools = Self { scratch: fs::canonicalize(scratch)? };
        tools.copy_programs(Path::new(PROGRAMS), &tools.scratch)?;
        tools.unless_done("package.json", Self::install_node)?;
        tools.unless_done("requirements.txt", Self::install_python)?;
        Ok(tools)
    }

    /// Copies the programs to the installed packages. Node.js searches for packages in the folder of the program.
    fn copy_programs(&self, from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let to = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                self.copy_programs(&entry.path(), &to)?;
            } else {
                fs::copy(entry.path(), to)?;
            }
        }
        Ok(())
    }

    /// Runs an installation, unless it has already succeeded with the same list of packages.
    fn unless_done(
        &self,
        list: &str,
        install: fn(&Self) -> Result<(), Box<dyn Error>>,
    ) -> Result<(), Box<dyn Error>> {
        let packages = fs::read(self.scratch.join(list))?;
        let stamp = self.scratch.join(format!("{list}.installed"));
        if fs::read(&stamp).is_ok_and(|installed| installed == packages) {
            return Ok(());
        }
        install(self)?;
        Ok(fs::write(stamp, packages)?)
    }

    fn install_node(&self) -> Result<(), Box<dyn Error>> {
        let flags = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
        succeed(Command::new(NPM).args(flags).current_dir(&self.scratch)).map(drop)
    }

    fn install_python(&self) -> Result<(), Box<dyn Error>> {
        succeed(Command::new(PYTHON).args(["-m", "venv", "--clear"]).arg(self.scratch.join("venv")))?;
        let mut pip = self.python("python");
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            "requirements.txt",
        ]);
        succeed(&mut pip).map(drop)
    }

    /// Returns the path of a file or folder in the scratch folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    /// Makes an empty folder in the scratch folder.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub(super) fn empty_folder(&self, name: &str) -> Result<PathBuf, Box<dyn Error>> {
        let folder = self.path(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Returns a command that runs `node`. The caller adds the program.
    pub(super) fn node(&self) -> Command {
        let mut command = Command::new("node");
        command.current_dir(&self.scratch);
        command
    }

    /// Returns a command of an npm package. `script` is the path of its script in `node_modules`. The link in `.bin` is
    /// not used, because it is a shell script on some systems.
    pub(super) fn npm_command(&self, script: &str) -> Command {
        let mut command = self.node();
        command.arg(self.path("node_modules").join(script));
        command
    }

    /// Returns a command of the virtual environment of Python.
    pub(super) fn python(&self, command: &str) -> Command {
        let mut command = Command::new(self.path("venv").join(VENV_PROGRAMS).join(command));
        // Without UTF-8 mode, the encoding depends on the locale.
        command.current_dir(&self.scratch).env("PYTHONUTF8", "1");
        command
    }

    /// Returns the version of an installed npm package.
    ///
    /// # Errors
    /// If the package is not installed.
    pub(super) fn npm_version(&self, package: &str) -> Result<String, Box<dyn Error>> {
        let text = fs::read_to_string(self.path("node_modules").join(package).join("package.json"))?;
        let package: serde_json::Value = serde_json::from_str(&text)?;
        Ok(package["version"].as_str().unwrap_or("?").into())
    }

    /// Returns the version of an installed Python package.
    ///
    /// # Errors
    /// If the package is not installed.
    pub(super) fn pip_version(&self, package: &str) -> Result<String, Box<dyn Error>> {
        let program = format!("from importlib.metadata import version; print(version('{package}'))");
        Ok(succeed(self.python("python").args(["-c", &program]))?.trim().into())
    }
}
