"""What forums know that a resource report can begin with."""

from coordination.resources import prefill
from forums import reporting

prefill.attendance(reporting.attended)
