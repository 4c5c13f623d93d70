"""Values to try a template with before it meets real learners: names in five scripts."""

from shared.certificate.document import VARIABLES

_NAMES = ("Anaïs Müller", "प्रिया श्रीवास्तव", "தமிழ்ச்செல்வி கிருஷ்ணன்", "محمد عبد الرحمن", "王小明")
_REST = ("Safety & Health at Work", "21 November 2026", "Academy “Nord” <Training>", "learner@example.org", "2026-0001")

SAMPLES = tuple(dict(zip(VARIABLES, (name, *_REST), strict=True)) for name in _NAMES)
