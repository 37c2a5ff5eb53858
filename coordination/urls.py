"""Every address of the portal, and who it is for."""

from django.conf import settings
from django.urls import include
from django.urls import path as open_path

from coordination.access import signing_in
from coordination.access import views as access_views
from coordination.access.urls import BOTH, WRITE, about, govern, holding, path, public, signed_in
from coordination.access.vocabulary import Permission
from coordination.frame import views
from coordination.ui.gallery import gallery

handler400 = "coordination.frame.errors.bad_request"
handler403 = "coordination.frame.errors.forbidden"
handler404 = "coordination.frame.errors.not_found"
handler500 = "coordination.frame.errors.failed"

# Accounts are made by administrators, and addresses and passwords are kept by them: of allauth's
# pages only the way in and the way out are open.
ACCOUNT = {
    "account_login": public("the way in", methods=BOTH),
    "account_logout": signed_in("the way out", methods=BOTH, before_factor=True),
    "account_inactive": None,
    "account_signup": None,
    "account_reauthenticate": None,
    "account_email": None,
    "account_confirm_email": None,
    "account_email_verification_sent": None,
    "account_change_password": None,
    "account_set_password": None,
    "account_reset_password": None,
    "account_reset_password_done": None,
    "account_reset_password_from_key": None,
    "account_reset_password_from_key_done": None,
    "account_confirm_login_code": None,
}
ONE_ACCOUNT = "one's own account, and never another's"

urlpatterns = [
    path("", views.start, name="start", policy=signed_in("the first page after signing in")),
    path("att-gora/", views.tasks, name="tasks", policy=holding(Permission.USE_PORTAL)),
    path("sok/", views.search, name="search", policy=holding(Permission.USE_PORTAL)),
    path(
        "vyer/",
        views.saved_views,
        name="saved_views",
        policy=holding(Permission.USE_PORTAL, methods=BOTH),
    ),
    path(
        "vyer/<int:view>/",
        views.saved_view,
        name="saved_view",
        policy=about("writing.SavedView", see=Permission.USE_PORTAL, methods=WRITE, view="pk"),
    ),
    path(
        "aviseringar/",
        views.notices,
        name="notices",
        policy=holding(Permission.USE_PORTAL, methods=BOTH),
    ),
    path(
        "hjalp/sett-nagot/",
        views.incident,
        name="incident",
        policy=signed_in("whoever saw too much must be able to say so, role or not", methods=BOTH),
    ),
    path("hjalp/", views.help_page, name="help", policy=public("help must reach everyone")),
    path(
        "tillganglighet/",
        views.accessibility,
        name="accessibility",
        policy=public("the statement that DOS-lagen 13 § asks for"),
    ),
    path(
        "personuppgifter/",
        views.privacy,
        name="privacy",
        policy=public("information under GDPR article 13"),
    ),
    path(
        "sprak/",
        views.set_language,
        name="set_language",
        policy=public("the language of the sign-in page", methods=WRITE),
    ),
    path("health/", views.health, name="health", policy=public("asked by the operator's monitor")),
    open_path("konto/", govern(include("allauth.account.urls"), ACCOUNT)),
    open_path("", include("coordination.administration.urls")),
    path(
        "konto/andra-steget/",
        signing_in.SecondStep.as_view(),
        name="mfa_authenticate",
        policy=public("the second step of signing in", methods=BOTH),
    ),
    path("konto/", access_views.account, name="account", policy=signed_in(ONE_ACCOUNT)),
    path(
        "konto/bekrafta/",
        access_views.confirm,
        name="confirm",
        policy=signed_in("step-up, for whoever is asked", methods=BOTH, before_factor=True),
    ),
    path(
        "konto/faktor/",
        access_views.factor_choice,
        name="factor_choice",
        policy=signed_in("the way to a second factor", before_factor=True),
    ),
    path(
        "konto/faktor/nyckel/",
        access_views.key_add,
        name="key_add",
        policy=signed_in(ONE_ACCOUNT, methods=BOTH, fresh=True, before_factor=True),
    ),
    path(
        "konto/faktor/app/",
        access_views.app_add,
        name="app_add",
        policy=signed_in(ONE_ACCOUNT, methods=BOTH, fresh=True, before_factor=True),
    ),
    path(
        "konto/faktor/app/bild/",
        access_views.app_square,
        name="app_square",
        policy=signed_in(ONE_ACCOUNT, fresh=True, before_factor=True),
    ),
    path(
        "konto/faktor/koder/",
        access_views.recovery_codes,
        name="recovery_codes",
        policy=signed_in(ONE_ACCOUNT, methods=BOTH, fresh=True),
    ),
    path(
        "konto/faktor/koder/igen/",
        access_views.codes_again,
        name="codes_again",
        policy=signed_in(ONE_ACCOUNT, methods=WRITE, fresh=True),
    ),
    path(
        "konto/faktor/ta-bort/",
        access_views.factor_remove,
        name="factor_remove",
        policy=signed_in(ONE_ACCOUNT, methods=BOTH, fresh=True),
    ),
    path(
        "konto/losenord/",
        access_views.password_change,
        name="password_change",
        policy=signed_in(ONE_ACCOUNT, methods=BOTH, fresh=True),
    ),
    path(
        "konto/session/",
        access_views.session,
        name="session",
        policy=signed_in(ONE_ACCOUNT, methods=BOTH),
    ),
    path(
        "konto/session/avsluta-andra/",
        access_views.sessions_end,
        name="sessions_end",
        policy=signed_in(ONE_ACCOUNT, methods=WRITE),
    ),
    path(
        "konto/om-dina-uppgifter/",
        access_views.notice,
        name="notice",
        policy=signed_in("shown to each person once", methods=BOTH),
    ),
    open_path("", include("coordination.administration.log_urls")),
    open_path("", include("coordination.assignments.urls")),
    open_path("", include("coordination.agreements.urls")),
    open_path("", include("coordination.grounds.urls")),
    open_path("", include("coordination.situation.urls")),
    open_path("", include("coordination.actors.urls")),
    open_path("", include("coordination.knowledge.urls")),
    open_path("", include("coordination.resources.urls")),
    open_path("", include("forums.urls")),
]

if settings.CASES_ENABLED:
    urlpatterns.append(open_path("", include("cases.urls")))
if settings.OIDC:
    urlpatterns.append(
        path(
            "konto/organisation/",
            access_views.provider,
            name="oidc",
            policy=public("the way in through a provider, and back", methods=BOTH),
        )
    )
if settings.DEMO:
    urlpatterns.append(
        path(
            "demo/sign-in/",
            signing_in.demo_sign_in,
            name="demo_sign_in",
            policy=public("the demo's one-click way in, on localhost only", methods=WRITE),
        )
    )
if settings.DEBUG:
    urlpatterns.append(
        path("komponenter/", gallery, name="gallery", policy=public("development only"))
    )
