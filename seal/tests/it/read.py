"""Reads what a seal allows and whom it names: read.py FILE

Prints: the subfilter, the DocMDP permission, whether signing-certificate-v2 is the signer's, the PDF/A part in XMP.
"""

import hashlib
import re
import sys

from pyhanko.pdf_utils.reader import PdfFileReader

with open(sys.argv[1], "rb") as file:
    reader = PdfFileReader(file)
    (signature,) = reader.embedded_signatures
    (attribute,) = [a for a in signature.signer_info["signed_attrs"] if a["type"].native == "signing_certificate_v2"]
    (identified,) = attribute["values"][0]["certs"]
    own = hashlib.sha256(signature.signer_cert.dump()).digest() == identified["cert_hash"].native
    xmp = reader.root["/Metadata"].data if "/Metadata" in reader.root else b""
    part = re.search(rb"pdfaid:part[>=\"]+(\d)", xmp)
    print(
        signature.sig_object["/SubFilter"],
        signature.docmdp_level.name,
        "own-certificate" if own else "other-certificate",
        part.group(1).decode() if part else "no-part",
        hashlib.sha256(xmp).hexdigest(),
    )
