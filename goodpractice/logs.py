"""What the log says less loudly than Django."""

import logging


class Refusal(logging.Filter):
    """Tell of a refused request in one line: nothing of ours failed, so there is nothing to trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        record.exc_info = record.exc_text = None
        return True
