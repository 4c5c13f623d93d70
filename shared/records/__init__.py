"""One frozen model per collection of `infra/appwrite_collections.json`.

Ids are stable where the database shall notice a repeat (`shared.ids`), and random where a person may change what they
would be made of (an e-mail address, a website), which a unique column guards instead.
"""

from shared.records.certificates import Certificate, CertificateStatus, CertificateVersion, Statement
from shared.records.claims import Claim
from shared.records.completions import Completion, CompletionStatus
from shared.records.courses import Course, Template
from shared.records.deliveries import Delivery, DeliveryStatus, Purpose
from shared.records.learners import Enrollment, EnrollmentStatus, Learner, LearnerAlias
from shared.records.organizations import Contact, Logo, Organization

__all__ = [
    "Certificate",
    "CertificateStatus",
    "CertificateVersion",
    "Claim",
    "Completion",
    "CompletionStatus",
    "Contact",
    "Course",
    "Delivery",
    "DeliveryStatus",
    "Enrollment",
    "EnrollmentStatus",
    "Learner",
    "LearnerAlias",
    "Logo",
    "Organization",
    "Purpose",
    "Statement",
    "Template",
]
