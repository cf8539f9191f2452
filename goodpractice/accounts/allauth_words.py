"""Words of django-allauth that it says to people with “du”, named here so that our catalogue words them with “Sie”.

See ``goodpractice.django_words`` for how this works. All its other words are replaced by our templates and forms.
"""

from django.utils.translation import gettext_noop

INFORMAL = [
    gettext_noop("You must type the same password each time."),
    gettext_noop("You cannot deactivate two-factor authentication."),
    gettext_noop("You cannot generate recovery codes without having two-factor authentication enabled."),
    gettext_noop("You cannot add an email address to an account protected by two-factor authentication."),
    gettext_noop("Invalid or expired key."),
    gettext_noop("Please select only one."),
]
