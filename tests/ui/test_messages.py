"""The translations: nothing missing, nothing stale, and English when a person chooses it."""

import datetime as dt
import json
import re
import shutil

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import ngettext, override

from coordination.ui import dates, messages
from coordination.ui.fields import DATE_MISSING, GuardedText

pytestmark = pytest.mark.any_engine

CODE = """
from django.utils.translation import gettext as _, gettext_lazy, npgettext, pgettext
a = _("Plain text")
b = gettext_lazy(
    "Two "
    "parts with %(name)s"
)
c = npgettext("neuter", "%(count)s row", "%(count)s rows", 2)
d = pgettext("verb", "Share")
e = _(a)
"""
PAGE = """
{% comment %}{% translate "Not this" %}{% endcomment %}{# {% translate "Nor this" %} #}
<p title="{% translate 'In an attribute' %}">It's "quoted" (and unbalanced</p>
   {% blocktranslate trimmed with n=name %}
     Hello {{ n }},
     100 % sure
  {% endblocktranslate %}
 {% blocktranslate count rows=rows %}one row{% plural %}{{ rows }} rows{% endblocktranslate %}
      {% translate "May" context "verb" %}
{% include "x.html" with title=_("As an argument") %}{{ _("As a variable") }}
"""
EXPECTED = {
    (None, "Plain text"),
    (None, "Two parts with %(name)s"),
    ("neuter", ("%(count)s row", "%(count)s rows")),
    ("verb", "Share"),
    (None, "In an attribute"),
    (None, "Hello %(n)s, 100 %% sure"),
    (None, ("one row", "%(rows)s rows")),
    ("verb", "May"),
    (None, "As an argument"),
    (None, "As a variable"),
}
TRANSLATED = {
    "Plain text": "Vanlig text",
    "Two parts with %(name)s": "Två delar med %(name)s",
    "neuter\u0004%(count)s row|||%(count)s rows": ["%(count)s rad", "%(count)s rader"],
    "verb\u0004Share": "Dela",
    "In an attribute": "I ett attribut",
    "Hello %(n)s, 100 %% sure": "Hej %(n)s, 100 %% säkert",
    "one row|||%(rows)s rows": ["en rad", "%(rows)s rader"],
    "verb\u0004May": "Får",
    "As an argument": "Som argument",
    "As a variable": "Som variabel",
}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "forums").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "forums" / "code.py").write_text(CODE)
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "sv.json").write_text(json.dumps(TRANSLATED))
    return tmp_path


def test_every_text_of_the_portal_is_translated():
    assert messages.problems() == []


def test_texts_are_found_in_code_and_templates_and_not_in_comments(project):
    assert messages.extract(project) == EXPECTED


def test_merging_translates_and_a_second_run_changes_nothing(project):
    assert messages.update(project) == {"sv": 10}
    assert messages.update(project, [project / "sv.json"]) == {"sv": 0}
    assert messages.problems(project) == []
    po = messages._po(project, "sv")
    before = po.read_bytes(), po.with_suffix(".mo").read_bytes()
    assert messages.update(project) == {"sv": 0}
    assert (po.read_bytes(), po.with_suffix(".mo").read_bytes()) == before
    assert b"20" not in before[0].split(b"\n\n")[0]
    assert b"#:" not in before[0]


def test_a_text_that_is_gone_leaves_the_catalogue(project):
    messages.update(project, [project / "sv.json"])
    (project / "forums" / "code.py").unlink()
    assert messages.problems(project)[0].startswith("sv: used nowhere")
    messages.update(project)
    assert messages.problems(project) == []
    assert "Vanlig" not in messages._po(project, "sv").read_text()


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        ('msgstr "Vanlig text"', 'msgstr ""', "no translation: 'Plain text'"),
        ('msgid "Plain text"', '#, fuzzy\nmsgid "Plain text"', "fuzzy: 'Plain text'"),
        ("Två delar med %(name)s", "Två delar med %(namn)s", "other placeholders: 'Two parts"),
        ("Två delar med %(name)s", "Två delar", "other placeholders: 'Two parts"),
        ('msgstr[1] "%(rows)s rader"', 'msgstr[1] ""', "no translation: 'one row"),
        ("Vanlig text", "Annan text", "django.mo is not compiled"),
        ('msgid "Plain text"', 'msgid "Plane text"', "not in the catalogue: 'Plain text'"),
    ],
)
def test_the_check_names_what_is_wrong(project, old, new, complaint):
    messages.update(project, [project / "sv.json"])
    po = messages._po(project, "sv")
    text = po.read_text()
    assert old in text
    po.write_text(text.replace(old, new))
    assert any(complaint in problem for problem in messages.problems(project))


def test_a_missing_or_stale_compiled_file_is_told(project):
    messages.update(project, [project / "sv.json"])
    messages._po(project, "sv").with_suffix(".mo").unlink()
    assert len(messages.problems(project)) == 1


def test_two_files_that_disagree_stop_the_merge(project):
    other = project / "other.json"
    other.write_text(json.dumps({"Plain text": "Enkel text"}))
    with pytest.raises(messages.Contradiction, match="Plain text"):
        messages.read_translations([project / "sv.json", other])
    shutil.rmtree(project / "templates")


@pytest.mark.parametrize(
    "language, date, clock, late, missing",
    [
        (
            "sv",
            "12 maj 2026",
            "kl.\N{NO-BREAK SPACE}13.00",
            "3 dagar försenad",
            "Datumet finns inte",
        ),
        ("en", "12 May 2026", "at 13:00", "3 days late", "That date does not exist"),
    ],
)
def test_each_language_is_whole_whatever_the_default(language, date, clock, late, missing):
    assert settings.LANGUAGE_CODE == "sv"
    with override(language):
        assert dates.day(dt.date(2026, 5, 12)) == date
        assert dates.clock(dt.time(13)) == clock
        assert dates.late(3) == late
        assert str(DATE_MISSING).startswith(missing)
        assert ngettext("%(count)s item", "%(count)s items", 2) == (
            "%(count)s stycken" if language == "sv" else "%(count)s items"
        )


@pytest.mark.parametrize(
    "cookie, accept, language",
    [("en", "sv", "en"), ("sv", "en", "sv"), ("", "en", "en"), ("", "de", "sv"), ("", "", "sv")],
)
def test_a_person_chooses_the_language_and_swedish_is_the_default(rf, cookie, accept, language):
    rf.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    request = rf.get("/", headers={"accept-language": accept})
    assert translation.get_language_from_request(request) == language


NOT_OUR_WORDS = re.compile(
    r"vänligen|tyvärr|ogiltig|förbjud|administratör|radera|remiss|klient|eskaler|\bFTE\b|\bej\b|!",
    re.IGNORECASE,
)
"""One word for each thing: systemförvaltare, tas bort, ärende, överlämna, årsarbetskrafter."""
LONGEST_SENTENCE = 20


def swedish_texts():
    for message in messages._read(messages.ROOT, "sv").values():
        yield from [message.string] if isinstance(message.string, str) else message.string


def test_no_swedish_text_uses_a_word_that_the_house_does_not():
    assert [text for text in swedish_texts() if NOT_OUR_WORDS.search(text)] == []


def test_no_swedish_sentence_is_longer_than_twenty_words():
    sentences = (one for text in swedish_texts() for one in re.split(r"(?<=[.!?:])\s+", text))
    assert [one for one in sentences if len(one.split()) > LONGEST_SENTENCE] == []


def test_swedish_reads_as_the_house_rules_say():

    with override("sv"):
        with pytest.raises(forms.ValidationError) as refusal:
            GuardedText(limit=3, label="Anteckningar").clean("abcde")
        assert refusal.value.messages == ["Anteckningar får vara högst 3 tecken. Ta bort 2 tecken."]
        assert dates.late(1, "neuter") == "1 dag försenat"
        assert dates.filesize(1_234_567).replace("\u00a0", " ") == "1,2 MB"
        assert Template("{{ s|period:e }}").render(
            Context({"s": _moment(11), "e": _moment(12, 30)})
        ) == ("tisdag 21 april 2026 kl.\N{NO-BREAK SPACE}13.00–14.30")


def _moment(hour, minute=0):
    return dt.datetime(2026, 4, 21, hour, minute, tzinfo=dt.UTC)
