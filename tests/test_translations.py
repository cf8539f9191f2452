"""German is complete, and the compiled catalogue in the repository is the one that the text file gives."""

import re
import shutil
import subprocess
import sys

import polib
import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "locale/de/LC_MESSAGES"


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(FOLDER / "django.po"))


def test_german_has_no_gap(catalogue):
    gaps = [entry.msgid for entry in catalogue if not entry.obsolete and not entry.translated()]

    assert gaps == []


def test_german_keeps_every_placeholder(catalogue):
    def placeholders(text):
        return sorted(re.findall(r"%\(\w+\)[sd]|%s|<\w+:\w+>", text))

    pairs = [(entry.msgid, entry.msgstr) for entry in catalogue if not entry.msgid_plural]
    for entry in catalogue:
        if entry.msgid_plural:
            pairs += zip((entry.msgid, entry.msgid_plural), entry.msgstr_plural.values(), strict=True)
    wrong = [source for source, german in pairs if placeholders(source) != placeholders(german)]

    assert wrong == []


def test_german_compiled_catalogue_is_in_step(catalogue):
    compiled = polib.mofile(str(FOLDER / "django.mo"))

    assert {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in compiled} == {
        (e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in catalogue.translated_entries()
    }


@pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext is not installed")
def test_german_knows_every_string_of_the_source(catalogue, tmp_path):
    for part in ("assessment", "catalogue", "goodpractice", "templates", "locale", "manage.py"):
        source = settings.BASE_DIR / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / part)

    subprocess.run(
        [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "-l",
            "de",
            "--no-location",
            "--no-wrap",
            "--no-obsolete",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin"},
    )

    fresh = polib.pofile(str(tmp_path / "locale/de/LC_MESSAGES/django.po"))
    assert {(e.msgctxt, e.msgid) for e in fresh} == {
        (e.msgctxt, e.msgid) for e in catalogue if not e.obsolete
    }
