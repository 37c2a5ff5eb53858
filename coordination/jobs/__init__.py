"""Work that must happen: the job rows, their claims, schedules and mail."""
