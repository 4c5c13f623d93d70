"""What the environment says, read once per execution and checked by name.

Appwrite gives a function its own address and project (https://appwrite.io/docs/products/functions/develop#environment-variables);
all else comes from the function's variables, which `env.example` lists.
"""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from shared.errors import AppError

#: `PDF_ENGINES`, and a course's own.
ENGINES = r"^(plutoprint|chromium|http)(,(plutoprint|chromium|http))*$"


class Misconfigured(AppError):
    """The function's variables are not valid."""

    code = "MISCONFIGURED"


class Settings(BaseModel):
    """The variables of a function; each field's alias is the variable's name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    endpoint: str = Field(alias="APPWRITE_FUNCTION_API_ENDPOINT")
    project: str = Field(alias="APPWRITE_FUNCTION_PROJECT_ID")
    bucket_id: str = Field("certificates", alias="CERTIFICATE_BUCKET_ID")

    graphy_api_base: str = Field("https://api.ongraphy.com/public", alias="GRAPHY_API_BASE")
    graphy_merchant_id: str = Field("", alias="GRAPHY_MERCHANT_ID")
    graphy_api_key: SecretStr = Field(SecretStr(""), alias="GRAPHY_API_KEY")
    #: Signs the webhook's body; `graphy_webhook_token` ends its address. At least one of them must be set.
    graphy_webhook_secret: SecretStr = Field(SecretStr(""), alias="GRAPHY_WEBHOOK_SECRET")
    graphy_webhook_token: SecretStr = Field(SecretStr(""), alias="GRAPHY_WEBHOOK_TOKEN")
    #: Calls to Graphy at a time, and per second.
    graphy_concurrency: int = Field(4, alias="GRAPHY_CONCURRENCY", ge=1, le=16)
    graphy_calls_per_second: float = Field(10, alias="GRAPHY_CALLS_PER_SECOND", ge=0.1, le=1000)
    #: Minutes between two searches for completions whose webhook never came; 0 = never.
    graphy_poll_minutes: int = Field(60, alias="GRAPHY_POLL_MINUTES", ge=0, le=10080)
    #: The field of a learner's course that says it is complete; empty = `completed` is true or `progress` reached 100.
    graphy_completion_field: str = Field("", alias="GRAPHY_COMPLETION_FIELD")

    #: In order of preference; what is not installed or not set up is passed over.
    pdf_engines: str = Field("plutoprint,chromium,http", alias="PDF_ENGINES", pattern=ENGINES)
    #: A Chromium program on this machine; empty = one that is found by its usual names.
    chromium_path: str = Field("", alias="CHROMIUM_PATH")
    #: A Chromium elsewhere; its address may hold a token.
    chromium_ws_endpoint: SecretStr = Field(SecretStr(""), alias="CHROMIUM_WS_ENDPOINT")
    #: A Gotenberg's address.
    html_to_pdf_api_url: str = Field("", alias="HTML_TO_PDF_API_URL")
    #: Renderer processes at a time, in all running executions together.
    max_concurrent_renders: int = Field(3, alias="MAX_CONCURRENT_RENDERS", ge=1, le=64)

    sendgrid_api_key: SecretStr = Field(SecretStr(""), alias="SENDGRID_API_KEY")
    sendgrid_api_base: str = Field("https://api.sendgrid.com", alias="SENDGRID_API_BASE")
    #: Of SendGrid's signed event webhook: base64, DER.
    sendgrid_event_key: str = Field("", alias="SENDGRID_EVENT_KEY")
    smtp_host: str = Field("", alias="SMTP_HOST")
    smtp_port: int = Field(587, alias="SMTP_PORT", ge=1, le=65535)
    smtp_user: str = Field("", alias="SMTP_USER")
    smtp_pass: SecretStr = Field(SecretStr(""), alias="SMTP_PASS")
    from_email: str = Field("", alias="FROM_EMAIL")
    #: Where answers to our mails go, if not to `from_email`.
    reply_to: str = Field("", alias="REPLY_TO")
    #: Where contacts sign in; told to those who are invited.
    portal_url: str = Field("", alias="PORTAL_URL")

    #: Where anyone looks a certificate up: the page's address without the number. It is printed on each certificate.
    verify_url: str = Field("", alias="VERIFY_URL")
    #: `id:secret`, several with commas between; the first signs, all of them verify. See `shared.verification`.
    verify_keys: SecretStr = Field(SecretStr(""), alias="VERIFY_KEYS")
    #: Look-ups of one client in a minute.
    verify_limit: int = Field(60, alias="VERIFY_LIMIT", ge=1, le=100_000)

    #: Days that certificates, reported completions and the activity log are kept; 0 = for ever.
    certificate_retention_days: int = Field(0, alias="CERTIFICATE_RETENTION_DAYS", ge=0, le=36500)
    webhook_retention_days: int = Field(0, alias="WEBHOOK_RETENTION_DAYS", ge=0, le=36500)
    log_retention_days: int = Field(0, alias="LOG_RETENTION_DAYS", ge=0, le=36500)

    #: Opens `GET /metrics` of admin_router; empty = it is closed.
    metrics_token: SecretStr = Field(SecretStr(""), alias="METRICS_TOKEN")
    #: Who is told when something is wrong; empty = nobody.
    alert_email: str = Field("", alias="ALERT_EMAIL")
    #: Minutes that work may wait, percent of a day's certificates that may fail, hours of silence from Graphy's hook.
    alert_queue_minutes: int = Field(30, alias="ALERT_QUEUE_MINUTES", ge=1, le=10080)
    alert_failure_percent: int = Field(20, alias="ALERT_FAILURE_PERCENT", ge=1, le=100)
    alert_silent_hours: int = Field(0, alias="ALERT_SILENT_HOURS", ge=0, le=8760)

    #: Rows of one CSV upload.
    max_csv_rows: int = Field(5000, alias="MAX_CSV_ROWS", ge=1, le=5000)
    max_email_attempts: int = Field(3, alias="MAX_EMAIL_RETRY_ATTEMPTS", ge=1, le=100)
    #: Seconds before the second attempt; doubled for each further one.
    email_retry_delay: int = Field(60, alias="EMAIL_RETRY_DELAY", ge=1, le=86400)
    #: Seconds that a download link works.
    download_link_ttl: int = Field(3600, alias="DOWNLOAD_LINK_TTL", ge=60, le=604800)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Raises `Misconfigured` naming each bad variable; an empty variable counts as not set."""
        try:
            return cls.model_validate({name: value for name, value in environ.items() if value != ""})
        except ValidationError as error:
            problems = {str(problem["loc"][0]): problem["msg"] for problem in error.errors(include_input=False)}
            raise Misconfigured(**problems) from None
