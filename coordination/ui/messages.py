"""The translations: finds every text in code and templates, keeps the catalogue, compiles it.

Works without gettext installed. `bin/messages` updates, `bin/messages --merge FILE.json` adds
translations, `bin/messages --check` says what is missing and changes nothing. English is the
language of the message ids and needs no catalogue.
"""

import argparse
import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("sv",)
_SOURCES = ("coordination", "forums", "training", "cases", "templates")
_CALLS: dict[str, tuple | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")

Id = str | tuple[str, str]
Key = tuple[str | None, Id]
"""The context, and the text or the pair of singular and plural."""


class _Catalogue(Catalog):
    """A catalogue whose head has no dates and no versions, so that equal texts are equal bytes."""

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "Samordningsportalen"),
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]

    mime_headers = property(_get_mime_headers)  # type: ignore[assignment]


class Contradiction(Exception):
    """The same message has two different translations among the files to merge."""


def extract(root: Path = ROOT) -> set[Key]:
    """Every message in the Python files and templates under `root`, tests left out."""
    return {key for path in _files(root) for key in _messages_in(path)}


def _files(root: Path) -> Iterator[Path]:
    for source in _SOURCES:
        for path in sorted((root / source).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def _messages_in(path: Path) -> Iterator[Key]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left around the calls is filler, whose indentation would stop the tokeniser.
        lines = templatize(text, origin=str(path)).splitlines()
        text = "\n".join(line.strip() for line in lines)
    found = extract_python(io.BytesIO(text.encode()), _CALLS, [], {"encoding": "utf-8"})
    for _line, call, given, _comments in found:
        arguments = given if isinstance(given, (tuple, list)) else (given,)
        places = _CALLS[call] or (1,)
        picked = [_at(arguments, place) for place in places]
        if not all(isinstance(one, str) for one in picked) or not picked[-1]:
            continue
        context = picked.pop(0) if isinstance(places[0], tuple) else None
        yield context, picked[0] if len(picked) == 1 else (picked[0], picked[1])


def _at(arguments: Sequence, place: int | tuple) -> str | None:
    index = place[0] if isinstance(place, tuple) else place
    return arguments[index - 1] if index <= len(arguments) else None


def _po(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(root: Path, language: str) -> dict[Key, Message]:
    path = _po(root, language)
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {(message.context, message.id): message for message in catalogue if message.id}


def read_translations(files: Sequence[Path]) -> dict[Key, str | tuple[str, ...]]:
    """What JSON files say: `{"id": "text"}`, `{"one|||many": ["ett", "flera"]}`, and with a context
    `{"context\\u0004id": …}`. Raises `Contradiction` when two files disagree."""
    found: dict[Key, str | tuple[str, ...]] = {}
    source: dict[Key, Path] = {}
    for path in files:
        for written, text in json.loads(path.read_text(encoding="utf-8")).items():
            context, _, rest = written.rpartition("\x04")
            ids = rest.split("|||")
            key: Key = (context or None, (ids[0], ids[1]) if len(ids) == 2 else rest)
            value = tuple(text) if isinstance(text, list) else text
            if found.setdefault(key, value) != value:
                raise Contradiction(
                    f"{written!r} is {found[key]!r} in {source[key].name} and {value!r} in {path.name}."
                )
            source.setdefault(key, path)
    return found


def update(root: Path = ROOT, merge: Sequence[Path] = ()) -> dict[str, int]:
    """Bring each language's .po and .mo in step with the texts; returns how many lack a translation.

    Keeps the translations there are, lets those of `merge` win, drops what no text uses any more.
    """
    keys = extract(root)
    added = read_translations(merge)
    missing = {}
    for language in LANGUAGES:
        known = _read(root, language)
        translations = {
            key: added.get(key) or (known[key].string if key in known else "") for key in keys
        }
        catalogue = _catalogue(language, translations)
        path = _po(root, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        out = io.BytesIO()
        write_po(out, catalogue, width=100, no_location=True, sort_output=True)
        path.write_bytes(out.getvalue())
        path.with_suffix(".mo").write_bytes(_compiled(catalogue))
        missing[language] = sum(not _is_whole(key, text) for key, text in translations.items())
    return missing


def _catalogue(language: str, translations: dict[Key, str | tuple[str, ...]]) -> Catalog:
    catalogue = _Catalogue(locale=language, fuzzy=False, header_comment="")
    for context, ids in sorted(translations, key=_place):
        catalogue.add(ids, translations[context, ids], context=context)
    return catalogue


def _place(key: Key) -> tuple[str, str]:
    context, ids = key
    return (ids if isinstance(ids, str) else ids[0]), context or ""


def _is_whole(key: Key, text: str | Sequence[str]) -> bool:
    if isinstance(key[1], str):
        return bool(text) and isinstance(text, str)
    return not isinstance(text, str) and len(text) == 2 and all(text)


def _compiled(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def problems(root: Path = ROOT) -> list[str]:
    """What keeps the translations from being complete, one sentence each; changes nothing."""
    found = []
    keys = extract(root)
    for language in LANGUAGES:
        known = _read(root, language)
        found += [f"{language}: not in the catalogue: {_name(key)}" for key in keys - known.keys()]
        found += [f"{language}: used nowhere: {_name(key)}" for key in known.keys() - keys]
        for key in keys & known.keys():
            message = known[key]
            if message.fuzzy:
                found.append(f"{language}: fuzzy: {_name(key)}")
            if not _is_whole(key, message.string):
                found.append(f"{language}: no translation: {_name(key)}")
            elif not _has_its_placeholders(key, message.string):
                found.append(f"{language}: other placeholders: {_name(key)}")
        compiled = _po(root, language).with_suffix(".mo")
        fresh = _compiled(_catalogue(language, {key: one.string for key, one in known.items()}))
        if not compiled.exists() or compiled.read_bytes() != fresh:
            found.append(f"{language}: {compiled.name} is not compiled from {language}'s django.po")
    return sorted(found)


def _name(key: Key) -> str:
    context, ids = key
    text = ids if isinstance(ids, str) else "|||".join(ids)
    return repr(f"{context}\x04{text}" if context else text)


def _has_its_placeholders(key: Key, text: str | Sequence[str]) -> bool:
    ids = key[1]
    if isinstance(ids, str):
        return _placeholders(ids) == _placeholders(str(text))
    one, many = text
    allowed = _placeholders(ids[0]) | _placeholders(ids[1])
    return _placeholders(one) <= allowed and _placeholders(many) == _placeholders(ids[1])


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bin/messages", description="Keep the translations.")
    parser.add_argument("--check", action="store_true", help="say what is wrong, change nothing")
    parser.add_argument("--merge", nargs="+", type=Path, default=[], metavar="FILE.json")
    asked = parser.parse_args(arguments)
    if asked.check:
        found = problems()
        sys.stdout.write("".join(f"{line}\n" for line in found))
        return 1 if found else 0
    try:
        missing = update(merge=asked.merge)
    except Contradiction as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for language, count in missing.items():
        sys.stdout.write(f"{language}: {count} without translation\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
