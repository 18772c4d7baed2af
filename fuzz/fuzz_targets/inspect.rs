//! Any bytes as a PDF.
#![no_main]

libfuzzer_sys::fuzz_target!(|pdf: &[u8]| {
    let _ = counterfoil_seal::inspect_pdf(pdf);
    let _ = counterfoil_seal::page_text(pdf);
});
