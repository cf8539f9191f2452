"""The office's pages for calls and proposals; importing this registers them."""

from assessment.admin import call, proposal

__all__ = ["call", "proposal"]
