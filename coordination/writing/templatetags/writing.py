"""The hidden key that makes a form count once."""

import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coordination.writing.once import FIELD

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """A hidden field with a new key: put it in every form that changes something."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4())
