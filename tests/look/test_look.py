"""The look keeps its bounds: small, self-contained, and legal under the strict policy."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string

pytestmark = pytest.mark.any_engine

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
OURS = [
    *(ROOT / "templates").glob("base*.html"),
    *(ROOT / "templates" / "components").glob("*.html"),
    *(ROOT / "templates" / "ui").glob("*.html"),
    ROOT / "templates" / "gallery.html",
]


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def test_css_and_js_of_the_heaviest_page_stay_below_100_kb_compressed():
    files = [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) < 100_000


@pytest.mark.parametrize("file", sorted(STATIC.rglob("*.css")), ids=lambda file: file.name)
def test_css_takes_everything_from_the_portal_itself(file):
    for address in re.findall(r"""(?:url\(|@import\s+)["']?([^"')]+)""", file.read_text()):
        assert not re.match(r"[a-z]+:|//", address)
        assert (file.parent / address).resolve().is_file()


@pytest.mark.parametrize("file", sorted(OURS), ids=lambda file: file.name)
def test_templates_hold_no_inline_script_or_style(file):
    text = file.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|<script(?![^>]*\ssrc=)", text)


def test_base_stands_without_title_or_person():
    page = render_to_string("base_plain.html", {})
    assert "<title> – " in page
    assert '<main class="site-main" id="main" tabindex="-1">' in page
    assert "data-signed-in" not in page


class Short(forms.Form):
    name = forms.CharField(help_text="A hint")
    kind = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])


def test_a_field_is_described_by_its_hint_and_its_error():
    form = Short({})
    form.full_clean()
    html = render_to_string("ui/field.html", {"field": form["name"]})
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html


def test_a_group_of_choices_has_a_legend_and_its_error():
    form = Short({})
    form.full_clean()
    html = render_to_string("ui/field.html", {"field": form["kind"]})
    assert "<fieldset" in html
    assert "<legend>" in html
    assert 'id="id_kind_error"' in html


def test_an_error_in_the_page_is_told_in_its_title():
    form = Short({})
    form.full_clean()
    quiet = render_to_string("base_plain.html", {"form": Short()})
    loud = render_to_string("base_plain.html", {"form": form})
    assert len(_title(loud)) > len(_title(quiet))


def _title(page: str) -> str:
    return re.search(r"<title>(.*?)</title>", page, re.S).group(1)


def test_a_message_with_an_address_to_undo_gets_a_form_that_posts_there():
    message = SimpleNamespace(extra_tags="undo /x/undo/", level_tag="success")
    html = render_to_string("components/messages.html", {"messages": [message]})
    assert '<form method="post" action="/x/undo/">' in html


@pytest.mark.parametrize("tone", ["info", "warning", "danger", "success", "neutral", "plain"])
def test_every_tag_has_a_word_and_a_shape(tone):
    html = render_to_string("components/tag.html", {"text": "Word", "tone": tone})
    assert "Word" in html
    assert re.search(r"<svg[^>]*aria-hidden=\"true\"[^>]*>\s*<", html)
