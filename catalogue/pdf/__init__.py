"""Records as PDF/UA-1: ``example`` and ``network`` say what they contain, ``rendering`` sets it."""
