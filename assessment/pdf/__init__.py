"""The board's papers as PDF/UA-1, set as the catalogue sets its records."""
