"""Files that people send: judged by content and ending, stored under a name of our own.

``kinds`` knows what is allowed and who judges it, ``pictures``, ``pdfs`` and ``archives`` judge. What may then be
done with a stored file is said by ``catalogue.downloads``.
"""

from catalogue.uploads.fields import AttachmentField, OwnFile, PictureField, display_name
from catalogue.uploads.refusals import Refused

__all__ = ["AttachmentField", "OwnFile", "PictureField", "Refused", "display_name"]
