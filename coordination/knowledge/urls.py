"""The addresses of what is known and told, grouped by what they are about."""

from typing import Any

from coordination.access.urls import BOTH, READ, WRITE, about, holding, path, public
from coordination.access.vocabulary import Permission

from .views import contacts, information, library, visits

EVERYONE = holding(Permission.USE_PORTAL)
KEEPERS = holding(Permission.KEEP_KNOWLEDGE, methods=BOTH)
READERS = holding(Permission.READ_VISITS)


def on_entry(permission: Permission, methods: tuple[str, ...] = READ) -> Any:
    return holding(permission, methods=methods, model="knowledge.Entry", entry="pk")


def on_visit(permission: Permission, methods: tuple[str, ...] = READ) -> Any:
    return holding(permission, methods=methods, model="knowledge.Visit", visit="pk")


def on_suggestion(permission: Permission, methods: tuple[str, ...] = READ) -> Any:
    return holding(permission, methods=methods, model="knowledge.Suggestion", suggestion="pk")


def of_version(methods: tuple[str, ...] = READ) -> Any:
    return holding(
        Permission.INFORM_PUBLIC,
        methods=methods,
        model="knowledge.InformationVersion",
        version="pk",
    )


urlpatterns = [
    path(
        "information/",
        information.public_information,
        name="public_information",
        policy=public("what the public is to be told, lag (2023:196) 12 §"),
    ),
    path(
        "kunskap/information/",
        information.information,
        name="information",
        policy=holding(Permission.INFORM_PUBLIC),
    ),
    path(
        "kunskap/information/andra/",
        information.information_change,
        name="information_change",
        policy=holding(Permission.INFORM_PUBLIC, methods=BOTH),
    ),
    path(
        "kunskap/information/publicera/",
        information.information_publish,
        name="information_publish",
        policy=holding(Permission.INFORM_PUBLIC, methods=WRITE),
    ),
    path(
        "kunskap/information/slang/",
        information.information_discard,
        name="information_discard",
        policy=holding(Permission.INFORM_PUBLIC, methods=WRITE),
    ),
    path(
        "kunskap/information/granskad/",
        information.information_reviewed,
        name="information_reviewed",
        policy=holding(Permission.INFORM_PUBLIC, methods=WRITE),
    ),
    path(
        "kunskap/information/<int:version>/",
        information.information_version,
        name="information_version",
        policy=of_version(),
    ),
    path(
        "kunskap/information/<int:version>/aterstall/",
        information.information_restore,
        name="information_restore",
        policy=of_version(WRITE),
    ),
    # The library
    path("kunskap/", library.knowledge, name="knowledge", policy=EVERYONE),
    path("kunskap/hamta/", library.knowledge_export, name="knowledge_export", policy=EVERYONE),
    path("kunskap/bibliotek/ny/", library.entry_new, name="entry_new", policy=KEEPERS),
    path(
        "kunskap/bibliotek/startlista/",
        library.library_start,
        name="library_start",
        policy=holding(Permission.KEEP_KNOWLEDGE, methods=WRITE),
    ),
    path(
        "kunskap/bibliotek/<int:entry>/",
        library.entry,
        name="entry",
        policy=on_entry(Permission.USE_PORTAL),
    ),
    path(
        "kunskap/bibliotek/<int:entry>/svar/",
        library.entry_answer,
        name="entry_answer",
        policy=on_entry(Permission.USE_PORTAL, WRITE),
    ),
    path(
        "kunskap/bibliotek/<int:entry>/andra/",
        library.entry_change,
        name="entry_change",
        policy=on_entry(Permission.KEEP_KNOWLEDGE, BOTH),
    ),
    path(
        "kunskap/bibliotek/<int:entry>/arkivera/",
        library.entry_archive,
        name="entry_archive",
        policy=on_entry(Permission.KEEP_KNOWLEDGE, WRITE),
    ),
    # Study visits and networks
    path("kunskap/studiebesok/", visits.visits, name="visits", policy=READERS),
    path("kunskap/studiebesok/hamta/", visits.visits_export, name="visits_export", policy=READERS),
    path("kunskap/studiebesok/nytt/", visits.visit_new, name="visit_new", policy=KEEPERS),
    path(
        "kunskap/studiebesok/<int:visit>/",
        visits.visit,
        name="visit",
        policy=on_visit(Permission.READ_VISITS),
    ),
    path(
        "kunskap/studiebesok/<int:visit>/andra/",
        visits.visit_change,
        name="visit_change",
        policy=on_visit(Permission.KEEP_KNOWLEDGE, BOTH),
    ),
    path(
        "kunskap/studiebesok/<int:visit>/nytt-forslag/",
        visits.suggestion_new,
        name="suggestion_new",
        policy=on_visit(Permission.KEEP_KNOWLEDGE, BOTH),
    ),
    path("kunskap/forslag/", visits.suggestions, name="suggestions", policy=READERS),
    path(
        "kunskap/forslag/hamta/",
        visits.suggestions_export,
        name="suggestions_export",
        policy=READERS,
    ),
    path(
        "kunskap/forslag/<int:suggestion>/",
        visits.suggestion,
        name="suggestion",
        policy=on_suggestion(Permission.READ_VISITS),
    ),
    path(
        "kunskap/forslag/<int:suggestion>/andra/",
        visits.suggestion_change,
        name="suggestion_change",
        policy=on_suggestion(Permission.KEEP_KNOWLEDGE, BOTH),
    ),
    # The contact log
    path(
        "kunskap/kontakter/",
        contacts.contacts,
        name="contacts",
        policy=holding(Permission.LOG_CONTACTS),
    ),
    path(
        "kunskap/kontakter/hamta/",
        contacts.contacts_export,
        name="contacts_export",
        policy=holding(Permission.LOG_CONTACTS),
    ),
    path(
        "kunskap/kontakter/ny/",
        contacts.contact_new,
        name="contact_new",
        policy=holding(Permission.LOG_CONTACTS, methods=BOTH),
    ),
    path(
        "kunskap/kontakter/siffror/",
        contacts.contact_figures,
        name="contact_figures",
        policy=holding(Permission.READ_CONTACT_FIGURES),
    ),
    path(
        "kunskap/kontakter/sparas/",
        contacts.contact_retention,
        name="contact_retention",
        policy=holding(Permission.READ_CONTACTS, methods=BOTH),
    ),
    path(
        "kunskap/kontakter/<int:contact>/andra/",
        contacts.contact_change,
        name="contact_change",
        policy=about("knowledge.Contact", see=Permission.LOG_CONTACTS, methods=BOTH, contact="pk"),
    ),
    path(
        "kunskap/kontakter/<int:contact>/ta-bort/",
        contacts.contact_remove,
        name="contact_remove",
        policy=about("knowledge.Contact", see=Permission.LOG_CONTACTS, methods=WRITE, contact="pk"),
    ),
]
