"""Accounts: invited by a link that works once, closed when nobody uses them, opened again."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.access.models import User
from coordination.access.refused import Refused
from coordination.actors import demo as cast
from coordination.actors.models import Organisation
from coordination.administration import people
from coordination.administration.models import ClosingNotice, Closure
from coordination.administration.roles import Wanted
from coordination.jobs import queue
from coordination.jobs.models import Job, OutgoingMail

pytestmark = pytest.mark.django_db

PASSWORD = "en lång mening som ingen annan har"


@pytest.fixture
def stina(world):
    return world.person("stina.alm")


def invite(stina, **changes):
    given = {
        "first_name": "Åsa",
        "last_name": "Öberg Lund",
        "email": "asa@example.org",
        "username": "asa.oberg",
        "wanted": Wanted(
            "reporter", Organisation.objects.get(name=cast.SOCIAL), timezone.localdate()
        ),
    } | changes
    return people.invite(by=stina, **given)


def sent_link(user) -> str:
    """The link in the one mail that the person was sent."""
    row = OutgoingMail.objects.filter(user_id=user.pk).latest("pk")
    assert queue.run(row.job_id)
    return re.search(r"http\S*(/inbjudan/\S+)", mail.outbox[-1].body).group(1)


def test_a_user_name_is_made_from_the_name_and_never_taken(world, stina):
    assert people.propose_username("Åsa", "Öberg Lund") == "asa.oberg-lund"
    assert people.propose_username("Anna", "Ek") == "anna.ek2"
    assert people.propose_username("", "") == ""


def test_an_invited_person_chooses_a_password_once_and_signs_in(world, stina):
    user, given = invite(stina)
    assert given
    link = sent_link(user)
    client = Client()
    clean = client.get(link)
    assert clean.url == reverse("invitation"), "the key stays in no address"
    page = client.get(clean.url)
    assert b"asa.oberg" in page.content
    short = client.post(clean.url, {"password": "kort", "again": "kort"})
    assert short.status_code == 200
    assert not User.objects.get(pk=user.pk).has_usable_password()
    done = client.post(clean.url, {"password": PASSWORD, "again": PASSWORD})
    assert done.url == reverse("account_login")
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    assert client.get("/").status_code == 302, "nobody is signed in by a link"


def test_a_used_an_old_a_withdrawn_and_an_invented_link_answer_alike(world, stina, settings):
    user, _given = invite(stina)
    link = sent_link(user)
    used = Client()
    used.get(link)
    used.post(reverse("invitation"), {"password": PASSWORD, "again": PASSWORD})

    other, _given = invite(stina, username="bo.ek", email="bo.ek@example.org")
    withdrawn = sent_link(other)
    people.close(by=stina, user=other, why="decided")

    third, _given = invite(stina, username="ada.ek", email="ada@example.org")
    old = sent_link(third)
    settings.PASSWORD_RESET_TIMEOUT = -1

    def answer(address: str) -> tuple[int, bytes, dict[str, str]]:
        client = Client()
        client.get(address)
        page = client.get(reverse("invitation"))
        masked = re.sub(rb'(name="csrfmiddlewaretoken" value=)"\w+"', rb"\1", page.content)
        return page.status_code, masked, dict(page.items())

    gone = [
        answer(address)
        for address in (link, withdrawn, old, "/inbjudan/?nyckel=zz-aaa", "/inbjudan/")
    ]
    assert all(one == gone[0] for one in gone)


@pytest.mark.parametrize("key", ["x", "zz-aaa", "1-2-3", "-", "å" * 300, "z" * 13 + "-a", "1\0-a"])
def test_an_invented_link_keeps_nothing(stina, key):
    sessions = Session.objects.count()
    assert Client().get(reverse("invitation"), {"nyckel": key}).status_code == 302
    assert Session.objects.count() == sessions


def test_an_invented_link_shows_nobody_elses_form(stina):
    user, _given = invite(stina)
    client = Client()
    client.get(sent_link(user))
    assert "form" in client.get(reverse("invitation")).context
    client.get(reverse("invitation"), {"nyckel": "zz-aaa"})
    assert "form" not in client.get(reverse("invitation")).context


def test_a_name_or_address_that_is_taken_is_refused(world, stina):
    for changes, field in (
        ({"username": "Anna.Ek"}, "username"),
        ({"username": "anna.ek"}, "username"),
        ({"email": "ANNA.EK@example.org"}, "email"),
    ):
        with pytest.raises(Refused) as refusal:
            invite(stina, **changes)
        assert refusal.value.field == field
    assert not OutgoingMail.objects.filter(letter="administration.invitation").exists()


def test_the_form_of_an_invitation_makes_account_role_and_mail_once(world, signed_in_as):
    client = signed_in_as("stina.alm")
    social = Organisation.objects.get(name=cast.SOCIAL)
    form = {
        "first_name": "Åsa",
        "last_name": "Öberg",
        "email": "asa@example.org",
        "role": "reporter",
        "place": f"organisation:{social.pk}",
        "valid_from": timezone.localdate().isoformat(),
        "_once": "1b671a64-40d5-491e-99b0-da01ff1f3341",
    }
    assert client.post(reverse("person_invite"), form).status_code == 302
    assert client.post(reverse("person_invite"), form).status_code == 302
    user = User.objects.get(username="asa.oberg")
    assert OutgoingMail.objects.filter(user_id=user.pk).count() == 1
    missing = client.post(reverse("person_invite"), {**form, "role": "", "_once": ""})
    assert missing.status_code == 200
    assert b'id="id_role_error"' in missing.content


def test_an_invited_name_holds_no_sign_that_nobody_sees(world, signed_in_as):
    client = signed_in_as("stina.alm")
    form = {
        "first_name": "Å\u00adsa\u200b",
        "last_name": "Ö\u2060berg\ufe0f\u3164",
        "email": "asa@example.org",
        "role": "reporter",
        "place": f"organisation:{Organisation.objects.get(name=cast.SOCIAL).pk}",
        "valid_from": timezone.localdate().isoformat(),
    }
    for field, wrong in (("last_name", "\u200b\u200d"), ("first_name", "\u202easÅ")):
        answer = client.post(reverse("person_invite"), {**form, field: wrong})
        assert answer.context["form"].errors[field]
    assert client.post(reverse("person_invite"), form).status_code == 302
    assert User.objects.get(email="asa@example.org").get_full_name() == "Åsa Öberg"


def test_v20_an_identity_number_written_half_in_each_name_is_refused(world, signed_in_as):
    form = {
        "first_name": "19850709",
        "last_name": "9805",
        "email": "asa@example.org",
        "role": "reporter",
        "place": f"organisation:{Organisation.objects.get(name=cast.SOCIAL).pk}",
        "valid_from": timezone.localdate().isoformat(),
    }
    answer = signed_in_as("stina.alm").post(reverse("person_invite"), form)
    assert answer.status_code == 200
    assert 'id="id_last_name_error"' in answer.content.decode()
    assert not User.objects.filter(email="asa@example.org").exists()


def test_a_closed_account_is_out_at_the_next_request_and_in_again_when_opened(
    world, stina, signed_in_as
):
    per = signed_in_as("per.holm")
    assert per.get("/att-gora/").status_code == 200
    signed_in_as("stina.alm").post(reverse("person_close", args=[world.people["per.holm"].pk]))
    assert per.get("/att-gora/").status_code == 302
    people.reopen(by=stina, user=world.person("per.holm"))
    assert signed_in_as("per.holm").get("/att-gora/").status_code == 200
    closure = Closure.objects.get()
    assert (closure.closed_by, closure.reopened_by) == (stina, stina)


def test_nobody_closes_their_own_account(world, stina):
    with pytest.raises(Refused):
        people.close(by=stina, user=stina, why="decided")


def silent(user, days: int, now=None) -> None:
    long_ago = (now or timezone.now()) - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(last_login=long_ago, date_joined=long_ago)


def test_an_account_that_nobody_uses_is_warned_and_then_closed(world):
    now = timezone.now()
    leila = world.people["leila.amiri"]
    silent(leila, 75, now)
    assert people.close_inactive(now=now) == (0, 0)
    assert people.close_inactive(now=now + timedelta(days=1)) == (1, 0)
    assert people.close_inactive(now=now + timedelta(days=1)) == (0, 0)
    notice = ClosingNotice.objects.get(user=leila)
    assert notice.closes_on == timezone.localdate(now + timedelta(days=15))
    closing = OutgoingMail.objects.filter(letter="administration.account_closing")
    assert closing.get().user_id == leila.pk
    assert people.close_inactive(now=now + timedelta(days=14)) == (0, 0)
    assert people.close_inactive(now=now + timedelta(days=15)) == (0, 1)
    assert not world.person("leila.amiri").is_active
    assert Closure.objects.get(user=leila).closed_by is None


def test_who_signs_in_after_the_warning_keeps_the_account(world):
    now = timezone.now()
    leila = world.people["leila.amiri"]
    silent(leila, 80)
    people.close_inactive(now=now)
    job = Job.objects.get(mail__user_id=leila.pk, mail__letter="administration.account_closing")
    User.objects.filter(pk=leila.pk).update(last_login=now + timedelta(days=1))
    assert people.close_inactive(now=now + timedelta(days=20)) == (0, 0)
    assert not ClosingNotice.objects.exists()
    assert queue.run(job.pk)
    assert OutgoingMail.objects.get(job=job).state == "not_needed"


def test_an_account_is_never_closed_without_the_full_notice(world):
    """The portal stood still for months: whoever was not warned is warned first."""
    now = timezone.now()
    silent(world.people["leila.amiri"], 400)
    assert people.close_inactive(now=now) == (1, 0)
    assert people.close_inactive(now=now + timedelta(days=13)) == (0, 0)
    assert people.close_inactive(now=now + timedelta(days=14)) == (0, 1)


def test_an_account_opened_again_is_not_closed_the_next_day(world, stina):
    now = timezone.now()
    silent(world.people["leila.amiri"], 400)
    people.close_inactive(now=now)
    people.close_inactive(now=now + timedelta(days=14))
    people.reopen(by=stina, user=world.person("leila.amiri"), now=now + timedelta(days=15))
    assert people.close_inactive(now=now + timedelta(days=16)) == (0, 0)


def test_the_last_administrator_is_never_closed_by_the_clock(world):
    now = timezone.now()
    for name in ("stina.alm", "viktor.ros"):
        silent(world.people[name], 400)
    people.close_inactive(now=now)
    people.close_inactive(now=now + timedelta(days=14))
    assert (
        User.objects.filter(username__in=("stina.alm", "viktor.ros"), is_active=True).count() == 1
    )


def test_an_administrator_who_is_left_alone_is_told_everywhere(world, stina, signed_in_as):
    now = timezone.now()
    client = signed_in_as("stina.alm")
    second = "Se till att det finns en andra systemförvaltare"
    assert second not in client.get("/").content.decode()
    silent(world.people["viktor.ros"], 80, now)
    people.close_inactive(now=now)
    people.close_inactive(now=now + timedelta(days=15))
    assert not world.person("viktor.ros").is_active
    told = OutgoingMail.objects.get(letter="administration.few_administrators")
    assert told.user_id == stina.pk
    assert queue.run(told.job_id)
    assert "bara en systemförvaltare" in mail.outbox[-1].subject
    assert second in client.get("/").content.decode()
    assert "färre än två systemförvaltare" in client.get(reverse("people")).content.decode()

    people.reopen(by=stina, user=world.person("viktor.ros"))
    assert second not in client.get("/").content.decode()


def test_the_closing_of_others_says_nothing_of_administrators(world):
    now = timezone.now()
    silent(world.people["leila.amiri"], 80, now)
    people.close_inactive(now=now)
    people.close_inactive(now=now + timedelta(days=15))
    assert not world.person("leila.amiri").is_active
    assert not OutgoingMail.objects.filter(letter="administration.few_administrators").exists()
