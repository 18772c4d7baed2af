"""Stamps a text on the first page of a PDF with pyHanko, as an incremental update: stamp.py IN OUT"""

import sys

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.stamp import TextStampStyle

source, target = sys.argv[1:]
with open(source, "rb") as file:
    writer = IncrementalPdfFileWriter(file)
    style = TextStampStyle(stamp_text="Pay to DE89 3704 0044 0532 0130 00")
    style.create_stamp(writer, None, {}).apply(0, 70, 700)
    with open(target, "wb") as out:
        writer.write(out)
