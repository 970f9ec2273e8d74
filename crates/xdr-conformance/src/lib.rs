//! The cases that both clients must pass against the simulated tenant.
