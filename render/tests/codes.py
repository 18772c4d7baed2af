"""The QR codes of a PDF, as zxing reads them from its pages as pictures: codes.py FILE.pdf, a JSON list of texts."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image

with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", sys.argv[1], f"{folder}/page"], check=True)
    pages = sorted(Path(folder).iterdir())
    print(json.dumps([code.text for page in pages for code in zxingcpp.read_barcodes(Image.open(page))]))
