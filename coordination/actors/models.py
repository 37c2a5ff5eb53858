"""Organisations with their contacts, districts and prevention levels as dated data, and who holds a role
where."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.models import Absence, Membership, one_of
from coordination.access.vocabulary import HeldAt, Permission, roles_held_at

OPEN = Open("reference data without persons; shown only on pages with a policy of their own")


class DatedQuerySet(models.QuerySet):
    def active(self, on: date) -> "DatedQuerySet":
        """What is in force that day, both end days included."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on)).filter(
            Q(valid_to=None) | Q(valid_to__gte=on)
        )


class PreventionLevel(models.Model):
    """One of the guideline's three levels: generell, specifik, individinriktad."""

    access = OPEN

    class Code(models.TextChoices):
        GENERAL = "general", _("General – for all children and young people")
        SPECIFIC = "specific", _("Specific – for groups at higher risk")
        INDIVIDUAL = "individual", _("Individual – for one person")

    code = models.CharField(max_length=12, choices=Code, unique=True)
    position = models.PositiveSmallIntegerField(unique=True)

    class Meta:
        constraints = (one_of("code", ["general", "specific", "individual"], "level_code"),)

    def __str__(self) -> str:
        return str(self.get_code_display())


class AreaOfWork(models.Model):
    """What an actor does in the work: the fields that the guideline names."""

    access = OPEN

    class Code(models.TextChoices):
        SCHOOL = "school", _("School and preschool")
        SOCIAL = "social_services", _("Social services")
        LEISURE = "leisure", _("Leisure and culture")
        HOUSING = "housing", _("Housing and district development")
        CRIME = "crime_prevention", _("Crime prevention")
        DRUGS = "drug_prevention", _("Drug prevention")
        PARENTS = "parental_support", _("Parental support")
        COMMUNITY = "civil_society", _("Civil society and dialogue")
        KNOWLEDGE = "knowledge", _("Knowledge and training")
        SECURITY = "security", _("Police and security")

    code = models.CharField(max_length=20, choices=Code, unique=True)
    position = models.PositiveSmallIntegerField(unique=True)

    class Meta:
        constraints = (
            one_of(
                "code",
                [
                    "school",
                    "social_services",
                    "leisure",
                    "housing",
                    "crime_prevention",
                    "drug_prevention",
                    "parental_support",
                    "civil_society",
                    "knowledge",
                    "security",
                ],
                "area_of_work_code",
            ),
        )

    def __str__(self) -> str:
        return str(self.get_code_display())


class OrganisationQuerySet(DatedQuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.VIEW_ACTORS
    ) -> "OrganisationQuerySet":
        """The actors that the person may see, or keep: a partnership coordinator keeps those that
        work in the coordinator's own districts."""
        held = policy.permissions_of(user)
        if permission not in held:
            return self.none()
        if permission is Permission.KEEP_ACTORS and Permission.KEEP_ALL_ACTORS not in held:
            own = District.objects.kept_by(user).values("pk")
            at_work = Organisation.districts.through.objects.filter(district__in=own)
            return self.filter(pk__in=at_work.values("organisation"))
        return self

    def held_by(
        self, user: Any, roles: Iterable[str], on: date | None = None
    ) -> "OrganisationQuerySet":
        """Where the person holds one of these roles that day, or stands in for somebody who does."""
        on = on or timezone.localdate()
        away = Absence.objects.active(on).filter(deputy_id=user.pk, user__is_active=True)
        held = OrganisationMembership.objects.active(on).filter(
            Q(user_id=user.pk) | Q(user_id__in=away.values("user_id")), role__in=roles
        )
        return self.filter(pk__in=held.values("organisation_id"))


class Organisation(models.Model):
    """A party in the work: an administration, a company, an authority, an association. On pages it
    is called an actor.

    What is known of it is practical: where it works and whom to contact. Civil society takes part as
    a partner, so there is no field for suspicions, views or faith (RF 2:3).
    """

    access = OPEN

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Municipality")
        ADMINISTRATION = "administration", _("Administration")
        COMPANY = "company", _("Municipal company")
        POLICE = "police", _("Police authority")
        SECURITY_SERVICE = "security_service", _("Security Service")
        REGION = "region", _("Region")
        AUTHORITY = "authority", _("Other authority")
        ASSOCIATION = "association", _("Association")
        YOUTH_ORGANISATION = "youth_organisation", _("Youth organisation")
        FAITH_COMMUNITY = "faith_community", _("Faith community")
        SCHOOL = "school", _("School or youth centre")
        NATIONAL = "national", _("National body")
        INTERNATIONAL = "international", _("International contact")

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    districts = models.ManyToManyField("District", blank=True, related_name="organisations")
    levels = models.ManyToManyField(PreventionLevel, blank=True, related_name="organisations")
    areas = models.ManyToManyField(AreaOfWork, blank=True, related_name="organisations")
    notes = models.CharField(max_length=200, blank=True, default="")
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who last said that what is known here is right, and when."""
    version = models.PositiveIntegerField(default=1)
    """Rises with each change of what is known; a check alone changes nothing."""

    objects = OrganisationQuerySet.as_manager()

    EXTERNAL = frozenset(
        {
            Kind.POLICE,
            Kind.SECURITY_SERVICE,
            Kind.REGION,
            Kind.AUTHORITY,
            Kind.ASSOCIATION,
            Kind.YOUTH_ORGANISATION,
            Kind.FAITH_COMMUNITY,
            Kind.NATIONAL,
            Kind.INTERNATIONAL,
        }
    )
    """Kinds that are not the municipality's own: a role held there always has a last day."""

    class Meta:
        constraints = (
            one_of(
                "kind",
                [
                    "municipality",
                    "administration",
                    "company",
                    "police",
                    "security_service",
                    "region",
                    "authority",
                    "association",
                    "youth_organisation",
                    "faith_community",
                    "school",
                    "national",
                    "international",
                ],
                "organisation_kind",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="organisation_period",
            ),
            models.CheckConstraint(
                condition=Q(checked_on=None, checked_by=None)
                | Q(checked_on__isnull=False, checked_by__isnull=False),
                name="organisation_checked_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_external(self) -> bool:
        return self.kind in self.EXTERNAL


class ContactFunction(models.Model):
    """Whom to turn to at an organisation: a function, and who holds it if that is known."""

    access = Open("telephone and e-mail of a contact; shown only with the organisation it is of")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contacts"
    )
    position = models.PositiveSmallIntegerField()
    function = models.CharField(max_length=80, blank=True, default="")
    name = models.CharField(max_length=80, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    email = models.EmailField(max_length=120, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "position"], name="contact_position_once"
            ),
            models.CheckConstraint(
                condition=~Q(function="") | ~Q(name=""), name="contact_is_somebody"
            ),
        )

    def __str__(self) -> str:
        return self.function or self.name


class CityPart(models.Model):
    """A coarser grouping of districts, for figures too small to show by district."""

    access = OPEN

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class DistrictQuerySet(DatedQuerySet):
    def kept_by(self, user: Any, on: date | None = None) -> "DistrictQuerySet":
        """The districts that the person coordinates that day, those of whom they stand in for too."""
        on = on or timezone.localdate()
        held = DistrictMembership.objects.active(on)
        away = Absence.objects.active(on).filter(deputy=user.pk, user__is_active=True)
        theirs = held.filter(Q(user=user.pk) | Q(user__in=away.values("user")))
        return self.filter(pk__in=theirs.values("district"))


class District(models.Model):
    """A housing district. Partnerskap coordinates in some; the others get support on request."""

    access = OPEN

    name = models.CharField(max_length=80, unique=True)
    city_part = models.ForeignKey(CityPart, on_delete=models.PROTECT, related_name="districts")
    has_partnership = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = DistrictQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="district_period",
            ),
        )

    def __str__(self) -> str:
        return self.name


class DatedName(models.Model):
    """What something is called between two days. The name in force stands on the thing itself."""

    name = models.CharField(max_length=120)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="%(class)s_period",
            ),
        )

    def __str__(self) -> str:
        return self.name


class OrganisationName(DatedName):
    access = OPEN

    subject = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="names")

    class Meta(DatedName.Meta):
        constraints = (
            *DatedName.Meta.constraints,
            models.UniqueConstraint(
                fields=["subject"], condition=Q(valid_to=None), name="organisationname_last"
            ),
        )


class DistrictName(DatedName):
    access = OPEN

    subject = models.ForeignKey(District, on_delete=models.PROTECT, related_name="names")

    class Meta(DatedName.Meta):
        constraints = (
            *DatedName.Meta.constraints,
            models.UniqueConstraint(
                fields=["subject"], condition=Q(valid_to=None), name="districtname_last"
            ),
        )


class Succession(models.Model):
    """That an organisation went into another on a day: two lines of history become one.

    Nothing is moved by it. What was written about the first stays about the first, under the name of
    its day.
    """

    access = OPEN

    gone = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="succession")
    into = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="predecessors")
    on = models.DateField()
    """The first day of the other in its place."""
    ended_before = models.DateField(null=True, blank=True)
    """The last day that it had before, to be given back when this is undone."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(gone=F("into")), name="succession_of_two"),
        )

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.into_id}"


IMPORTS = Open(
    "lists that are being read in; shown to those who keep every actor, by a page's policy"
)


class ActorImport(models.Model):
    """A list of actors that somebody handed in: read and checked, then read in as a whole or not."""

    access = IMPORTS

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be checked")
        CHECKING = "checking", _("Is being checked")
        UNREADABLE = "unreadable", _("Cannot be read")
        READY = "ready", _("Checked")
        APPLYING = "applying", _("Is being read in")
        APPLIED = "applied", _("Read in")
        UNDOING = "undoing", _("Is being undone")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Thrown away")

    UNDER_WAY = (State.WAITING, State.CHECKING, State.APPLYING, State.UNDOING)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    kind = models.CharField(max_length=4, choices=[("csv", "CSV"), ("xlsx", "Excel")])
    file = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    """In which the faults of rows are told: that of whoever handed it in."""
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    handed_in_at = models.DateTimeField()
    turn = models.PositiveIntegerField(default=1)
    """Rises with each step, so that two workers never carry out the same one."""
    share = models.PositiveSmallIntegerField(default=0)
    """How much of the file is read, in percent."""
    read_as = models.CharField(max_length=60, blank=True, default="")
    ignored = models.CharField(max_length=300, blank=True, default="")
    """Columns that nothing is known of, and that are left out."""
    fault = models.CharField(max_length=300, blank=True, default="")
    """Why the whole file, or the last step, came to nothing."""
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True)
    """When it was checked, read in, undone or thrown away."""
    erased = models.BooleanField(default=False)
    """Whether its rows and its file are gone: these figures are all that is left."""

    class Meta:
        constraints = (
            one_of(
                "state",
                [
                    "waiting",
                    "checking",
                    "unreadable",
                    "ready",
                    "applying",
                    "applied",
                    "undoing",
                    "undone",
                    "dropped",
                ],
                "actor_import_state",
            ),
            one_of("kind", ["csv", "xlsx"], "actor_import_kind"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100), name="actor_import_share"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def rows_in_all(self) -> int:
        return self.added + self.changed + self.same + self.refused


class ImportedRow(models.Model):
    """One row of a list that was handed in, and what becomes of it."""

    access = IMPORTS

    class Outcome(models.TextChoices):
        ADD = "add", _("Is added")
        CHANGE = "change", _("Is changed")
        SAME = "same", _("Is there already")
        REFUSED = "refused", _("Is not read in")

    of = models.ForeignKey(ActorImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    name = models.CharField(max_length=120, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    """Of a refused row: why. Of a changed one: what changes."""
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(null=True, blank=True)
    """The organisation's when the row was checked."""
    after = models.JSONField(default=dict)
    before = models.JSONField(default=dict)

    class Meta:
        constraints = (
            one_of("outcome", ["add", "change", "same", "refused"], "imported_row_outcome"),
            models.UniqueConstraint(fields=["of", "number"], name="imported_row_number"),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(reason=""), name="imported_row_reason"
            ),
        )
        indexes = (
            models.Index(fields=["of", "outcome", "number"], name="imported_row_of_outcome"),
        )

    def __str__(self) -> str:
        return f"{self.of_id}: {self.number}"


class OrganisationMembership(Membership):
    """A role held in an organisation; held in the municipality itself, it is for all of it."""

    access = Open("who holds which role; shown to administrators by a page with its own policy")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    place_name = "organisation__name"

    held_outside = Q(organisation__kind__in=Organisation.EXTERNAL)

    class Meta(Membership.Meta):
        constraints = (
            *Membership.Meta.constraints,
            one_of(
                "role",
                [code for code, name in roles_held_at(HeldAt.ORGANISATION)],
                "organisation_role",
            ),
        )

    @property
    def place(self) -> Organisation:
        """Where the role is held."""
        return self.organisation


class DistrictMembership(Membership):
    """A role held in a housing district."""

    access = Open("who holds which role; shown to administrators by a page with its own policy")

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="memberships")
    place_name = "district__name"

    class Meta(Membership.Meta):
        constraints = (
            *Membership.Meta.constraints,
            one_of(
                "role", [code for code, name in roles_held_at(HeldAt.DISTRICT)], "district_role"
            ),
        )

    @property
    def place(self) -> District:
        """Where the role is held."""
        return self.district
