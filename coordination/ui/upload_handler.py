"""Where the files of a request go while it is read: bounded, and only where a page takes files."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from .uploads import LARGEST


def takes_files(view: Any) -> Any:
    """Marks a view whose form has a file field."""
    view.takes_files = True
    return view


class BoundedUpload(TemporaryFileUploadHandler):
    """Keeps a file in the temporary folder, up to one byte more than any may have: enough to tell the
    sender that it is too large, with everything else they typed, and never a full disk."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.had = 0
        self.is_wanted: bool | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if not self._wanted():
            raise SkipFile()
        self.had = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        left = LARGEST + 1 - self.had
        if left > 0:
            super().receive_data_chunk(raw_data[:left], start)
        self.had += len(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        return super().file_complete(min(file_size, LARGEST + 1))

    def _wanted(self) -> bool:
        if self.is_wanted is None:
            try:
                view = resolve(self.request.path_info).func if self.request else None
            except Resolver404:
                view = None
            self.is_wanted = getattr(view, "takes_files", False)
        return self.is_wanted
