"""The annual resource report: what each administration and company sets aside (guideline: sufficient
resources in one's own field), filed, attested, reviewed and kept in versions."""
