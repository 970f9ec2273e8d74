//! Tests of what users copy.

mod examples;
