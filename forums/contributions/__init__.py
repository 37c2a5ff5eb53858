"""What forums offer to the shared pages: tasks, changes, search, links, guides, sections, words."""

from . import actors, assignments, changes, guides, links, operation, resources, search, tasks, tied

__all__ = [
    "actors",
    "assignments",
    "changes",
    "guides",
    "links",
    "operation",
    "resources",
    "search",
    "tasks",
    "tied",
]
