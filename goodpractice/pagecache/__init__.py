"""Whole pages of the public catalogue, kept in the process and answered before Django sees the request.

Which requests may be answered from here is decided by ``addresses``, which answers may be kept by
``answers``, and for how long by ``editions``: a page holds for one revision of the catalogue, one
day, and until a call opens or closes. What is not certain goes to Django as if this layer were not there.

A page is found by scheme, host, path and the query string exactly as they were sent, so no page is ever given
to another question. It is kept only if its query is written as our own links write it: other spellings of the
same question take no room. And it is kept only when it is asked for the second time, and replaces only what
was asked for less: a crawler, or thousands of made-up searches, push nothing useful out.
"""

from goodpractice.pagecache.addresses import Address
from goodpractice.pagecache.answers import Page
from goodpractice.pagecache.application import PageCache
from goodpractice.pagecache.editions import Edition, Editions
from goodpractice.pagecache.store import Pages

__all__ = ["Address", "Edition", "Editions", "Page", "PageCache", "Pages"]
