"""Computes vectors.txt with another implementation than the crate's.

Python 3 with the packages `cryptography` and `argon2-cffi`:  python3 vectors.py > vectors.txt
"""

import hashlib
import hmac

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ORGANISATION = bytes.fromhex("0190a5c27b4e7d3c8f21d4c6b8a09e57")
ROW = bytes.fromhex("0190a5c27b4e7d3c8f21000000000042")


def hkdf(key, label, length=32):
    secret = hmac.digest(bytes(32), key, "sha256")
    info = b"counterfoil.vault.v1/" + label.encode()
    return hmac.digest(secret, info + b"\x01", "sha256")[:length]


def encode(*items):
    return b"".join(len(item).to_bytes(8, "big") + item for item in items)


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def xaes(key, nonce, plaintext, associated_data):
    aes = lambda block: Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)
    l = int.from_bytes(aes(bytes(16)), "big")
    k1 = ((l << 1) & (2**128 - 1) ^ (0x87 if l >> 127 else 0)).to_bytes(16, "big")
    subkey = b"".join(aes(xor(bytes([0, counter, 0x58, 0]) + nonce[:12], k1)) for counter in (1, 2))
    return AESGCM(subkey).encrypt(nonce[12:], plaintext, associated_data)


def seal(key, nonce, plaintext, *place):
    header = b"\x01" + hkdf(key, "check", 8)
    return header + nonce + xaes(key, nonce, plaintext, header + encode(*place))


def show(name, *values):
    print(name, *(value.hex() if isinstance(value, bytes) else value for value in values))


vector = "ABCDEFGHIJKLMNOPQRSTUVWX".encode()
assert xaes(b"\x03" * 32, vector, b"XAES-256-GCM", b"c2sp.org/XAES-256-GCM").hex() == (
    "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"
)

root = hashlib.sha256(b"root").digest()
organisation = hashlib.sha256(b"organisation").digest()

print("# Computed by vectors.py. Bytes are in hexadecimal; names of purposes, tables and columns are text.")
print("# What these lines fix is in databases: they never change, a new version gets new lines.")
show("organisation", ORGANISATION)
show("root", root)
show("root-check", hkdf(root, "root/check", 8))
nonce = hashlib.sha256(b"wrap").digest()[:24]
wrapped = seal(hkdf(root, "root/wrap"), nonce, organisation, b"organisation key", ORGANISATION)
show("wrapped", nonce, wrapped)
for version in (2, 256):
    nonce = hashlib.sha256(f"wrap {version}".encode()).digest()[:24]
    place = (b"organisation key", ORGANISATION, version.to_bytes(4, "big"))
    show("wrapped-version", str(version), nonce, seal(hkdf(root, "root/wrap"), nonce, organisation, *place))

phrase = "Grüße vom Deich"
salt = hashlib.sha256(b"salt").digest()[:16]
line = f"argon2id m=19456 t=2 p=1 salt={salt.hex()}"
derived = hash_secret_raw(phrase.encode(), salt, 2, 19456, 1, 32, Type.ID)
nonce = hashlib.sha256(b"protect").digest()[:24]
sealed = seal(hkdf(derived, "root/protect"), nonce, root, b"root key", line.encode())
show("protected", phrase.encode(), salt, nonce, "\n".join(["counterfoil root key 1", line, sealed.hex(), ""]).encode())

for purpose in ("records", "files", "search", "ledger", "tokens"):
    key = hkdf(organisation, "purpose/" + purpose)
    for table, column, plaintext in (("contacts", "name", "Example Gärten GmbH".encode()), ("files", "", b"")):
        nonce = hashlib.sha256(f"{purpose} {table}".encode()).digest()[:24]
        place = (b"record", purpose.encode(), ORGANISATION, table.encode(), column.encode(), ROW)
        sealed = seal(hkdf(key, "seal"), nonce, plaintext, *place)
        show("sealed", purpose, table, column or "-", ROW, plaintext or "-", nonce, sealed)
    index = hmac.digest(hkdf(key, "index"), encode(b"e-mail", b"mail@example.com"), "sha256")[:16]
    show("index", purpose, "e-mail", "mail@example.com", index)
    show("mac", purpose, "link", b"secret", hmac.digest(hkdf(key, "mac"), encode(b"link", b"secret"), "sha256"))
