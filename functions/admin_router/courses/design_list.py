"""The designs that come with the backend, for whoever chooses one."""

from functions.admin_router.courses.design_options import TemplateOptions
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.certificate.designs import defaults, designs
from shared.context import Ctx

actions = Actions()


class ListDesigns(Payload):
    """Nothing is asked."""


class OptionView(Result):
    #: The field of `template_options`.
    name: str
    #: What the design has without it; null where it leaves a place empty.
    default: str | None


class DesignView(Result):
    #: What `template_name` takes.
    name: str
    description: str
    options: list[OptionView]


class DesignList(Result):
    designs: list[DesignView]


@actions("LIST_DESIGNS", allow=admin)
def list_designs(ctx: Ctx, payload: ListDesigns) -> DesignList:  # noqa: ARG001 - every action takes both
    """The certificate designs a course may use by name, and what of each it may choose."""
    return DesignList(designs=[_view(design.name, design.description) for design in designs()])


def _view(name: str, description: str) -> DesignView:
    chosen = defaults(name)
    options = [OptionView(name=option, default=chosen.get(option)) for option in TemplateOptions.model_fields]
    return DesignView(name=name, description=description, options=options)
