"""Reads pages as a browser does: their forms, their addresses, their titles and messages."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

WRITTEN = {"text", "search", "email", "url", "tel"}


@dataclass
class Form:
    """One form with what stands in it."""

    method: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    """The fields in which a person can write what they like."""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """What can be chosen in lists and by radio buttons."""

    def filled(self, button: tuple[str, str] = ("", ""), **written: str) -> dict[str, Any]:
        """What a browser sends when the button is pressed."""
        data = {**self.values, **{name: [text] for name, text in written.items()}}
        if button[0]:
            data[button[0]] = [button[1]]
        return data


@dataclass
class Page:
    title: str = ""
    addresses: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    """What lists of suggestions offer."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._form: Form | None = None
        self._inside = ""
        self._area = ""
        self._select = ""
        self._template = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._template = True
        if self._template:
            return  # what a script may copy; a browser neither shows nor sends it
        self.page.addresses += [
            given[name] for name in ("href", "action", "src", "formaction") if name in given
        ]
        if tag == "title" and not self.page.title:
            self._inside = "title"
        elif tag == "datalist":
            self._inside = "datalist"
        elif tag == "option" and self._inside == "datalist":
            self.page.offered.append(given.get("value", ""))
        elif tag == "form":
            self._form = Form(given.get("method", "get").lower(), given.get("action", ""))
            self.page.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form, name = self._form, given.get("name", "")
        assert form is not None
        if tag == "button":
            form.buttons.append((name, given.get("value", "")))
        elif tag == "textarea" and name:
            self._inside, self._area = "textarea", name
            form.values[name] = [""]
            form.texts.append(name)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given:
                form.values.setdefault(self._select, []).append(given.get("value", ""))
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind in WRITTEN:
                form.texts.append(name)
            if kind == "radio":
                form.choices.setdefault(name, []).append(given.get("value", ""))
            if kind not in ("checkbox", "radio") or "checked" in given:
                # A box without a value is sent as "on".
                unsaid = "on" if kind == "checkbox" else ""
                form.values.setdefault(name, []).append(given.get("value", unsaid))

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._template = False
        if tag == self._inside:
            self._inside = ""
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.page.title += data
        elif self._inside == "textarea" and self._form is not None:
            text = self._form.values[self._area][0] + data
            # Browsers drop a line break that stands first.
            self._form.values[self._area][0] = text.removeprefix("\n")


def read(response: HttpResponse) -> Page:
    """The page as a browser would have it."""
    reader = _Reader()
    if response["Content-Type"].startswith("text/html"):
        reader.feed(response.content.decode())
    return reader.page
