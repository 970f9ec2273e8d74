//! A simulated Cortex XDR tenant for tests and demonstrations.
