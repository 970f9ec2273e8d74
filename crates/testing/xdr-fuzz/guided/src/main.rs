//! Runs one target with libFuzzer. `XDR_FUZZ_TARGET` is the name of the target.

#![no_main]

use std::sync::LazyLock;

static TARGET: LazyLock<xdr_fuzz::Target> = LazyLock::new(|| {
    let name = std::env::var("XDR_FUZZ_TARGET").expect("XDR_FUZZ_TARGET names a target");
    xdr_fuzz::target(&name).expect("XDR_FUZZ_TARGET names one of the targets")
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| TARGET.1(input));
