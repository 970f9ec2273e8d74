//! A lock that lets only one run at a time use a state file.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};

/// Locks a state file until the value is dropped. Without the lock, two runs that resume the same batches would both
/// send them.
///
/// Each save replaces the state file, so the lock is on a second file. Its name is that of the state file with `.lock`
/// at the end.
#[derive(Debug)]
pub(crate) struct StateLock {
    path: PathBuf,
    _file: File,
}

impl StateLock {
    /// Takes the lock. Returns `None` if the folder or the file system does not allow locks. Then a state cannot be
    /// saved there either.
    ///
    /// # Errors
    /// When another run has the lock.
    pub(crate) fn take(state: &Path) -> Result<Option<Self>, String> {
        let mut path = OsString::from(resolved(state));
        path.push(".lock");
        let path = PathBuf::from(path);
        loop {
            let options = File::options().create(true).truncate(false).write(true).open(&path);
            let Ok(file) = options else { return Ok(None) };
            match FileExt::try_lock(&file) {
                Ok(()) if is_at(&file, &path) => return Ok(Some(Self { path, _file: file })),
                // Another run has just removed the file.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(format!(
                        "{}: another xdr is using this file. Nothing was sent",
                        state.display()
                    ));
                }
                Err(TryLockError::Error(_)) => return Ok(None),
            }
        }
    }
}

impl Drop for StateLock {
    fn drop(&mut self) {
        // The lock is still held. A run that opened the file before detects in `is_at` that it was removed.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Resolves symbolic links in a path. Returns the path without changes if the file does not exist.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
    matches!((file.metadata(), fs::metadata(path)), (Ok(one), Ok(other)) if place(&one) == place(&other))
}

/// On other systems, the file is never removed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}
