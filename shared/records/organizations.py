"""Organisations and who acts for them."""

from pydantic import AwareDatetime

from shared.ids import stable_id
from shared.record import Record


class Organization(Record):
    table = "organizations"

    #: As `shared.identifiers.website` spells it.
    website: str
    name: str
    sop_email: str
    #: The Appwrite team whose members are its contacts.
    team_id: str
    #: An archived organisation takes no new learners, and its contacts may see nothing; its certificates stay.
    archived_at: AwareDatetime | None = None
    #: Of its logo, hex; None = it has none, and there is nothing to read.
    logo_sha256: str | None = None


class Logo(Record):
    """An organisation's logo, under the organisation's id; in a table of its own, as lists read many organisations."""

    table = "logos"

    #: A `data:` address, as `shared.pictures.logo` takes it.
    address: str


class Contact(Record):
    """Somebody who may act for an organisation; the one who gets its mail is named by `Organization.sop_email`."""

    table = "contacts"

    organization_id: str
    email: str
    #: Of the Appwrite account.
    user_id: str

    @staticmethod
    def id_for(organization_id: str, email: str) -> str:
        return stable_id("contact", organization_id, email)
