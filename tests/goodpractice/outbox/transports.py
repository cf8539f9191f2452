"""Mail servers that refuse, each in its way."""

import smtplib

from django.core.mail.backends.base import BaseEmailBackend


class UnknownReceiver(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise smtplib.SMTPRecipientsRefused({"kim@example.org": (550, b"no such user")})


class Busy(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise smtplib.SMTPRecipientsRefused({"kim@example.org": (450, b"try again later")})


class Unencodable(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise UnicodeEncodeError("ascii", "ä", 0, 1, "no SMTPUTF8")


class WrongPassword(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise smtplib.SMTPAuthenticationError(535, b"wrong")
