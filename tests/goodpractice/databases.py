"""Databases that say what a test lets them say, for the watch of ``goodpractice.replicas``."""

from django.db import DEFAULT_DB_ALIAS as PRIMARY

from goodpractice.replicas.watch import Answer, Mark


class Servers:
    """What the databases say, and a clock."""

    def __init__(self, *replicas):
        self.now = 100.0
        self.asked = []
        self.says = {PRIMARY: said(1, is_copying=False), **{alias: said(1) for alias in replicas}}

    def ask(self, alias):
        self.asked.append(alias)
        answer = self.says[alias]
        return answer() if callable(answer) else answer

    def all_say(self, number, position):
        self.says = {alias: said(number, position, is_copying=alias != PRIMARY) for alias in self.says}


def said(number, position=1000, *, writer="7", is_copying=True):
    return Answer(Mark(number, writer), position, is_copying)
