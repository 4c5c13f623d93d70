"""Organisations and learners by what people call them: websites and e-mail addresses, in their one spelling.

Their ids are random, so that both names may change; unique columns keep one website from being two organisations.
"""

from collections.abc import Iterable, Sequence

from shared.errors import AlreadyExists
from shared.ids import stable_id
from shared.records import Learner, LearnerAlias, Organization
from shared.store import BATCH, Store, batches, together

#: Former addresses that are read at once rather than looked up by hundreds.
_FEW = 1000


def organization_by_website(store: Store, website: str) -> Organization | None:
    return organizations_by_website(store, [website]).get(website)


def organizations_by_website(store: Store, websites: Iterable[str]) -> dict[str, Organization]:
    """Those that exist, by website."""
    return {found.website: found for found in store.find_by(Organization, "website", websites)}


def learner_by_email(store: Store, email: str) -> Learner | None:
    """The learner who has this address, or had it."""
    return learners_by_any_email(store, [email]).get(email)


def learners_by_email(store: Store, emails: Iterable[str]) -> dict[str, Learner]:
    """Those who have these addresses now, by address."""
    return {found.email: found for found in store.find_by(Learner, "email", emails)}


def learners_by_any_email(store: Store, emails: Iterable[str]) -> dict[str, Learner]:
    """Those who have these addresses, or else had them before."""
    wanted = set(emails)
    found = learners_by_email(store, wanted)
    aliases = _aliases(store, wanted - found.keys())
    renamed = store.find_many(Learner, {alias.learner_id for alias in aliases})
    former = {alias.email: renamed[alias.learner_id] for alias in aliases if alias.learner_id in renamed}
    return former | found


def _aliases(store: Store, emails: set[str]) -> Iterable[LearnerAlias]:
    """Those of `emails` that somebody had before. Few people change theirs: mostly one page holds all there are."""
    if len(emails) > BATCH:
        page = store.page(LearnerAlias, limit=_FEW)
        if not page.has_more:
            return [alias for alias in page.items if alias.email in emails]
    return store.find_many(LearnerAlias, map(LearnerAlias.id_for, emails)).values()


def ensure_learners(store: Store, learners: Sequence[Learner]) -> dict[str, Learner]:
    """Insert `learners`, whose addresses differ, and answer them by address; who is there already stays as they are."""
    ensured = together(lambda batch: _ensure(store, batch), batches(learners, BATCH))
    return {email: learner for some in ensured for email, learner in some.items()}


def _ensure(store: Store, batch: list[Learner]) -> dict[str, Learner]:
    there: dict[str, Learner] = {}
    while rest := [learner for learner in batch if learner.email not in there]:
        if store.insert_all_or_none(rest):
            return there | {learner.email: learner for learner in rest}
        found = learners_by_email(store, (learner.email for learner in rest))
        if not found:
            raise AlreadyExists("Somebody else is adding these learners; try again.")
        there |= found
    return there


def fingerprint(salt: str, name: str, email: str) -> str:
    """What is left of an erased learner: it proves a claim to have been them, and tells nothing without one."""
    return stable_id("erased", salt, name, email)
