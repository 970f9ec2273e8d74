//! The scan operations of the Cortex XDR public API as values: requests, replies, rules and conversations, without any I/O.
