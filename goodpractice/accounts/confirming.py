"""Showing once more who one is, by a code sent by mail: for people with neither password nor second factor.

Django-allauth asks again by password or factor only, and would not ask people at all who have none of them.
"""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.http import HttpRequest

from goodpractice.accounts import session_age

SESSION_KEY = "account_code_to_confirm"
METHOD = "code"


def is_only_way(user: Any) -> bool:
    """Tell whether a code is all that ``user`` can be asked for."""
    return user.is_authenticated and not get_reauthentication_flows(user)


def is_recent(request: HttpRequest) -> bool:
    """Tell whether this session has shown a code just now, be it to sign up or in: they have no other way."""
    records = get_authentication_records(request, request.user)
    shown = [record["at"] for record in records if record["method"] == METHOD]
    latest: float = max([request.session.get(session_age.SESSION_KEY, 0), *shown])
    return bool(time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT)


class MailedCode(AbstractCodeVerificationProcess):  # type: ignore[misc]
    """A code that waits in the session: for ten minutes and three attempts, as one to sign in does."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
            user=request.user,
        )
        self.request = request

    @classmethod
    def waiting(cls, request: HttpRequest) -> "MailedCode | None":
        """Return the code that was sent in this session, if it still counts."""
        state = request.session.get(SESSION_KEY)
        return cls(request, state).abort_if_invalid() if state else None

    @classmethod
    def send_new(cls, request: HttpRequest) -> None:
        code = cls(request, cls.initial_state(user=request.user))
        code.send()
        code.persist()

    def send(self) -> None:
        adapter = get_adapter()
        self.state["code"] = adapter.generate_login_code()
        context = {"request": self.request, "code": self.state["code"]}
        adapter.send_mail("account/email/confirm_code", self.user.email, context)

    def persist(self) -> None:
        self.request.session[SESSION_KEY] = self.state

    def abort(self) -> None:
        self.request.session.pop(SESSION_KEY, None)

    def finish(self) -> None:
        """Note in the session that the code was shown."""
        self.abort()
        record_authentication(self.request, self.request.user, method=METHOD, reauthenticated=True)
