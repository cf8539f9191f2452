"""The office's pages for the catalogue; importing this registers them."""

from catalogue.admin import example, messages, network, people, vocabulary

__all__ = ["example", "messages", "network", "people", "vocabulary"]
