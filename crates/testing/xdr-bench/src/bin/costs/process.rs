//! The memory and CPU time of this process.

use std::error::Error;
use std::fs;
use std::time::Duration;

/// The memory and CPU time of this process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// The current size in memory, in bytes.
    pub(crate) resident: u64,
    /// The largest size in memory so far, in bytes.
    pub(crate) peak: u64,
    /// The CPU time in user mode and in the kernel.
    pub(crate) cpu: Duration,
}

const LINUX_ONLY: &str = "costs can only be measured on Linux, where /proc shows what a process uses";

impl Usage {
    /// # Errors
    /// If the system is not Linux.
    pub(crate) fn now() -> Result<Self, Box<dyn Error>> {
        let status = fs::read_to_string("/proc/self/status").map_err(|_| LINUX_ONLY)?;
        let bytes = |key| {
            let line = status.lines().find_map(|line| line.strip_prefix(key));
            let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
            kilobytes.map(|kilobytes| kilobytes * 1024).ok_or(LINUX_ONLY)
        };
        Ok(Self { resident: bytes("VmRSS:")?, peak: bytes("VmHWM:")?, cpu: cpu()? })
    }
}

#[cfg(target_os = "linux")]
fn cpu() -> Result<Duration, Box<dyn Error>> {
    Ok(rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).try_into()?)
}

#[cfg(not(target_os = "linux"))]
fn cpu() -> Result<Duration, Box<dyn Error>> {
    Err(LINUX_ONLY.into())
}
