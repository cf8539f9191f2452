"""Why a file is not taken, in words that say what to do."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Any] = {
    "too_large": _("The file is larger than 10 MB."),
    "not_allowed": _("Files of this kind are not taken. Allowed are: %(kinds)s."),
    "wrong_content": _("This is not a %(kind)s file, or it is damaged."),
    "not_a_picture": _("This is not a picture in JPEG, PNG or WebP format."),
    "too_many_pixels": _("The picture has more than 40 million pixels. Please make it smaller first."),
    "encrypted": _(
        "The file is protected by a password or against changes. Please save it without protection."
    ),
    "active_content": _(
        "The file contains macros, scripts or other active parts. Please save it without them."
    ),
    "embedded_file": _("The file contains another file. Please remove that or upload it on its own."),
    "remote_content": _(
        "The file fetches parts from another server when it is opened. Please save these parts in the file."
    ),
    "hidden_data": _("The file contains data that do not belong to it. Please save it anew."),
    "unsafe_names": _("The file contains parts with unsafe names. Please save it anew."),
    "unpacks_too_large": _("The file becomes too large when it is unpacked."),
    "unusual": _("The file is built in an unusual way and cannot be checked. Please save or print it anew."),
}


class Refused(ValidationError):
    """A file that is not taken; ``code`` is one of ``MESSAGES``."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(MESSAGES[code], code=code, params=params or None)
