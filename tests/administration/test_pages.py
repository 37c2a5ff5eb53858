"""Every page of administration opens for an administrator, and tells nothing of forums."""

import io
from datetime import timedelta

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from coordination.access.models import User
from coordination.access.vocabulary import ROLES
from coordination.actors import demo as cast
from coordination.actors.models import (
    District,
    DistrictMembership,
    Organisation,
    OrganisationMembership,
)
from coordination.administration import people, roles, roles_matrix
from coordination.administration.models import RoleRequest
from coordination.administration.roles import Wanted
from coordination.jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

PLAIN = [
    "people",
    "person_invite",
    "role_requests",
    "role_matrix",
    "role_preview",
    "lists",
    "organisations",
    "organisation_new",
    "districts",
    "district_new",
    "schedules",
    "operation",
]


@pytest.fixture
def stina(signed_in_as):
    return signed_in_as("stina.alm")


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("name", PLAIN)
def test_a_page_opens_for_the_administrator_and_for_nobody_else(signed_in_as, name):
    address = reverse(name)
    assert signed_in_as("stina.alm").get(address).status_code == 200
    for other in ("anna.ek", "bo.kvist", "gunnar.ask", "ny.person"):
        assert signed_in_as(other).get(address).status_code == 404
    assert signed_in_as("").get(address).status_code == 302


@pytest.mark.parametrize("name", ["person", "person_role_new", "person_absence", "person_leaves"])
def test_the_pages_of_every_person_open_and_name_no_forum(world, stina, name):
    for user in world.people.values():
        assert stina.get(reverse(name, args=[user.pk])).status_code == 200
    assert stina.get(reverse(name, args=[987_654])).status_code == 404


def test_the_pages_of_a_role_and_a_place_open(world, stina):
    organisation_role = OrganisationMembership.objects.first()
    district_role = DistrictMembership.objects.first()
    for name, obj in (
        ("organisation_role", organisation_role),
        ("district_role", district_role),
        ("organisation", Organisation.objects.first()),
        ("organisation_rename", Organisation.objects.first()),
        ("organisation_end", Organisation.objects.first()),
        ("district", District.objects.first()),
        ("district_rename", District.objects.first()),
        ("district_end", District.objects.first()),
    ):
        assert stina.get(reverse(name, args=[obj.pk])).status_code == 200, name


def test_the_navigation_and_the_start_page_are_those_of_an_administrator(stina):
    home = text(stina.get("/"))
    for name in ("people", "lists", "schedules", "operation"):
        assert f'href="{reverse(name)}"' in home
    assert reverse("people") + "?role=none" in home


MOST_QUERIES = {
    "people": 13,
    "organisations": 12,
    "districts": 12,
    "operation": 16,
    "role_requests": 12,
    "role_matrix": 20,
}
"""Operation is a list and besides it the figures of health, which ask five times."""


@pytest.mark.parametrize("name", MOST_QUERIES)
def test_a_list_takes_the_same_few_queries_at_one_row_and_thirty(
    world, stina, name, django_assert_max_num_queries
):
    def fill(count: int) -> None:
        for number in range(count):
            mark = f"{name}{count}-{number}"
            user = User.objects.create(username=mark, first_name=mark, last_name="Exempel")
            OrganisationMembership.objects.create(
                user=user,
                role="manager",
                valid_from=timezone.localdate(),
                organisation=Organisation.objects.create(name=mark, kind="company"),
            )
            RoleRequest.objects.create(
                user=user,
                role="reviewer",
                organisation=Organisation.objects.get(name=cast.OFFICE),
                valid_from=timezone.localdate(),
                requested_by=world.people["viktor.ros"],
                requested_at=timezone.now(),
            )
            District.objects.create(name=mark, city_part=District.objects.first().city_part)
            Job.objects.create(
                kind="jobs.mail",
                key=mark,
                state="failed",
                due_at=timezone.now(),
                done_at=timezone.now(),
                last_error="OSError",
            )

    counted = []
    for count in (1, 30):
        fill(count)
        stina.get(reverse(name))
        with django_assert_max_num_queries(20) as queries:
            assert stina.get(reverse(name)).status_code == 200
        counted.append([q["sql"] for q in queries.captured_queries])
    assert len(counted[0]) == len(counted[1]), "\n".join(counted[1])
    assert len(counted[1]) <= MOST_QUERIES[name], "\n".join(counted[1])


def test_people_are_found_by_role_organisation_and_state(world, stina):
    def found(query: str) -> str:
        return text(stina.get(reverse("people") + query))

    assert "Bo Kvist" in found("?role=reviewer")
    assert "Leila Amiri" not in found("?role=reviewer")
    assert "Ny Person" in found("?role=none")
    assert "Gun Malm" not in found("?role=none"), "a seat is a role"
    social = Organisation.objects.get(name=cast.SOCIAL).pk
    assert "Gunnar Ask" in found(f"?organisation={social}")
    assert "Ulla Vik" not in found(f"?organisation={social}")
    people.close(by=world.person("stina.alm"), user=world.person("ulla.vik"), why="decided")
    assert "Ulla Vik" in found("?state=inactive")
    assert "Ulla Vik" in found("?search=ulla")
    assert "Ulla Vik" not in found("?state=open")


def test_the_role_matrix_says_every_role_and_its_document_can_be_read(world, stina):
    page = text(stina.get(reverse("role_matrix")))
    assert "Stina Alm" in page
    answer = stina.post(reverse("role_matrix_make"))
    assert answer.url.startswith(reverse("role_matrix"))
    matrix = roles_matrix.latest()
    roles_matrix.render(matrix.pk)
    document = stina.get(reverse("role_matrix_pdf", args=[matrix.pk]))
    body = b"".join(document.streaming_content)
    assert body.startswith(b"%PDF")
    catalogue = pypdf.PdfReader(io.BytesIO(body)).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    matrix.refresh_from_db()
    assert matrix.pages >= 2
    assert {role["code"] for role in matrix.content} == set(roles.ROLES)
    holders = {role["code"]: {line["name"] for line in role["people"]} for role in matrix.content}
    assert holders["system_administrator"] == {"Stina Alm", "Viktor Ros"}


def test_a_request_for_a_role_is_approved_on_its_page(world, stina, signed_in_as):
    bo = world.person("gunnar.ask")
    given = roles.give(
        by=world.person("stina.alm"),
        user=bo,
        wanted=Wanted("reviewer", Organisation.objects.get(name=cast.SOCIAL), timezone.localdate()),
    )
    page = reverse("role_request", args=[given.pk])
    assert 'name="approve"' not in text(stina.get(page))
    stina.post(page, {"approve": "1"})
    given.refresh_from_db()
    assert given.state == "waiting"
    viktor = signed_in_as("viktor.ros")
    assert page in text(viktor.get("/"))
    assert 'name="approve"' in text(viktor.get(page))
    viktor.post(page, {"approve": "1"})
    given.refresh_from_db()
    assert given.state == "approved"
    assert timedelta(0) <= timezone.now() - given.decided_at < timedelta(minutes=1)


def test_the_matrix_says_of_each_role_whether_it_needs_a_second_factor(world, stina):
    line = "Inloggningen kräver ett andra sätt att visa att det är du, inte bara ett lösenord."
    with translation.override("sv"):
        told = {
            role["code"]: line in role["conditions"]
            for role in roles_matrix.contents(timezone.localdate())
        }
    assert told == {code: role.second_factor for code, role in ROLES.items()}
    page = text(stina.get(reverse("role_matrix")))
    assert page.count(line) == sum(role.second_factor for role in ROLES.values())
