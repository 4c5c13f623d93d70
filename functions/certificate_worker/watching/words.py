"""What the mails say is wrong, and what to do."""

from shared.mail.alerts import Warned


def waits(name: str, minutes: int, limit: int) -> Warned:
    return Warned(
        "work is waiting",
        f"{name.capitalize()} have been waiting for {minutes} minutes; more than {limit} are too many "
        "(ALERT_QUEUE_MINUTES).",
        [
            "Look at the worker's latest executions: “stage failed” in the log names the part that is stuck, and why.",
            "If all of them end well, there is more to do than the worker can: give it a larger specification.",
            "If this is a day with unusually many completions, wait: nothing is lost.",
        ],
    )


def fails(failed: int, every: int) -> Warned:
    return Warned(
        "certificates fail",
        f"{failed} of the {every} certificates of the last 24 hours could not be printed.",
        [
            "LIST_CERTIFICATES shows the failed ones, each with the reason.",
            "If they are of one course, look at its template with PREVIEW_CERTIFICATE and correct it with EDIT_COURSE.",
            "Then have them printed anew with REPLACE_CERTIFICATE, or many at once with BULK_REPLACE.",
        ],
    )


def says_nothing(hours: int) -> Warned:
    return Warned(
        "Graphy reports nothing",
        f"Graphy's webhook has reported no completion for {hours} hours (ALERT_SILENT_HOURS), and there are learners "
        "who have been in their courses for that long.",
        [
            "Look in Graphy whether the webhook is switched on: it is switched off after five failed deliveries.",
            "Check its address and its secret with make test-webhook.",
            "Completions that were missed are not lost: the worker asks Graphy for them each GRAPHY_POLL_MINUTES.",
            "If nobody was expected to complete anything, raise ALERT_SILENT_HOURS.",
        ],
    )
