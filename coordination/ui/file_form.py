"""A form with a file: what it says of files, and that a browser does not keep one."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import uploads
from .forms import PortalForm


def file_field(*, help_text: str | Promise, accept: str) -> forms.FileField:
    """A field for one file, of the kinds that browsers are asked to offer."""
    return forms.FileField(
        label=_("File"),
        help_text=help_text,
        widget=forms.FileInput(attrs={"accept": accept, "data-largest": uploads.LARGEST}),
        error_messages={
            "required": _("Choose a file"),
            "missing": _("Choose a file"),
            "invalid": _("Choose a file"),
            "empty": _("The file is empty. Choose another file."),
        },
    )


class FileForm(PortalForm):
    """The file is only measured here; what it holds is looked into where it is stored."""

    file = file_field(
        help_text=_(
            "PDF, OpenDocument or Office, at most 20 MB. No information about individuals."
        ),
        accept=uploads.ACCEPT,
    )

    mark_optional = False

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > uploads.LARGEST:
            raise forms.ValidationError(uploads.too_large())
        return file

    @property
    def must_choose_again(self) -> bool:
        """Whether the file was right but something else was not: no browser keeps it."""
        return self.is_bound and bool(self.errors) and "file" not in self.errors
