"""Units that carry cases: for which authority, for which districts, and who receives what is protected."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from coordination.access.declaration import Open
from coordination.access.models import Grant
from coordination.access.vocabulary import Permission
from coordination.actors.models import District, Organisation


class DatedQuerySet(models.QuerySet):
    def active(self, on: object) -> "DatedQuerySet":
        """Those in force that day, both end days included."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


class Dated(models.Model):
    """What holds between two days; without a last day until further notice."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_period",
            ),
        )


class CaseUnit(models.Model):
    """A unit whose coordinators carry cases, and inside which a case stays."""

    access = Open("which units carry cases: no case and no person of one is in it")

    name = models.CharField(max_length=120, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receives_protected = models.BooleanField(default=False)
    """Cases of people with protected identity come here: they have no district to go by."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["receives_protected"],
                condition=Q(receives_protected=True),
                name="one_unit_receives_protected",
            ),
        )

    def __str__(self) -> str:
        return self.name


class UnitAuthority(Dated):
    """The board (nämnd) that a unit acts for between two days, and whose the cases are.

    Secrecy stands between boards (OSL 8 kap. 2 §), so each legal ground is asked against this one.
    """

    access = Open("which board a unit acts for: public knowledge")

    unit = models.ForeignKey(CaseUnit, on_delete=models.PROTECT, related_name="authorities")
    name = models.CharField(max_length=120)
    is_social = models.BooleanField(default=False)
    """The social welfare board, which some legal bases name."""
    administration = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The board's own administration: who works there crosses no secrecy boundary to reach it."""

    class Meta(Dated.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class CaseArea(Dated):
    """That a unit carries the cases of a district between two days. Who coordinates the district sees
    that its cases are there: the anchor of cases."""

    access = Open("which districts a unit serves: public knowledge")

    unit = models.ForeignKey(CaseUnit, on_delete=models.PROTECT, related_name="areas")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")

    class Meta(Dated.Meta):
        default_permissions = ()
        permissions = (
            (Permission.LIST_CASES.value, "Can see that cases are there"),
            (Permission.TRIAGE_CASE.value, "Can triage cases that were handed in"),
            # Held by those who are named in a case, never on an area.
            (Permission.VIEW_CASE.value, "Can open a case"),
            (Permission.KEEP_CASE.value, "Can write in a case"),
        )
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["district"], condition=Q(valid_to=None), name="one_unit_of_a_district"
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.district_id}"


class CaseAreaGrant(Grant):
    """What one person may see of an area's cases, derived by `cases.grants`."""

    content_object = models.ForeignKey(CaseArea, on_delete=models.CASCADE)

    class Meta(Grant.Meta):
        indexes = (
            models.Index(fields=["user", "permission", "content_object"], name="casearea_user"),
        )


class UnitReceiver(Dated):
    """One of the named people to whom cases with protected identity come first."""

    access = Open("who receives such cases; a page with a policy of its own shows it")

    unit = models.ForeignKey(CaseUnit, on_delete=models.PROTECT, related_name="receivers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(Dated.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.unit_id} {self.user_id}"
