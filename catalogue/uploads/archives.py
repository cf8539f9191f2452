"""Zip archives, as far as they are documents: small enough, whole, readable, with harmless names."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from xml.parsers import expat

from catalogue.uploads.refusals import Refused

MOST_MEMBERS = 2000
LARGEST_DIRECTORY = 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
HIGHEST_RATIO = 100
"""Text packs up to 40 times; bombs pack 1,000 times. Asked of files that become large."""
ASK_RATIO_FROM = 5 * 1024 * 1024
CHUNK = 256 * 1024
DIRECTORY_END = struct.Struct("<4s4H2LH")
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
PROTECTED = 0x1 | 0x40
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
CONTAINERS = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"%PDF-", b"{\\rtf", b"ITSF")
"""How programs, and files that hold others, begin."""
PROGRAM_NAMES = re.compile(
    r"\.(?:exe|dll|com|scr|bat|cmd|ps1|vb[ase]|jse?|ws[fh]|hta|msi|jar|lnk|sh|py|pl|php|x?html?|mht(?:ml)?|svgz|swf"
    r"|class|url|reg|iso|img|zip|rar|7z|rtf|chm|doc|xls|ppt|do[ct]m|xl[st]m|xlam|p[op]tm|ppam|ppsm|sldm)\Z",
    re.IGNORECASE,
)
UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f\\]|\A/|\A[A-Za-z]:|(?:\A|/)\.{1,2}(?:/|\Z)")
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,
    NotImplementedError,
)

OnElement = Callable[[str, dict[str, str]], None]
OnChunk = Callable[[bytes], None]


class Archive:
    """The members of a document; to make one refuses what is no harmless archive, or ``kind`` names it."""

    def __init__(self, content: bytes, kind: str) -> None:
        self.kind = kind
        self._check_ends(content)
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except BROKEN_ARCHIVE:
            raise self.wrong() from None
        self.members = self._zip.infolist()
        self._read: set[str] = set()
        self._check_members()

    @property
    def names(self) -> set[str]:
        return {member.filename for member in self.members}

    def wrong(self) -> Refused:
        return Refused("wrong_content", kind=self.kind)

    def read(self, name: str) -> bytes:
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack a member piece by piece; its checksum is asked at the end."""
        try:
            with self._zip.open(name) as member:
                while chunk := member.read(CHUNK):
                    yield chunk
        except BROKEN_ARCHIVE:
            raise self.wrong() from None

    def start(self, name: str) -> bytes:
        """Return how a member begins; if nobody has read it to its end, do so, because that asks its checksum."""
        chunks = self.chunks(name)
        first = next(chunks, b"")
        if name not in self._read:
            for _rest in chunks:
                pass
        return first

    def parse(self, name: str, on_element: OnElement | None = None, on_chunk: OnChunk | None = None) -> None:
        """Read a member as XML, which declares nothing (no entities) and is well-formed."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse_declarations
        if on_element:
            parser.StartElementHandler = lambda name, attributes: on_element(
                _local(name), _locals(attributes)
            )
        try:
            for chunk in self.chunks(name):
                parser.Parse(chunk)
                if on_chunk:
                    on_chunk(chunk)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise self.wrong() from None
        self._read.add(name)

    def _check_ends(self, content: bytes) -> None:
        """Refuse what does not begin with the first member and end with a directory that has no comment."""
        end = content[-DIRECTORY_END.size :]
        if not content.startswith(b"PK\x03\x04") or len(end) < DIRECTORY_END.size:
            raise self.wrong()
        mark, _disk, _start, _here, members, size, _offset, comment = DIRECTORY_END.unpack(end)
        if mark != b"PK\x05\x06" or comment:
            raise Refused("hidden_data") if b"PK\x05\x06" in content[-70_000:] else self.wrong()
        if members > MOST_MEMBERS or size > LARGEST_DIRECTORY:
            raise Refused("unpacks_too_large")

    def _check_members(self) -> None:
        members = self.members
        if not members or min(member.header_offset for member in members) != 0:
            raise Refused("hidden_data") if members else self.wrong()
        unpacked = sum(member.file_size for member in members)
        packed = max(1, sum(member.compress_size for member in members))
        if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED:
            raise Refused("unpacks_too_large")
        if unpacked > ASK_RATIO_FROM and unpacked / packed > HIGHEST_RATIO:
            raise Refused("unpacks_too_large")
        if len({member.filename.casefold() for member in members}) < len(members):
            raise Refused("unsafe_names")
        for member in members:
            _check_member(member)


def _check_member(member: zipfile.ZipInfo) -> None:
    if UNSAFE_NAME.search(member.orig_filename) or stat.S_ISLNK(member.external_attr >> 16):
        raise Refused("unsafe_names")
    if member.flag_bits & PROTECTED:
        raise Refused("encrypted")
    if member.compress_type not in METHODS:
        raise Refused("unusual")
    if PROGRAM_NAMES.search(member.filename):
        raise Refused("embedded_file")


def _refuse_declarations(*_declaration: Any) -> None:
    raise Refused("unusual")


def _local(name: str) -> str:
    """Return the name without its namespace."""
    return name.rpartition(" ")[2]


def _locals(attributes: dict[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in attributes.items()}
