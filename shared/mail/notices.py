"""What an organisation's SOP reads when certificates that they have were replaced, or revoked."""

from collections.abc import Sequence

from shared.mail.letters import Enclosed, filled, organization_of
from shared.mail.message import Mail, one_line
from shared.mail.page import Block, Point
from shared.pictures import Picture


def replaced_mail(
    mail_id: str, recipient: str, enclosed: Sequence[Enclosed], deliveries: Sequence[str], logo: Picture | None = None
) -> Mail:
    """Brings new versions, and says that they take the place of the earlier ones, and why."""
    subject = _subject("New version of the certificate", "new versions of certificates", enclosed)
    mail = Mail(mail_id, recipient, subject, "", "", deliveries=tuple(deliveries), logo=logo)
    return filled(mail, enclosed, _replaced(enclosed))


def revoked_mail(
    mail_id: str, recipient: str, enclosed: Sequence[Enclosed], deliveries: Sequence[str], logo: Picture | None = None
) -> Mail:
    """Says which certificates are valid no longer, and why; brings no file."""
    subject = _subject("Certificate revoked", "certificates revoked", enclosed)
    mail = Mail(mail_id, recipient, subject, "", "", deliveries=tuple(deliveries), logo=logo)
    return filled(mail, enclosed, _revoked(enclosed))


def _subject(one: str, many: str, enclosed: Sequence[Enclosed]) -> str:
    if len(enclosed) > 1:
        return f"{len(enclosed)} {many}, {organization_of(enclosed)}"
    certificate = enclosed[0].certificate
    return f"{one}: {one_line(certificate.learner_name)} – {one_line(certificate.course_name)}"


def _replaced(enclosed: Sequence[Enclosed]) -> list[Block]:
    if len(enclosed) == 1:
        one = enclosed[0]
        brought = "is below" if one.link else "is attached"
        return [
            f"the certificate {one.certificate.certificate_number} of {_of_whom(one)} was issued anew.",
            f"Reason: {one_line(one.why)}",
            f"Version {one.certificate.version} {brought}. It takes the place of the earlier one.",
            "Please use that one no longer: whoever looks it up is told that there is a newer one.",
        ]
    return [
        "these certificates were issued anew; the new versions come with this mail:",
        [Point(_line(each)) for each in enclosed],
        "They take the place of the earlier ones.",
        "Please use those no longer: whoever looks one of them up is told that there is a newer one.",
    ]


def _revoked(enclosed: Sequence[Enclosed]) -> list[Block]:
    if len(enclosed) == 1:
        one = enclosed[0]
        return [
            f"the certificate {one.certificate.certificate_number} of {_of_whom(one)} was revoked.",
            "It is valid no longer.",
            f"Reason: {one_line(one.why)}",
            "Please do not use it any more. Whoever looks it up is told that it was revoked, when and why.",
        ]
    return [
        "these certificates were revoked. They are valid no longer:",
        [Point(_line(each)) for each in enclosed],
        "Please do not use them any more. Whoever looks one up is told that it was revoked, when and why.",
    ]


def _of_whom(one: Enclosed) -> str:
    return f"{one_line(one.certificate.learner_name)} for the course “{one_line(one.certificate.course_name)}”"


def _line(one: Enclosed) -> str:
    return f"{one.certificate.certificate_number}, {_of_whom(one)}: {one_line(one.why)}"
