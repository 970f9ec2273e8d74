//! Start, follow and cancel malware scans of a Cortex XDR tenant from tokio programs.
