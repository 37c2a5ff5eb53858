"""The letters about how an account is signed in to."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from coordination.access import letters
from coordination.jobs import mail


@pytest.mark.parametrize("name", letters.LETTERS)
def test_each_letter_says_what_happened_and_whom_to_turn_to_in_the_receivers_language(name):
    assert name in mail.letters()
    written = {}
    for language, turn_to in (("sv", "den som gav dig kontot."), ("en", "your account")):
        with override(language):
            written[language] = letters.LETTERS[name](user=None, ids={})
        happened, _empty, what_to_do = written[language].body.split("\n")
        assert happened.endswith(".")
        assert turn_to in what_to_do
        assert written[language].url == reverse("account")
    assert written["sv"].subject != written["en"].subject
    assert written["sv"].body != written["en"].body
