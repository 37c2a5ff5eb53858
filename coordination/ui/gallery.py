"""Every component with invented sample data on one page, for those who build pages. Development only."""

from decimal import Decimal
from types import SimpleNamespace as Sample

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from . import amounts, charts


class SampleForm(forms.Form):
    use_required_attribute = False

    name = forms.CharField(label="Forum", help_text="Så som det står i kallelsen.", max_length=80)
    date = forms.CharField(
        label="Datum",
        help_text="Skriv datum så här: 2026-05-12",
        widget=forms.TextInput(attrs={"class": "input--10"}),
    )
    place = forms.ChoiceField(
        label="Område",
        choices=[("", "Välj"), ("1", "Vivalla"), ("2", "Varberga"), ("3", "Hela kommunen")],
    )
    kind = forms.ChoiceField(
        label="Protokollsform",
        widget=forms.RadioSelect,
        choices=[
            ("notes", "Minnesanteckningar – godkänns av ordföranden"),
            ("minutes", "Protokoll – justeras av ordföranden och en till"),
        ],
    )
    level = forms.MultipleChoiceField(
        label="Förebyggande nivå",
        widget=forms.CheckboxSelectMultiple,
        choices=[("g", "Generell"), ("s", "Specifik"), ("i", "Individinriktad")],
    )
    notes = forms.CharField(
        label="Anteckningar",
        help_text="Skriv inga namn eller personnummer på personer i individärenden.",
        widget=forms.Textarea(attrs={"rows": 4, "data-char-limit": 400}),
    )
    secret = forms.BooleanField(
        label="Sekretess – behandlas i bilaga", required=False, help_text="Texten sparas för sig."
    )


class SampleFile(forms.Form):
    must_choose_again = True

    file = forms.FileField(label="Fil", help_text="PDF, Word eller Excel, högst 20 MB.")


ASKED = {
    "heading": "Ställ in mötet?",
    "rows": [
        Sample(label="Möte", value="Brottsförebyggande rådet"),
        Sample(label="När", value="tisdag 12 maj 2026 kl. 13.00–14.30"),
    ],
    "consequence": "11 personer får ett mejl om att mötet är inställt.",
    "submit_label": "Ställ in mötet",
    "cancel_url": "?",
    "danger": True,
}


class SampleFilters(forms.Form):
    search = forms.CharField(label="Sök", required=False)
    forum = forms.ChoiceField(label="Forum", required=False, choices=[("", "Alla"), ("1", "Brå")])
    status = forms.MultipleChoiceField(
        label="Status",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("planned", "Planerat"), ("called", "Kallat"), ("writing", "Renskrivs")],
    )


COMPONENTS = {
    "messages": [
        Message(constants.SUCCESS, "Klart. Frånvaron är satt.", "undo #"),
        Message(constants.INFO, "Dokumentet görs. Det finns här om en stund."),
    ],
    "views": [
        Sample(name="Mina försenade", query="status=called", user_id=None),
        Sample(name="Kommunens alla möten", query="forum=1", user_id=0),
    ],
    "tags": [
        ("Planerat", "neutral"),
        ("Pågår", "info"),
        ("Väntar på justering", "warning"),
        ("3 dagar försenad", "danger"),
        ("Godkänd", "success"),
        ("Justerat", "plain"),
        ("Struken", "ended"),
    ],
    "tasks": [
        Sample(
            title="Skicka protokollet för justering",
            url="#",
            context="Brå, 21 april",
            date_label="3 dagar försenad",
            overdue=True,
            action=Sample(url="#", label="Skicka", method="get"),
        ),
        Sample(
            title="Ta fram schema för utbildning av första linjen",
            url="#",
            context="Brå, beslut 4:1",
            date_label="Senast 9 juni",
            overdue=False,
            action=Sample(url="#", label="Klar", method="get"),
        ),
        Sample(
            title="Läs kallelsen",
            url="#",
            context="Strategisk samverkan VBE",
            date_label="5 maj",
            overdue=False,
            action=None,
        ),
    ],
    "facts": [
        Sample(label="När", value="tisdag 21 april 2026 kl. 13.00–14.30"),
        Sample(
            label="Plats",
            value="Rådhuset, Stora salen",
            change_url="#",
            change_hidden="plats",
        ),
        Sample(label="Ordförande", value="Anna Ek", change_url="#", change_hidden="ordförande"),
        Sample(label="Forum", value="Brottsförebyggande rådet", url="#"),
    ],
    "events": [
        Sample(
            title="Protokollet skickat för justering",
            at="22 april 2026 kl. 09.12",
            by="Anna Ek",
        ),
        Sample(title="Mötet avslutat", at="21 april 2026 kl. 14.31", by="Anna Ek"),
        Sample(
            title="Kallelse skickad till 11 personer",
            at="7 april 2026 kl. 10.05",
            by="Jonas Berg",
        ),
        Sample(title="Mötet skapat", at="12 mars 2026", by="Anna Ek"),
    ],
    "tabs": [
        Sample(label="Alla uppdrag", url="#", current=True),
        Sample(label="Riktlinjen", url="#", current=False),
    ],
    "theirs": [("Mål", "Färre skadegörelser kring skolan"), ("Uppföljning", "")],
    "agenda": [
        (1, "Mötets öppnande", "done"),
        (2, "Uppföljning av åtgärder", "done"),
        (3, "Lägesbild", "done"),
        (4, "Utbildning av första linjen", "now"),
        (5, "Gymnasieskolornas närvaro i forumen", ""),
        (6, "Övriga frågor", ""),
    ],
}
"""What each component that takes values is shown with."""

LIST = {
    "columns": [
        Sample(label="Datum", url="#", sorted="descending", css=""),
        Sample(label="Forum", url="#", sorted="", css=""),
        Sample(label="Plats", url="", sorted="", css=""),
        Sample(label="Öppna åtgärder", url="", sorted="", css="cell--number"),
        Sample(label="Status", url="", sorted="", css=""),
    ],
    "rows": [
        (
            "21 april 2026",
            "Brottsförebyggande rådet",
            "Rådhuset",
            4,
            "Väntar på justering",
            "warning",
        ),
        (
            "14 april 2026",
            "Partnerskap Vivalla",
            "Vivallaskolan",
            2,
            "Renskrivs",
            "info",
        ),
        (
            "5 maj 2026",
            "Strategisk samverkan mot våldsbejakande extremism",
            "Teams",
            0,
            "Kallat",
            "neutral",
        ),
        ("10 mars 2026", "Örefrö", "Citypassagen", 0, "Justerat", "plain"),
    ],
    "view_query": "status=called",
    "showing": "Visar 1–25 av 34",
    "order": "Nyast först",
    "chips": [
        Sample(label="Forum: Brå", remove_url="#"),
        Sample(label="Status: Kallat", remove_url="#"),
    ],
    "clear_url": "#",
    "pages": [
        Sample(label="1", url="#", current=True),
        Sample(label="2", url="#"),
        Sample(label="Nästa", url="#", kind="next"),
    ],
}


def gallery(request: HttpRequest) -> HttpResponse:
    """Shows `templates/gallery.html`; with `?fraga`, the page that asks before an act."""
    if "fraga" in request.GET:
        return render(request, "components/confirm.html", ASKED)
    bad = SampleForm({"name": "", "date": "31 februari", "notes": "Samtal om skolvägar"})
    bad_errors = [
        Sample(field_id=field.auto_id + ("_0" if field.use_fieldset else ""), message=message)
        for field in bad
        for message in field.errors
    ]
    sample = Sample(
        form=SampleForm(prefix="good"),
        bad=bad,
        bad_errors=bad_errors,
        merged=[SampleForm(prefix="merged")["notes"]],
        since=timezone.now(),
        kept=SampleForm(prefix="kept"),
        chart=charts.bars(
            finding="Flest årsarbetskrafter på generell nivå",
            about="Årsarbetskrafter efter nivå",
            first="Nivå",
            series=["2024", "2025"],
            rows=[
                charts.Row("Generell", [Decimal("6.5"), Decimal("7.25")]),
                charts.Row("Specifik", [Decimal("2"), Decimal("1.5")]),
            ],
            say=amounts.posts,
        ),
        draft=Sample(saved_at=timezone.now()),
        file=SampleFile(prefix="file"),
        list=Sample(filters=SampleFilters(prefix="filter"), **LIST),
        **COMPONENTS,
    )
    return render(request, "gallery.html", {"sample": sample})
