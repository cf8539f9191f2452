"""Sets documents with typst as PDF/UA-1, one at a time, and keeps the last ones."""

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path

import typst

from catalogue.pdf.document import Document

TEMPLATE = Path(__file__).with_name("document.typ").read_bytes()
KEPT = 64
TRIES = 3
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_NOT_DRAWN = re.compile(r'the text `"(.*?)"` could not be displayed')


def render(document: Document) -> bytes:
    """Return the PDF. The same document gives the same bytes: fonts and date are fixed."""
    data = json.dumps(document.data(), ensure_ascii=False)
    picture = json.dumps(list(document.picture))
    for _try in range(TRIES):
        try:
            return _set(document, data, picture)
        except typst.TypstError as error:
            # PDF/UA-1 allows no sign without a glyph; the built-in fonts have none for Chinese and emoji.
            missing = {
                sign for text in _NOT_DRAWN.findall(error.diagnostic) for sign in text if not sign.isascii()
            }
            if not missing:
                raise
            data = data.translate(dict.fromkeys(map(ord, missing), UNKNOWN))
    raise RuntimeError("No font draws the text, not even with replaced signs")


def _set(document: Document, data: str, picture: str) -> bytes:
    return typst.compile(  # type: ignore[no-any-return,unused-ignore]
        TEMPLATE,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"data": data, "picture": picture},
        timestamp=int(document.dated.timestamp()) if document.dated else 0,
    )


class Kept:
    """The last documents of this process, at most ``size`` of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._pdfs: OrderedDict[Hashable, bytes] = OrderedDict()
        self._reading = threading.Lock()
        self._setting = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return the document of ``key``; ``make`` is called if it is not there, never twice at a time."""
        if (pdf := self._find(key)) is not None:
            return pdf
        with self._setting:
            # Another thread may have made it while this one waited.
            if (pdf := self._find(key)) is not None:
                return pdf
            pdf = make()
            self._keep(key, pdf)
        return pdf

    def clear(self) -> None:
        with self._reading:
            self._pdfs.clear()

    def __len__(self) -> int:
        return len(self._pdfs)

    def _find(self, key: Hashable) -> bytes | None:
        with self._reading:
            if key in self._pdfs:
                self._pdfs.move_to_end(key)
            return self._pdfs.get(key)

    def _keep(self, key: Hashable, pdf: bytes) -> None:
        with self._reading:
            self._pdfs[key] = pdf
            while len(self._pdfs) > self._size:
                self._pdfs.popitem(last=False)


kept = Kept(KEPT)
