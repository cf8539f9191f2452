"""What the list of one's sessions shows."""

from django import template

from goodpractice.accounts import session_list

register = template.Library()
register.filter("device", session_list.device)
register.filter("shortened", session_list.shortened)
