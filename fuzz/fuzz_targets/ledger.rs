//! Any text as a signed note, as a key and as a proof.
#![no_main]

use counterfoil_ledger::note::{self, SigningKey, VerifierKey};
use counterfoil_ledger::proof::TlogProof;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let key = SigningKey::from_parts("ledger.example.com/example", &[7; 32]).expect("a good name");
    let key = key.verifier();
    let _ = note::verify(text, std::slice::from_ref(&key));
    let _ = text.parse::<VerifierKey>();
    if let Ok(proof) = text.parse::<TlogProof>() {
        let _ = proof.verify(b"leaf", &key);
    }
});
