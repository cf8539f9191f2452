"""Some steps take two persons: what one proposes, another one confirms."""


class SamePerson(Exception):
    """A second person has to confirm what the first one proposed."""
