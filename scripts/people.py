"""Made-up learners with names in many scripts, as many as are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Given names and family names, by script; the family name comes first in Chinese.
_NAMES = (
    (("Anaïs", "Zoë", "Łukasz", "Óscar", "Grace", "Søren"), ("Müller", "Nguyễn", "O’Brien", "Şahin", "Kovač")),
    (("प्रिया", "आदित्य", "श्रुति", "कृष्णा", "विवेक"), ("श्रीवास्तव", "त्रिपाठी", "मिश्रा", "क्षीरसागर")),
    (("தமிழ்ச்செல்வி", "முருகன்", "கயல்விழி", "அருண்"), ("கிருஷ்ணன்", "சுப்பிரமணியன்", "ராஜேந்திரன்")),
    (("محمد", "فاطمة", "يوسف", "ليلى"), ("عبد الرحمن", "الحسيني", "بن علي")),
    (("王", "李", "欧阳"), ("小明", "雪", "建国", "思远")),
)


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    website: str


def people(count: int, websites: Sequence[str]) -> list[Person]:
    """`count` people, the scripts and the organisations taking turns."""
    return [
        Person(_name(number), f"learner{number + 1:04d}@{_website(number, websites)}", _website(number, websites))
        for number in range(count)
    ]


def _name(number: int) -> str:
    script, turn = number % len(_NAMES), number // len(_NAMES)
    first, second = _NAMES[script]
    parts = (first[turn % len(first)], second[turn // len(first) % len(second)])
    return ("" if script == len(_NAMES) - 1 else " ").join(parts)


def _website(number: int, websites: Sequence[str]) -> str:
    return websites[number // len(_NAMES) % len(websites)]
