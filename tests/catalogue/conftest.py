"""Fixtures of the administration's tests."""

from tests.catalogue.office import office, person

__all__ = ["office", "person"]
