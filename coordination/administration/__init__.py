"""The pages that administer the portal: people, roles, lists, schedules, jobs and the log."""
