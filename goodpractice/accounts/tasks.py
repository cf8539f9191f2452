"""What is done about people every day, whoever is at work. Each may run twice and does no harm."""

from procrastinate.contrib.django import app

from goodpractice.accounts import consents, session_list

QUEUE = "people"


@app.periodic(cron="17 6 * * *")
@app.task(name="accounts.renew_consents", queue=QUEUE)
def renew_consents(timestamp: int) -> None:
    consents.renew()


@app.periodic(cron="41 * * * *")
@app.task(name="accounts.forget_ended_sessions", queue=QUEUE)
def forget_ended_sessions(timestamp: int) -> None:
    session_list.forget_ended()
