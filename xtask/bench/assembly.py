#!/usr/bin/env python3
"""The same invoice by the assembly of well-known parts: the peer that `cargo xtask bench` measures beside us.

    assembly.py CORPUS FACTUR-X.XML ROUNDS

WeasyPrint draws the page, factur-x puts the e-invoice in, pyHanko signs, and the official EN 16931 rules are run by
Saxon, as CORPUS/oracle.py has them. Prints a line for each part: name, tab, median milliseconds of processor time.
"""
import datetime
import io
import os
import statistics
import sys
import tempfile
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from facturx import generate_from_binary
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from weasyprint import HTML

STYLE = """
@page { size: A4; margin: 20mm; @bottom-right { content: counter(page) " of " counter(pages) } }
body { font: 10pt sans-serif } table { width: 100%; border-collapse: collapse } td, th { padding: 2pt 0 }
th { text-align: left; border-bottom: .5pt solid } .n { text-align: right; font-variant-numeric: tabular-nums }
"""


def page():
    rows = "".join(
        f"<tr><td>{n}</td><td>Item number {n}<br><small>As ordered</small></td><td class=n>{n}</td>"
        f"<td class=n>12.34</td><td class=n>{19 if n % 2 == 0 else 7} %</td><td class=n>{n * 12.34:.2f}</td></tr>"
        for n in range(1, 11)
    )
    return f"""<!DOCTYPE html><html lang=en><title>Invoice</title><style>{STYLE}</style>
    <p>Northlight Instruments GmbH<br>Musterstraße 1<br>Berlin</p><p>Beispiel Handels GmbH<br>Köln</p>
    <h1>Invoice 2026-1</h1><table><tr><th>#<th>Item<th class=n>Quantity<th class=n>Price<th class=n>VAT<th class=n>Net
    {rows}</table><table><tr><td>Net<td class=n>678.70<tr><td>VAT<td class=n>89.83<tr><td>Due<td class=n>768.53</table>
    <p>14 days net. IBAN DE02 1203 0000 0000 2020 51</p></html>"""


def signer(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=9))
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), True)
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
    pem, pkcs8, clear = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    with open(key_file, "wb") as file:
        file.write(key.private_bytes(pem, pkcs8, clear))
    with open(certificate_file, "wb") as file:
        file.write(certificate.public_bytes(pem))
    return signers.SimpleSigner.load(key_file, certificate_file)


def main(corpus, xml_file, rounds):
    sys.path.insert(0, corpus)
    import oracle

    with open(xml_file, "rb") as file:
        xml = file.read()
    details = signers.PdfSignatureMetadata(
        field_name="Signature", subfilter=fields.SigSeedSubFilter.PADES, certify=True, md_algorithm="sha256")
    parts = {"rules": [], "PDF/A-3": [], "e-invoice inside": [], "signature": []}
    with tempfile.TemporaryDirectory() as folder:
        by = signer(folder)
        for n in range(rounds + 3):
            times = [time.process_time()]
            fatal, _, _ = oracle.check_xml(xml)
            assert not fatal, fatal
            times.append(time.process_time())
            pdf = HTML(string=page()).write_pdf(pdf_variant="pdf/a-3b")
            times.append(time.process_time())
            whole = generate_from_binary(pdf, xml, level="en16931", check_xsd=False, check_schematron=False)
            times.append(time.process_time())
            signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(whole)), details, signer=by)
            times.append(time.process_time())
            # The first rounds load rules and fonts.
            if n >= 3:
                for part, start, end in zip(parts.values(), times, times[1:]):
                    part.append(end - start)
    for name, seconds in parts.items():
        print(name, f"{statistics.median(seconds) * 1000:.2f}", sep="\t")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
