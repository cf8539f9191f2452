"""How a stored file is handed out. Who may have it is asked by the callers."""

from django.http import FileResponse, Http404

from catalogue.models import Attachment

HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""Shut in, should a browser open it all the same; and never taken for what it does not say it is."""


def attachment_response(attachment: Attachment) -> FileResponse:
    """Answer with the file as a download, named after its example; it is streamed."""
    kind = attachment.kind
    try:
        content = attachment.file.open()
    except (FileNotFoundError, ValueError):  # lost, or never stored
        raise Http404 from None
    return FileResponse(
        content,
        as_attachment=True,
        filename=f"{attachment.example.slug}-{attachment.position}.{kind.extension}",
        content_type=kind.content_type,
        headers=HEADERS,
    )
