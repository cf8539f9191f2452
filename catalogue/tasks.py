"""What is done about the catalogue while nobody looks. Each may run twice, or again after a crash, and does no harm."""

from procrastinate.contrib.django import app

from catalogue import link_health, retention

QUEUE = "catalogue"


@app.periodic(cron="31 4 * * *")
@app.task(name="catalogue.forget_messages", queue=QUEUE)
def forget_messages(timestamp: int) -> None:
    retention.forget_messages()


@app.periodic(cron="*/5 1-3 * * *")
@app.task(name="catalogue.check_links", queue=QUEUE)
def check_links(timestamp: int) -> None:
    """Look at some links, at night only: what is found out makes every page of the catalogue be drawn anew."""
    link_health.check_due()
