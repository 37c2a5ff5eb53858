"""The gallery shows every component there is, so that none is built twice."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.test.signals import template_rendered

from coordination.ui.gallery import gallery

pytestmark = pytest.mark.any_engine

COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"


@pytest.fixture
def rendered():
    """The names of the templates that are used from here on."""
    names: set[str] = set()

    def note(template: Any, **kwargs: Any) -> None:
        names.add(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


def test_every_component_stands_in_the_gallery(db, rendered):
    for address in ("/komponenter/", "/komponenter/?fraga"):
        request = RequestFactory().get(address)
        request.user = AnonymousUser()
        request.session = {}
        request.resolver_match = None
        assert gallery(request).status_code == 200
    there_are = {f"components/{file.name}" for file in COMPONENTS.glob("*.html")}
    assert there_are - rendered == set()
