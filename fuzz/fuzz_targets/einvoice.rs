//! Any bytes as an e-invoice: read, judged, and written again if they were read.
#![no_main]

use counterfoil_einvoice::{Syntax, read, validate, write};

libfuzzer_sys::fuzz_target!(|xml: &[u8]| {
    let judged = validate(xml);
    let Ok(reading) = read(xml) else { return };
    assert!(judged.is_ok(), "what can be read can be judged");
    for syntax in [Syntax::Cii, Syntax::Ubl] {
        let _ = write(&reading.document, syntax);
    }
});
