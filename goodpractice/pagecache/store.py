"""The kept pages: as many as there is room for, and those that are asked for most."""

import threading
from collections import OrderedDict

from goodpractice.pagecache.addresses import Address
from goodpractice.pagecache.answers import Page
from goodpractice.pagecache.editions import Edition


class Pages:
    """The pages of one edition, in at most ``max_bytes``; a new edition starts empty.

    What is asked for often stays: a new page takes the place of the one that is there longest, but only if
    nobody has asked for that since its last turn. Each turn halves what was counted.
    """

    TURNS = 8
    MOST_HITS = 15
    ASKED = 8192
    """Addresses that are remembered, of every edition, to tell the second request from the first."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self._edition: Edition | None = None
        self._pages: OrderedDict[Address, Page] = OrderedDict()
        self._asked: OrderedDict[int, None] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, edition: Edition, address: Address) -> Page | None:
        with self._lock:
            page = self._pages.get(address) if edition == self._edition else None
            if page:
                page.hits = min(page.hits + 1, self.MOST_HITS)
            return page

    def was_asked(self, address: Address) -> bool:
        with self._lock:
            return hash(address) in self._asked

    def note(self, address: Address) -> None:
        with self._lock:
            self._asked[hash(address)] = None
            if len(self._asked) > self.ASKED:
                self._asked.popitem(last=False)

    def put(self, edition: Edition, address: Address, page: Page) -> None:
        page.size += sum(map(len, address))
        with self._lock:
            if edition != self._edition:
                self._edition = edition
                self._pages.clear()
                self.bytes = 0
            self._drop(address)
            if self._make_room(page.size):
                self._pages[address] = page
                self.bytes += page.size

    def _make_room(self, size: int) -> bool:
        for _turn in range(self.TURNS):
            if self.bytes + size <= self.max_bytes:
                return True
            if not self._pages:
                return False
            address, oldest = next(iter(self._pages.items()))
            if oldest.hits:
                oldest.hits //= 2
                self._pages.move_to_end(address)
            else:
                self._drop(address)
        return self.bytes + size <= self.max_bytes

    def _drop(self, address: Address) -> None:
        if page := self._pages.pop(address, None):
            self.bytes -= page.size
