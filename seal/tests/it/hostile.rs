//! Whatever the bytes: no panic, no false "intact".

use counterfoil_seal::{Inspection, SignatureState, inspect_pdf};
use proptest::prelude::*;

use crate::fixtures::{SEALED, contents};

fn is_wholly_intact(pdf: &[u8]) -> bool {
    matches!(
        inspect_pdf(pdf),
        Ok(Inspection { signature: SignatureState::Intact(signer), .. }) if signer.covers_whole_file
    )
}

#[derive(Debug, Clone)]
enum Mutation {
    Set(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Copy(prop::sample::Index, prop::sample::Index, usize),
    Truncate(prop::sample::Index),
}

impl Mutation {
    fn apply(&self, pdf: &mut Vec<u8>) {
        if pdf.is_empty() {
            return;
        }
        let length = pdf.len();
        match self {
            Self::Set(at, byte) => pdf[at.index(length)] = *byte,
            Self::Insert(at, bytes) => {
                let at = at.index(length);
                pdf.splice(at..at, bytes.iter().copied());
            }
            Self::Remove(at, count) => {
                let at = at.index(length);
                pdf.drain(at..length.min(at + count));
            }
            Self::Copy(from, to, count) => {
                let from = from.index(length);
                let part = pdf[from..length.min(from + count)].to_vec();
                let to = to.index(length);
                pdf.splice(to..to, part);
            }
            Self::Truncate(at) => pdf.truncate(at.index(length)),
        }
    }
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let index = any::<prop::sample::Index>;
    let words = prop::sample::select(vec![
        "<<",
        ">>",
        "[",
        "]",
        "(",
        "0 R",
        "/ByteRange [0 1 2 3]",
        "/DecodeParms<</Predictor 12/Colors 65536/BitsPerComponent 65536/Columns 65536>>",
        "/EF",
        "/Length 99999999999",
        "/Prev 9",
        "stream\n",
        "endobj",
        "/Kids [1 0 R]",
        "/Filter /FlateDecode",
        "/W [8 8 8]",
        "/Index [0 99999999]",
        "-",
        "%PDF-",
        "xref",
        "startxref\n0\n%%EOF",
    ]);
    prop_oneof![
        4 => (index(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        2 => (index(), words).prop_map(|(at, word)| Mutation::Insert(at, word.into())),
        1 => (index(), 1..200_usize).prop_map(|(at, count)| Mutation::Remove(at, count)),
        1 => (index(), index(), 1..400_usize).prop_map(|(from, to, count)| Mutation::Copy(from, to, count)),
        1 => index().prop_map(Mutation::Truncate),
    ]
}

/// A sealed file whose padding is cut short, so that mutations hit the interesting parts.
fn without_padding(sealed: &[u8]) -> Vec<u8> {
    let mut pdf = sealed.to_vec();
    let gap = contents(&pdf);
    pdf.drain(gap.end - 8000..gap.end);
    pdf
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_file_is_never_wholly_intact_and_never_panics(
        which in 0..2_usize,
        padded in any::<bool>(),
        mutations in prop::collection::vec(mutation(), 1..6),
    ) {
        let sealed = &SEALED[which].1;
        let original = if padded { sealed.clone() } else { without_padding(sealed) };
        let mut pdf = original.clone();
        for mutation in &mutations {
            mutation.apply(&mut pdf);
        }
        prop_assert!(pdf == *sealed || !is_wholly_intact(&pdf));
    }

    #[test]
    fn a_single_changed_byte_is_never_wholly_intact(
        which in 0..2_usize, at in any::<prop::sample::Index>(), change in 1..=255_u8,
    ) {
        let mut pdf = SEALED[which].1.clone();
        let at = at.index(pdf.len());
        pdf[at] ^= change;
        prop_assert!(!is_wholly_intact(&pdf), "byte {at}");
    }

    #[test]
    fn arbitrary_bytes_behind_a_header_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = inspect_pdf(&[b"%PDF-1.7\n".as_slice(), &bytes].concat());
        let _ = inspect_pdf(&bytes);
    }
}

#[test]
fn no_byte_of_the_signature_can_be_changed_unseen() {
    let mut pdf = SEALED[0].1.clone();
    let gap = contents(&pdf);
    let padding = pdf[gap.clone()].iter().rev().take_while(|&&digit| digit == b'0').count();
    // One digit of each byte, the first and the second in turn.
    for byte in 0..(gap.len() - padding) / 2 {
        let at = gap.start + 2 * byte + byte % 2;
        let case_or_digit = if byte % 4 == 0 && pdf[at].is_ascii_alphabetic() { 0x20 } else { 1 };
        pdf[at] ^= case_or_digit;
        assert!(!is_wholly_intact(&pdf), "digit at byte {at}");
        pdf[at] ^= case_or_digit;
    }
    assert!(is_wholly_intact(&pdf));
}
