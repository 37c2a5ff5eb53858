"""Addresses of administration, grouped by what they keep."""

from functools import partial

from coordination.access.urls import BOTH, WRITE, holding, path, public
from coordination.access.vocabulary import Permission as P

from .views import (
    invitation,
    lists,
    operation,
    people,
    people_leaving,
    people_signing_in,
    roles,
)

of_people = partial(holding, P.ADMINISTER_PEOPLE)
of_lists = partial(holding, P.ADMINISTER_LISTS)
of_operation = partial(holding, P.OPERATE)
on_person = partial(of_people, model="access.User", person="pk")
on_organisation = partial(of_lists, model="actors.Organisation", organisation="pk")
on_district = partial(of_lists, model="actors.District", district="pk")
at_organisation = partial(of_people, model="actors.OrganisationMembership", held="pk")
in_district = partial(of_people, model="actors.DistrictMembership", held="pk")

urlpatterns = [
    # People
    path("anvandare/", people.people, name="people", policy=of_people()),
    path(
        "anvandare/bjud-in/",
        people.person_invite,
        name="person_invite",
        policy=of_people(methods=BOTH, fresh=True),
    ),
    path("anvandare/<int:person>/", people.person, name="person", policy=on_person()),
    path(
        "anvandare/<int:person>/ny-roll/",
        people.person_role_new,
        name="person_role_new",
        policy=on_person(methods=BOTH, fresh=True),
    ),
    path(
        "anvandare/<int:person>/franvaro/",
        people.person_absence,
        name="person_absence",
        policy=on_person(methods=BOTH, fresh=True),
    ),
    path(
        "anvandare/<int:person>/lamnar/",
        people_leaving.person_leaves,
        name="person_leaves",
        policy=on_person(methods=BOTH, fresh=True),
    ),
    path(
        "anvandare/<int:person>/lank/",
        people.person_link,
        name="person_link",
        policy=on_person(methods=WRITE, fresh=True),
    ),
    path(
        "anvandare/<int:person>/koder-igen/",
        people_signing_in.person_codes_again,
        name="person_codes_again",
        policy=on_person(methods=WRITE, fresh=True),
    ),
    path(
        "anvandare/<int:person>/aterstall-faktorer/",
        people_signing_in.person_factors_reset,
        name="person_factors_reset",
        policy=on_person(methods=WRITE, fresh=True),
    ),
    path(
        "anvandare/<int:person>/los-fran-organisation/",
        people_signing_in.person_identity_forget,
        name="person_identity_forget",
        policy=on_person(methods=WRITE, fresh=True),
    ),
    path(
        "anvandare/<int:person>/stang/",
        people.person_close,
        name="person_close",
        policy=on_person(methods=WRITE, fresh=True),
    ),
    path(
        "anvandare/<int:person>/oppna/",
        people.person_reopen,
        name="person_reopen",
        policy=on_person(methods=WRITE, fresh=True),
    ),
    path(
        "anvandare/franvaro/<int:absence>/avsluta/",
        people.absence_end,
        name="absence_end",
        policy=of_people(methods=WRITE, model="access.Absence", absence="pk", fresh=True),
    ),
    path(
        "inbjudan/",
        invitation.invitation,
        name="invitation",
        policy=public("the link of an invitation, for who has no password yet", methods=BOTH),
    ),
    # Roles
    path(
        "anvandare/roller/organisation/<int:held>/",
        people.role_days,
        name="organisation_role",
        policy=at_organisation(methods=BOTH, fresh=True),
    ),
    path(
        "anvandare/roller/organisation/<int:held>/avsluta/",
        people.role_end,
        name="organisation_role_end",
        policy=at_organisation(methods=WRITE, fresh=True),
    ),
    path(
        "anvandare/roller/bostadsomrade/<int:held>/",
        people.role_days,
        name="district_role",
        policy=in_district(methods=BOTH, fresh=True),
    ),
    path(
        "anvandare/roller/bostadsomrade/<int:held>/avsluta/",
        people.role_end,
        name="district_role_end",
        policy=in_district(methods=WRITE, fresh=True),
    ),
    path(
        "anvandare/rollbegaran/",
        roles.role_requests,
        name="role_requests",
        policy=of_people(),
    ),
    path(
        "anvandare/rollbegaran/<int:asked>/",
        roles.role_request,
        name="role_request",
        policy=of_people(methods=BOTH, model="administration.RoleRequest", asked="pk", fresh=True),
    ),
    path("anvandare/rollmatris/", roles.role_matrix, name="role_matrix", policy=of_people()),
    path(
        "anvandare/rollmatris/ny/",
        roles.role_matrix_make,
        name="role_matrix_make",
        policy=of_people(methods=WRITE),
    ),
    path(
        "anvandare/rollmatris/<int:matrix>/pdf/",
        roles.role_matrix_pdf,
        name="role_matrix_pdf",
        policy=of_people(model="administration.RoleMatrix", matrix="pk"),
    ),
    path("anvandare/visa-roll/", roles.role_preview, name="role_preview", policy=of_people()),
    # Lists
    path("listor/", lists.lists, name="lists", policy=of_lists()),
    path("listor/organisationer/", lists.organisations, name="organisations", policy=of_lists()),
    path(
        "listor/organisationer/ny/",
        lists.organisation_new,
        name="organisation_new",
        policy=of_lists(methods=BOTH),
    ),
    path(
        "listor/organisationer/<int:organisation>/",
        lists.place,
        name="organisation",
        policy=on_organisation(),
    ),
    path(
        "listor/organisationer/<int:organisation>/byt-namn/",
        lists.place_rename,
        name="organisation_rename",
        policy=on_organisation(methods=BOTH),
    ),
    path(
        "listor/organisationer/<int:organisation>/avsluta/",
        lists.place_end,
        name="organisation_end",
        policy=on_organisation(methods=BOTH),
    ),
    path(
        "listor/organisationer/<int:organisation>/ateruppta/",
        lists.place_resume,
        name="organisation_resume",
        policy=on_organisation(methods=WRITE),
    ),
    path("listor/bostadsomraden/", lists.districts, name="districts", policy=of_lists()),
    path(
        "listor/bostadsomraden/nytt/",
        lists.district_new,
        name="district_new",
        policy=of_lists(methods=BOTH),
    ),
    path(
        "listor/bostadsomraden/<int:district>/",
        lists.place,
        name="district",
        policy=on_district(),
    ),
    path(
        "listor/bostadsomraden/<int:district>/byt-namn/",
        lists.place_rename,
        name="district_rename",
        policy=on_district(methods=BOTH),
    ),
    path(
        "listor/bostadsomraden/<int:district>/avsluta/",
        lists.place_end,
        name="district_end",
        policy=on_district(methods=BOTH),
    ),
    path(
        "listor/bostadsomraden/<int:district>/ateruppta/",
        lists.place_resume,
        name="district_resume",
        policy=on_district(methods=WRITE),
    ),
    # Operation
    path("scheman/", operation.schedules, name="schedules", policy=of_operation()),
    path(
        "scheman/kor/",
        operation.schedule_run,
        name="schedule_run",
        policy=of_operation(methods=WRITE),
    ),
    path("drift/", operation.operation, name="operation", policy=of_operation()),
    path(
        "drift/forsok-igen/",
        operation.job_again,
        name="job_again",
        policy=of_operation(methods=WRITE),
    ),
]
