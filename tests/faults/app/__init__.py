"""Jobs that die where they are told to. Installed in worker processes under test only."""

STEPS = ("claimed", "queried", "rendered", "written", "renamed", "notified", "marked", "done")
IMPORT_STEPS = ("staged", "checked", "writing", "written", "read_in")
MAIL_STEPS = ("opened", "sending", "mail_written", "sent", "settled")
