from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "goodpractice.accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Connect the receivers of signals; their modules need the models, which are there now only."""
        for module in ("second_factor", "session_age", "session_list"):
            import_module(f"{self.name}.{module}")
