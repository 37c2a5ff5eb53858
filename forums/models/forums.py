"""The standing group: the forum, its seats and what may be done in it, its standing items."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coordination.access.declaration import Access
from coordination.access.models import Grant, Membership, MembershipQuerySet, one_of
from coordination.access.policy import GovernedQuerySet
from coordination.access.vocabulary import FORUM_ROLES, HeldAt, Permission, roles_held_at
from coordination.actors.models import District, Organisation, PreventionLevel

from .declared import by_whom, together


class ForumQuerySet(GovernedQuerySet):
    def by_name(self) -> "ForumQuerySet":
        return self.order_by("name", "pk")


class Forum(models.Model):
    """A standing group that meets: the anchor that everything in this app inherits access from."""

    access = Access(anchor="pk", view=Permission.VIEW_FORUM)

    class MinutesForm(models.TextChoices):
        NOTES = "notes", _("Notes – approved by the chair")
        ADJUSTED = "adjusted", _("Minutes – approved by the chair and one more")

    class InformationClass(models.TextChoices):
        NONE = "none", _("No information about people")
        AGGREGATE = "aggregate", _("Summarised information only")
        INDIVIDUALS = "individuals", _("May handle information about individuals")

    class Basis(models.TextChoices):
        EXISTING = "existing", _("A forum that was there before")
        NEW = "new", _("A new forum")

    name = models.CharField(max_length=80, unique=True)
    purpose = models.CharField(max_length=500, blank=True)
    levels = models.ManyToManyField(PreventionLevel, blank=True, related_name="forums")
    districts = models.ManyToManyField(District, blank=True, related_name="forums")
    age_group = models.CharField(max_length=40, blank=True)
    minutes_form = models.CharField(max_length=10, choices=MinutesForm, default=MinutesForm.NOTES)
    information_class = models.CharField(
        max_length=12, choices=InformationClass, default=InformationClass.NONE
    )
    basis = models.CharField(max_length=8, choices=Basis, default=Basis.EXISTING)
    basis_reason = models.CharField(max_length=300, blank=True)
    usual_start = models.TimeField(null=True, blank=True)
    usual_end = models.TimeField(null=True, blank=True)
    usual_place = models.CharField(max_length=120, blank=True)
    interval_weeks = models.PositiveSmallIntegerField(default=6)
    version = models.PositiveIntegerField(default=1)
    """Rises with each change of what the forum is or of its standing items."""

    objects = ForumQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = (
            (Permission.LOG_MEETINGS.value, "Can log meetings"),
            (Permission.KEEP_FORUM.value, "Can keep the forum itself"),
            (Permission.KEEP_ACTION.value, "Can keep action points"),
            (Permission.PROPOSE_ITEM.value, "Can propose agenda items"),
            (Permission.ADJUST_MINUTES.value, "Can adjust minutes"),
            (Permission.READ_APPROVED.value, "Can read approved minutes"),
        )
        constraints = (
            one_of("minutes_form", ["notes", "adjusted"], "forum_minutes_form"),
            one_of(
                "information_class", ["none", "aggregate", "individuals"], "forum_information_class"
            ),
            one_of("basis", ["existing", "new"], "forum_basis"),
            models.CheckConstraint(
                condition=~Q(basis="new") | ~Q(basis_reason=""), name="forum_basis_reason"
            ),
            models.CheckConstraint(
                condition=Q(interval_weeks__gte=1, interval_weeks__lte=52),
                name="forum_interval_weeks",
            ),
            models.CheckConstraint(
                condition=together("usual_start", "usual_end")
                & (Q(usual_start=None) | Q(usual_end__gt=F("usual_start"))),
                name="forum_usual_times",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def handles_individuals(self) -> bool:
        """Whether mail about it must be neutral, and coordinators see it only as members."""
        return self.information_class == self.InformationClass.INDIVIDUALS


class ForumGrant(Grant):
    """What one person may do in one forum, derived by `forums.grants`."""

    content_object = models.ForeignKey(Forum, on_delete=models.CASCADE)

    class Meta(Grant.Meta):
        indexes = (
            models.Index(fields=["user", "permission", "content_object"], name="forumgrant_user"),
        )


class SeatQuerySet(MembershipQuerySet, GovernedQuerySet):
    def in_order(self) -> "SeatQuerySet":
        """Chair, secretary, then members as they were given their seats."""
        rank = models.Case(
            models.When(role="chair", then=0), models.When(role="secretary", then=1), default=2
        )
        return self.order_by(rank, "pk")


class Seat(Membership):
    """A place in a forum, for a person with an account, a named person, or a function."""

    access = Access(anchor="forum", view=Permission.VIEW_FORUM)

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="seats")
    user = by_whom("seats", null=True)
    role = models.CharField(max_length=10, choices=roles_held_at(HeldAt.FORUM), default="member")
    name = models.CharField(max_length=80, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    function = models.CharField(max_length=120, blank=True)
    place_name = "organisation__name"

    held_outside = models.Q(organisation__kind__in=Organisation.EXTERNAL)

    objects = SeatQuerySet.as_manager()

    class Meta(Membership.Meta):
        constraints = (
            *Membership.Meta.constraints,
            one_of("role", FORUM_ROLES, "seat_role"),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(name="") | ~Q(function=""),
                name="seat_someone",
            ),
            models.UniqueConstraint(
                fields=["forum", "user"],
                condition=Q(valid_to=None, user__isnull=False),
                name="seat_once_per_person",
            ),
        )

    def __str__(self) -> str:
        return self.label

    def is_active(self, on: date) -> bool:
        """Whether the seat is held that day, both end days included."""
        return self.valid_from <= on and not self.has_ended(on)

    def may_be_taken_back(self, on: date) -> bool:
        """Whether it began that day and no meeting that has begun has it: nothing needs it kept."""
        begun = self.participations.exclude(meeting__state__in=("planned", "called"))
        return self.valid_from == on and not begun.exists()

    def has_ended(self, on: date) -> bool:
        """Whether its last day has passed by that day."""
        return self.valid_to is not None and self.valid_to < on

    @property
    def label(self) -> str:
        """How the seat is printed: the person, or else the function."""
        return (str(self.user) if self.user_id else self.name) or self.function


class ItemKind(models.TextChoices):
    INFORMATION = "information", _("Information")
    DISCUSSION = "discussion", _("Discussion")
    DECISION = "decision", _("Decision")


class StandingItem(models.Model):
    """An agenda item that every new meeting of the forum starts with."""

    access = Access(anchor="forum", view=Permission.VIEW_FORUM)

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="standing_items")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=ItemKind, default=ItemKind.INFORMATION)
    is_follow_up = models.BooleanField(default=False)

    objects = GovernedQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["forum", "position"], name="standing_item_position"),
            one_of("kind", ["information", "discussion", "decision"], "standing_item_kind"),
        )

    def __str__(self) -> str:
        return self.title
