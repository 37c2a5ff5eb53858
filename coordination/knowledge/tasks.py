"""What knowledge does by the clock."""

from coordination.jobs import queue

from . import contacts


@queue.periodic("knowledge.contacts")
def erase_contacts() -> None:
    """Erases contacts that have been kept for as long as has been decided."""
    contacts.erase()
