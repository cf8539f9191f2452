"""Documents as office programs write them, and the same with something added."""

import io
import zipfile
import zlib

OPEN_XML = "application/vnd.openxmlformats-officedocument"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = {
    "docx": ("word/document.xml", f"{OPEN_XML}.wordprocessingml.document.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OPEN_XML}.presentationml.presentation.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OPEN_XML}.spreadsheetml.sheet.main+xml"),
}


def zipped(members, **options):
    """Return an archive; ``members`` are pairs of a name (or ``ZipInfo``) and content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def content_types(kind, *more):
    name, main = MAIN[kind]
    overrides = "".join(f'<Override PartName="/x{n}" ContentType="{type_}"/>' for n, type_ in enumerate(more))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{name}" ContentType="{main}"/>{overrides}</Types>'
    )


def relationships(target="word/document.xml", purpose="officeDocument", mode=""):
    mode = f' TargetMode="{mode}"' if mode else ""
    return (
        f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="r1" Type="{OFFICE_RELATIONS}/{purpose}" Target="{target}"{mode}/></Relationships>'
    )


def external(target, purpose="attachedTemplate"):
    """Return a part that names something outside the document."""
    return ("word/_rels/settings.xml.rels", relationships(target, purpose, "External"))


def open_xml(kind="docx", *members, types=(), main="<document/>", **replaced):
    """Return a DOCX, PPTX or XLSX; more ``members`` come last."""
    parts = {
        "[Content_Types].xml": content_types(kind, *types),
        "_rels/.rels": relationships(MAIN[kind][0]),
        MAIN[kind][0]: main,
    }
    parts |= replaced.get("parts", {})
    return zipped([*((name, content) for name, content in parts.items() if content is not None), *members])


OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
LINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
DRAW = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
MANIFEST = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'


def odt(*members, body="", manifest="", mimetype="application/vnd.oasis.opendocument.text", first="mimetype"):
    content = f"<office:document-content {OFFICE} {LINK} {DRAW}>{body}</office:document-content>"
    return zipped(
        [
            (zipfile.ZipInfo(first), mimetype),
            ("content.xml", content),
            ("META-INF/manifest.xml", f"<manifest:manifest {MANIFEST}>{manifest}</manifest:manifest>"),
            ("Configurations2/accelerator/current.xml", ""),
            *members,
        ]
    )


def pdf(*objects, head=b"%PDF-1.7\n", tail=b"startxref\n0\n%%EOF\n"):
    numbered = [b"%d 0 obj\n%b\nendobj\n" % (number, content) for number, content in enumerate(objects, 1)]
    return head + b"".join(numbered) + tail


def object_stream(content, dictionary=b"/Type /ObjStm /N 1 /First 0 /Filter /FlateDecode"):
    return b"<< %b >>\nstream\n%b\nendstream" % (dictionary, zlib.compress(content))
