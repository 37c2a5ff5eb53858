"""Form fields, template tags, lists, dates, charts and PDF: how things look, without knowing what they mean."""
