"""Values to try a template with before it meets real learners: names in five scripts, with and without what may lack.

No certificate has the number of a sample, nor can have (`number.is_number`): whoever scans a preview finds nothing.
"""

import base64
from pathlib import Path

NUMBER = "SAMPLE-0000-0000"


def sample_link(url: str) -> str:
    """A preview's `verify_url` where `VERIFY_URL` is `url`."""
    return f"{url}/{NUMBER}?c={'0' * 26}"


#: At a host that never is (https://www.rfc-editor.org/rfc/rfc2606).
LINK = sample_link("https://verify.example/verify")
#: `qr.qr_code(LINK)`, which can't be drawn where templates are only checked.
_PICTURE = (Path(__file__).parent / "templates" / "sample-qr.svg").read_bytes()

_NAMES = ("Anaïs Müller", "प्रिया श्रीवास्तव", "தமிழ்ச்செல்வி கிருஷ்ணன்", "محمد عبد الرحمن", "王小明")
_ALWAYS = {
    "course_name": "Safety & Health at Work",
    "completion_date": "21 November 2026",
    "organization": "Academy “Nord” <Training>",
    "learner_email": "learner@example.org",
    "certificate_number": NUMBER,
    "qr_code": "data:image/svg+xml;base64," + base64.b64encode(_PICTURE).decode(),
    "verify_url": LINK,
    "issued_at": "22 November 2026",
}
_GIVEN = {"expires_at": "22 November 2027", "score": "87", "max_score": "100", "credits": "6", "grade": "A"}
_LACKING = dict.fromkeys(_GIVEN, "")

SAMPLES = tuple(
    {"learner_name": name, **_ALWAYS, **(_LACKING if number % 2 else _GIVEN)} for number, name in enumerate(_NAMES)
)
