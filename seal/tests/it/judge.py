"""Asks pyHanko about the one signature of a PDF: judge.py FILE AUTHORITY.der

Prints: intact valid trusted coverage docmdp bottom-line signer, and what it thinks of later changes; or why it refuses.
"""

import sys

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

pdf, authority = sys.argv[1:]
with open(authority, "rb") as file:
    root = x509.Certificate.load(file.read())
with open(pdf, "rb") as file:
    try:
        (signature,) = PdfFileReader(file).embedded_signatures
    except Exception as refusal:
        print("refused", type(refusal).__name__)
        sys.exit()
    context = ValidationContext(
        trust_roots=[root], allow_fetching=False, moment=signature.self_reported_timestamp
    )
    try:
        status = validate_pdf_signature(signature, context)
    except Exception as refusal:
        print("refused", type(refusal).__name__)
    else:
        flags = {
            "intact": status.intact,
            "valid": status.valid,
            "trusted": status.trusted,
            status.coverage.name: True,
            "docmdp": status.docmdp_ok,
            "bottom-line": status.bottom_line,
        }
        level = status.modification_level
        changes = "" if level is None else f"changes:{level.name} "
        signer = status.signing_cert.subject.native["common_name"]
        print(*(name for name, holds in flags.items() if holds), f"{changes}{signer}")
