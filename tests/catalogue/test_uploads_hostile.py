"""Files that mean harm, each made here: refused for the reason that it is refused for, or shown to be harmless."""

import io
import stat
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from catalogue.uploads import AttachmentField, PictureField, display_name
from catalogue.uploads.fields import LARGEST_FILE
from tests.catalogue.documents import external, object_stream, odt, open_xml, pdf, relationships, zipped
from tests.catalogue.pictures import encoded, jpeg, png

SCRIPT = b"<script>alert(document.cookie)</script>"
PROGRAM = b"MZ\x90\0" + b"\0" * 60
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60
ENTITIES = '<!DOCTYPE a [<!ENTITY b "boom">]><a>&b;</a>'
WEB = "https://tracker.example/t.dotm"


def upload(name, content):
    return SimpleUploadedFile(name, content, "application/pdf")


def refusal(name, content, field=AttachmentField):
    with pytest.raises(ValidationError) as caught:
        field().clean(upload(name, content))
    return caught.value.code


def taken(name, content):
    """Return what is stored of the file."""
    return AttachmentField().clean(upload(name, content))


def with_flag(content, flag):
    """Set a flag of the first member, in its own head and in the directory."""
    changed = bytearray(content)
    changed[6] |= flag
    changed[content.index(b"PK\x01\x02") + 8] |= flag
    return bytes(changed)


def renamed(old, new):
    """Return a DOCX with a member whose name a program would not write."""
    return open_xml("docx", (old, "x")).replace(old.encode(), new)


def link():
    member = zipfile.ZipInfo("word/link.xml")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return open_xml("docx", (member, "/etc/passwd"))


def bomb():
    return open_xml("xlsx", ("xl/worksheets/sheet1.xml", b"<a>" + b" " * 20_000_000 + b"</a>"))


def liar():
    """Return an archive whose directory says that a part is small."""
    content = bytearray(open_xml("docx", ("word/big.xml", b"<a>" + b" " * 50_000 + b"</a>")))
    directory = content.index(b"PK\x01\x02", content.index(b"word/big.xml") + 100)
    place = content.index(b"word/big.xml", directory) - 46 + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(content)


HOSTILE = {
    # Pretending
    "page as pdf": ("a.pdf", b"<html>" + SCRIPT, "wrong_content"),
    "page in front of a pdf": ("a.pdf", SCRIPT + pdf(), "wrong_content"),
    "picture in front of a pdf": ("a.pdf", b"GIF89a" + pdf(), "wrong_content"),
    "program as pdf": ("a.pdf", PROGRAM + pdf(), "wrong_content"),
    "pdf as docx": ("a.docx", pdf(), "wrong_content"),
    "docx as xlsx": ("a.xlsx", open_xml("docx"), "wrong_content"),
    "any zip as docx": ("a.docx", zipped([("a.txt", "x")]), "wrong_content"),
    "any zip as odt": ("a.odt", zipped([("a.txt", "x")]), "wrong_content"),
    "presentation as odt": (
        "a.odt",
        odt(mimetype="application/vnd.oasis.opendocument.presentation"),
        "wrong_content",
    ),
    "odt that does not begin with its kind": ("a.odt", odt(first="other"), "wrong_content"),
    "old word file as docx": ("a.docx", OLE, "wrong_content"),
    "page as png": ("a.png", SCRIPT, "wrong_content"),
    "gif as png": ("a.png", encoded(Image.new("RGB", (4, 4)), "GIF"), "wrong_content"),
    "jpeg as png": ("a.png", jpeg(), "wrong_content"),
    "cut pdf": ("a.pdf", pdf(tail=b""), "wrong_content"),
    "cut docx": ("a.docx", open_xml()[:-40], "wrong_content"),
    # Kinds that are not taken
    "svg": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "not_allowed"),
    "page": ("a.html", SCRIPT, "not_allowed"),
    "program": ("a.exe", PROGRAM, "not_allowed"),
    "pdf with two endings": ("a.pdf.exe", pdf(), "not_allowed"),
    "pdf in name only, after a turn": ("report\u202efdp.exe", pdf(), "not_allowed"),
    "program behind a nul": ("a.pdf\0.exe", pdf(), "not_allowed"),
    "word file with macros": ("a.docm", open_xml(), "not_allowed"),
    "no ending": ("pdf", pdf(), "not_allowed"),
    # Size
    "empty": ("a.pdf", b"", "empty"),
    "too large": ("a.pdf", b"%PDF-1.7\n" + b"\0" * LARGEST_FILE, "too_large"),
    "48 million pixels": ("a.png", png((8000, 6000), mode="1"), "too_many_pixels"),
    "pixel bomb": ("a.png", png((20_000, 20_000), mode="1"), "wrong_content"),
    "zip bomb": ("a.xlsx", bomb(), "unpacks_too_large"),
    "thousands of members": (
        "a.docx",
        open_xml("docx", *((f"w/{n}.xml", "") for n in range(2000))),
        "unpacks_too_large",
    ),
    "archive that lies about sizes": ("a.docx", liar(), "wrong_content"),
    "unpacked pdf bomb": ("a.pdf", pdf(object_stream(b" " * 101 * 1024 * 1024)), "unpacks_too_large"),
    # Two files in one
    "zip behind a pdf": ("a.pdf", pdf() + zipped([("a.exe", PROGRAM)]), "hidden_data"),
    "zip behind a pdf, with an end": (
        "a.pdf",
        pdf() + zipped([("a", "b")])[:-2] + b"\x05\0%%EOF",
        "hidden_data",
    ),
    "page behind a pdf": ("a.pdf", pdf() + SCRIPT, "hidden_data"),
    "page in front of a docx": ("a.docx", SCRIPT + open_xml(), "wrong_content"),
    "page behind a docx": ("a.docx", open_xml() + SCRIPT, "hidden_data"),
    "docx behind a zip": ("a.docx", zipped([("a.exe", PROGRAM)]) + open_xml(), "hidden_data"),
    # What acts
    "pdf with a script": ("a.pdf", pdf(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"), "active_content"),
    "pdf with an escaped script": ("a.pdf", pdf(b"<< /S /J#61vaScr#69pt /JS (x) >>"), "active_content"),
    "pdf with a packed script": ("a.pdf", pdf(object_stream(b"<< /S /JavaScript >>")), "active_content"),
    "pdf with a script packed twice": (
        "a.pdf",
        pdf(object_stream(b"", b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]")),
        "unusual",
    ),
    "pdf with objects that cannot be unpacked": (
        "a.pdf",
        pdf(b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nxx\nendstream"),
        "unusual",
    ),
    "pdf with objects that are not found": ("a.pdf", pdf(b"<< /Type /ObjStm /X (obj) >>"), "unusual"),
    "pdf that starts a program": ("a.pdf", pdf(b"<< /S /Launch /F (cmd.exe) >>"), "active_content"),
    "pdf that sends a form": ("a.pdf", pdf(b"<< /S /SubmitForm /F (http://x) >>"), "active_content"),
    "pdf with a file": ("a.pdf", pdf(b"<< /Type /EmbeddedFile >>"), "embedded_file"),
    "protected pdf": ("a.pdf", pdf(b"<< /Encrypt 2 0 R >>"), "encrypted"),
    "docx with macros": ("a.docx", open_xml("docx", ("word/vbaProject.bin", b"x")), "active_content"),
    "docm named docx": (
        "a.docx",
        open_xml(types=["application/vnd.ms-word.document.macroEnabled.main+xml"]),
        "active_content",
    ),
    "xlsx with active controls": ("a.xlsx", open_xml("xlsx", ("xl/activeX/a.xml", "<a/>")), "active_content"),
    "xlsx that starts a program": (
        "a.xlsx",
        open_xml("xlsx", ("xl/externalLinks/a.xml", '<ddeLink ddeService="cmd" ddeTopic="/c calc"/>')),
        "active_content",
    ),
    "docx that starts a program": ("a.docx", open_xml(main="<t>DDEAUTO c:\\\\cmd.exe</t>"), "active_content"),
    "odt with macros": ("a.odt", odt(("Basic/Standard/Module1.xml", "<a/>")), "active_content"),
    "odt with a script at an event": (
        "a.odt",
        odt(body='<office:event-listener xlink:href="x"/>'),
        "active_content",
    ),
    # What is inside
    "docx with an ole object": ("a.docx", open_xml("docx", ("word/embeddings/o.bin", OLE)), "embedded_file"),
    "pptx with a program": ("a.pptx", open_xml("pptx", ("ppt/media/i.png", PROGRAM)), "embedded_file"),
    "docx with a page": ("a.docx", open_xml("docx", ("word/afchunk.html", SCRIPT)), "embedded_file"),
    "docx with a docx with a docx": (
        "a.docx",
        open_xml("docx", ("word/b.docx", open_xml("docx", ("word/c.docx", open_xml())))),
        "embedded_file",
    ),
    "docx with a workbook with macros": (
        "a.docx",
        open_xml("docx", ("word/b.xlsx", open_xml("xlsx", ("xl/vbaProject.bin", b"x")))),
        "active_content",
    ),
    "odt with an ole object": ("a.odt", odt(body='<draw:object-ole xlink:href="./O"/>'), "embedded_file"),
    "odt with a zip": ("a.odt", odt(("Object 1", zipped([("a", "b")]))), "embedded_file"),
    "docx with a template elsewhere": ("a.docx", open_xml("docx", external(WEB)), "remote_content"),
    "docx with a picture on a share": (
        "a.docx",
        open_xml("docx", external("\\\\evil.example\\x.png", "image")),
        "remote_content",
    ),
    "docx with an address that is none": ("a.docx", open_xml("docx", external("http://[")), "remote_content"),
    "odt with a picture elsewhere": (
        "a.odt",
        odt(body='<draw:image xlink:href="http://tracker.example/p.png" xlink:actuate="onLoad"/>'),
        "remote_content",
    ),
    "docx with entities": ("a.docx", open_xml(main=ENTITIES), "unusual"),
    "docx with entities among its kinds": (
        "a.docx",
        open_xml(parts={"[Content_Types].xml": ENTITIES}),
        "unusual",
    ),
    "odt with entities": ("a.odt", odt(("styles.xml", ENTITIES)), "unusual"),
    # Archives
    "protected docx": ("a.docx", with_flag(open_xml(), 1), "encrypted"),
    "protected odt": ("a.odt", odt(manifest="<manifest:encryption-data/>"), "encrypted"),
    "climbing name": ("a.docx", renamed("word/aaaaaaaaaa", b"../../../../abc"), "unsafe_names"),
    "absolute name": ("a.docx", renamed("wetc/passwd", b"/etc/passwd"), "unsafe_names"),
    "name of a drive": ("a.docx", renamed("c_/windows", b"c:/windows"), "unsafe_names"),
    "name with backslashes": ("a.docx", renamed("aa_aa_b", b"..\\..\\b"), "unsafe_names"),
    "name with a nul": ("a.docx", renamed("word/a_exe", b"word/a\0exe"), "unsafe_names"),
    "two parts of one name": ("a.docx", open_xml("docx", ("WORD/document.xml", "<a/>")), "unsafe_names"),
    "symbolic link": ("a.docx", link(), "unsafe_names"),
}


@pytest.mark.parametrize(("name", "content", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_attachment_is_refused(name, content, code):
    assert refusal(name, content) == code


def test_refusals_have_words():
    for name, content, _code in HOSTILE.values():
        with pytest.raises(ValidationError) as caught:
            AttachmentField().clean(upload(name, content))
        assert "%(" not in caught.value.messages[0]


def damaged_checksum():
    content = open_xml("docx", (zipfile.ZipInfo("word/media/a.png"), "pixels pixels"))
    return content.replace(b"pixels pixels", b"pixels pixelz")


def test_archive_with_a_damaged_part_is_refused():
    assert refusal("a.docx", damaged_checksum()) == "wrong_content"


def test_archive_packed_in_an_unusual_way_is_refused():
    member = zipfile.ZipInfo("word/a.xml")
    member.compress_type = zipfile.ZIP_LZMA

    assert refusal("a.docx", open_xml("docx", (member, "<a/>"))) == "unusual"


@pytest.mark.parametrize("missing", ["[Content_Types].xml", "_rels/.rels"])
def test_document_without_a_part_that_makes_one_is_refused(missing):
    assert refusal("a.docx", open_xml(parts={missing: None})) == "wrong_content"


@pytest.mark.parametrize("field", [AttachmentField, PictureField])
def test_harmless_picture_loses_what_was_hidden_in_it(field):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<?php system($_GET[0]); ?>")
    hostile = encoded(Image.new("RGB", (4, 4), "teal"), "PNG", pnginfo=notes) + zipped([("a.exe", PROGRAM)])

    stored = field().clean(upload("a.png", hostile)).read()

    assert [mark for mark in (b"php", b"PK\x03\x04", b"a.exe") if mark in stored] == []


@pytest.mark.parametrize("field", [AttachmentField, PictureField])
def test_harmless_photograph_loses_place_and_owner(field):
    exif = Image.Exif()
    exif[0x010F] = "Camera of a private person"
    exif.get_ifd(0x8825)[1] = "N"
    photograph = encoded(Image.new("RGB", (4, 4)), "JPEG", exif=exif, comment=b"at home")

    stored = Image.open(io.BytesIO(field().clean(upload("a.jpg", photograph)).read()))

    assert (dict(stored.getexif()), stored.info.get("comment"), stored.info.get("exif")) == ({}, None, None)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\evil.pdf", "evil.pdf"),
        ("a\0b\r\nSet-Cookie: x.pdf", "abSet-Cookie: x.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
        ("x" * 400 + ".pdf", "x" * 95 + "….pdf"),
        ("y" * 400, "y" * 100),
        ("  a   b .pdf. ", "a b .pdf"),
    ],
    ids=[
        "climbs",
        "climbs backwards",
        "breaks the line",
        "turns",
        "is a page",
        "long",
        "long, no ending",
        "blank",
    ],
)
def test_display_name_is_one_short_line(name, shown):
    assert display_name(name) == shown


@pytest.mark.parametrize(
    "name",
    ["../../a.pdf", "a\u202efdp.pdf", "x" * 400 + ".pdf", "a\0b.pdf", "<b>.pdf", "A.PDF"],
    ids=range(6),
)
def test_harmless_file_is_stored_under_a_name_of_our_own(name):
    stored = taken(name, pdf())

    stem, ending = stored.name.split(".")
    assert (len(stem), int(stem, 16) > 0, ending, stored.read()) == (32, True, "pdf", pdf())


HONEST = {
    "pdf": ("a.pdf", pdf(b"<< /OpenAction [1 0 R /Fit] >>", object_stream(b"<< /Type /Catalog >>"))),
    "pdf 2.0": ("a.pdf", pdf(head=b"%PDF-2.0\r\n", tail=b"%%EOF\r\n\0\0")),
    "docx": ("a.docx", open_xml("docx", ("word/media/i.png", png()))),
    "docx with a link": ("a.docx", open_xml("docx", external("https://example.org/", "hyperlink"))),
    "docx with a template of one's own": (
        "a.docx",
        open_xml("docx", external("file:///C:\\Users\\k\\N.dotm")),
    ),
    "docx with a template in a folder": ("a.docx", open_xml("docx", external("C:\\Users\\k\\N.dotm"))),
    "pptx with the table of a chart": (
        "a.pptx",
        open_xml("pptx", ("ppt/embeddings/Sheet1.xlsx", open_xml("xlsx"))),
    ),
    "xlsx": ("a.xlsx", open_xml("xlsx", ("xl/printerSettings/printerSettings1.bin", b"P\0r\0"))),
    "odt": ("a.odt", odt(body='<draw:image xlink:href="Pictures/a.png" xlink:actuate="onLoad"/>')),
    "odt with a link": ("a.odt", odt(body='<draw:a xlink:href="https://example.org/"/>')),
    "odt with a template": (
        "a.odt",
        odt(
            ("meta.xml", relationships().replace("Target=", "actuate='onRequest' href='http://x.example' T="))
        ),
    ),
}


@pytest.mark.parametrize(("name", "content"), HONEST.values(), ids=HONEST)
def test_honest_document_is_stored_as_it_is(name, content):
    assert taken(name, content).read() == content


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.webp", "WEBP")]
)
def test_honest_picture_keeps_kind_and_size(name, kind):
    content = encoded(Image.new("RGB", (1700, 20), "teal"), kind)

    stored = taken(name, content)

    picture = Image.open(io.BytesIO(stored.read()))
    assert (picture.format, picture.size) == (kind, (1700, 20))
    assert stored.display_name == name


def test_file_that_is_stored_already_passes_unchanged():
    assert AttachmentField().clean(None, "attachments/a.pdf") == "attachments/a.pdf"
