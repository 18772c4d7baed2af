//! What others have signed and published, read with our code: checkpoints of the Go checksum database.

use counterfoil_ledger::note::VerifierKey;
use counterfoil_ledger::{Checkpoint, note};

const KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

/// Size, root and signature.
const CHECKPOINTS: [(u64, &str, &str); 6] = [
    (
        3_935_567,
        "SapHtgdNCeF00Cx8kqztePV24kgzNg++Xovae42HAMw=",
        "Az3grsm7Wm4CVNR1RHq9BFnu9jzcRlU2uw7lr0gfUWgO6+rqPNjT+fUTl9gH0NRTgdwW9nItuQSMbhSaLCsk8YeYSAs=",
    ),
    (
        6_476_701,
        "mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=",
        "Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=",
    ),
    (
        19_777_102,
        "+g50vJoV4VVGa6aiQF3LYGUZHEP4pvGkW38vlR7WKtU=",
        "Az3griMTLHyRzj7jMuyEt85a2JnegVME6Lx3xLEBdzTd3FMDiD5y3bHV24rcl0yijOtWxV0zyygwTdo/rnaennuoqgU=",
    ),
    (
        28_891_140,
        "++pUIeKTwGvykMUkmM3AT97PwQipMT6H/p7t86E0Sp0=",
        "Az3grqNvOILDz7xwAKugtVFZwd+I9IyB/mHrUYzcVaS9zKsRVdRLNGLFpnAcLhyoBBkdIYEzK/+7Eu4wanYttLrPsQo=",
    ),
    (
        52_544_510,
        "+TGlZfnTizQCJgyZR56QixD8+X4dd8Wefy8U1w6k0Ig=",
        "Az3grn6d1PSjcypDf9bfcFVU5fvJB7VkLc0MAbz8jqeQVnSbAj9pKcsB5dJt5VdswPDUtiFar5LPRBu+uEQAT1CDfAc=",
    ),
    (
        65_209_736,
        "5+uGFjx6xBZG8ip1+wi77v+grwbhhukIrxEUS8PXvRo=",
        "Az3grnbssgK7ubgFX36gVETtNv0U23qxyAhAMai2QUfeGa3nB/akvkMdlUErfcZz7l/R3cVtYspg3dxXABkGZZKdsQ8=",
    ),
];

fn signed(size: u64, root: &str, signature: &str) -> String {
    format!("go.sum database tree\n{size}\n{root}\n\n— sum.golang.org {signature}\n")
}

#[test]
fn published_checkpoints_are_accepted_and_no_other_size_or_root() {
    let keys: [VerifierKey; 1] = [KEY.parse().unwrap()];
    for (index, (size, root, signature)) in CHECKPOINTS.into_iter().enumerate() {
        let note = signed(size, root, signature);
        let verified = note::verify(&note, &keys).unwrap();
        let checkpoint = Checkpoint::parse(&verified.text).unwrap();
        assert_eq!((checkpoint.size, checkpoint.origin.as_str()), (size, "go.sum database tree"));
        assert_eq!(Checkpoint::claimed(&note), Ok(checkpoint));
        let (_, other, _) = CHECKPOINTS[(index + 1) % CHECKPOINTS.len()];
        for changed in [signed(size + 1, root, signature), signed(size, other, signature)] {
            assert!(note::verify(&changed, &keys).is_err(), "{changed}");
        }
    }
}

/// Published with a second signature, of a log that passes checkpoints on.
#[test]
fn a_published_checkpoint_with_a_second_signature_is_accepted_by_either_key() {
    let note = "go.sum database tree\n15067302\ngJyioq6dwR9n+NjEWORfYmH+ubeYm3kH42BBQ0bTpYI=\n\n\
        — sum.golang.org Az3grp1rvWOs5NKlr/xR4GLN/CDyzzakmt1o61uSxYKpK1SerqOP2ClbX/peKUZjYnyomH5Xz7GZG3TpB7OeKn4E2ww=\n\
        — test.example.com qTGhC/xIPQ0AXKHK6Y+9ypRfuvMZWPjRXM8NiOg5M1WREn07VQXyuIXM3NRNav3ieVFLUqDRK77PWDmL6w8w84UqeAw=\n";
    let key: VerifierKey = KEY.parse().unwrap();
    let verified = note::verify(note, std::slice::from_ref(&key)).unwrap();
    assert_eq!(verified.signers, std::slice::from_ref(&key));
    assert_eq!(Checkpoint::parse(&verified.text).unwrap().size, 15_067_302);
    let alone = note.replace("— sum.golang.org Az3grp1rv", "— another.example Az3grp1rv");
    assert_eq!(note::verify(&alone, &[key]), Err(note::NoteError::Unsigned));
}
