"""When the accessibility statement was last checked: due every year (BITV 2.0), and a test reminds of it."""

from datetime import date

ACCESSIBILITY_STATEMENT_DATE = date(2026, 11, 23)
