"""PDF files: whole, unprotected, and without anything that acts.

This reads names, it does not understand documents. Names are found wherever they stand in plain text, also written
with escapes, and in compressed object streams, where programs of today put most of them. What hides an action in
other ways, for example behind several filters, is refused as unusual or not seen; a reader's program still asks
before it acts, and what we hand out is a download that no browser runs on our site.
"""

import re
import zipfile
import zlib
from io import BytesIO

from catalogue.models.file_kind import PDF
from catalogue.uploads.refusals import Refused

HEADER = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n \t]")
END = b"%%EOF"
LAST_BYTES = 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
NAMES = {
    "encrypted": rb"Encrypt",
    "embedded_file": rb"EmbeddedFiles?|GoToE",
    "active_content": rb"JavaScript|Launch|ImportData|SubmitForm|RichMedia|Rendition|XFA",
}
PATTERNS = {code: re.compile(rb"/(?:%b)(?![A-Za-z0-9])" % names) for code, names in NAMES.items()}
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
OBJECT_STREAM = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
FILTER = re.compile(rb"/(?:Filter|DecodeParms)(?![A-Za-z0-9])")
ONLY_FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])(?![A-Za-z0-9])")


def checked_pdf(content: bytes) -> bytes:
    """Return ``content`` as it is, or refuse it."""
    _check_shape(content)
    plain = _without_escapes(content)
    _check_names(plain)
    _check_object_streams(content, expected=len(OBJECT_STREAM.findall(plain)))
    return content


def _check_shape(content: bytes) -> None:
    """Refuse what does not begin and end as a PDF does, or is something else at the same time."""
    end = content.rfind(END, max(0, len(content) - LAST_BYTES))
    if not HEADER.match(content) or end < 0:
        raise Refused("wrong_content", kind=PDF.label)
    if content[end + len(END) :].strip(b"\r\n\t \0") or zipfile.is_zipfile(BytesIO(content)):
        raise Refused("hidden_data")


def _without_escapes(content: bytes) -> bytes:
    """Return the text with names as they are meant: ``/J#61vaScript`` is ``/JavaScript``."""
    return ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), content)


def _check_names(plain: bytes) -> None:
    for code, pattern in PATTERNS.items():
        if pattern.search(plain):
            raise Refused(code)


def _check_object_streams(content: bytes, *, expected: int) -> None:
    """Unpack each stream of objects and look for names in there; refuse if one of them cannot be found or read."""
    seen = unpacked = 0
    streams = [*STREAM.finditer(content)]
    starts = [0, *(stream.end() for stream in streams)]
    ends = [*(stream.start() for stream in streams[1:]), len(content)]
    for stream, before, end in zip(streams, starts, ends, strict=False):
        # From the last "obj" on; never further back than the stream before, so that the whole file is read once.
        head = content[max(content.rfind(b"obj", before, stream.start()), before) : stream.start()]
        head = _without_escapes(head)
        if OBJECT_STREAM.search(head):
            seen += 1
            objects = _unpacked(head, memoryview(content)[stream.end() : end], LARGEST_UNPACKED - unpacked)
            unpacked += len(objects)
            _check_names(_without_escapes(objects))
    if seen != expected:
        raise Refused("unusual")


def _unpacked(head: bytes, data: memoryview, room: int) -> bytes:
    if not FILTER.search(head):
        return b""  # plain text, which was read with the rest
    if not ONLY_FLATE.search(head) or len(FILTER.findall(head)) > 1:
        raise Refused("unusual")
    unpacker = zlib.decompressobj()
    try:
        objects = unpacker.decompress(data, max(room, 1))
    except zlib.error:
        raise Refused("unusual") from None
    if unpacker.unconsumed_tail:
        raise Refused("unpacks_too_large")
    return objects
