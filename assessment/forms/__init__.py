"""Forms of those who propose. They own input: cleaning, choices, errors at the field; a draft may be incomplete."""
