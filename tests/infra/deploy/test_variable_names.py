"""The three places that name a function's variables say the same."""

from infra.deploy import functions, settings
from infra.deploy.addresses import DOMAIN_VARIABLE
from infra.local.stack import ROOT
from shared.config import Settings

#: What the platform gives every function.
GIVEN = {"APPWRITE_FUNCTION_API_ENDPOINT", "APPWRITE_FUNCTION_PROJECT_ID"}
DEPLOYERS = {"APPWRITE_ENDPOINT", "APPWRITE_PROJECT", "APPWRITE_API_KEY", DOMAIN_VARIABLE}

ALIASES = {str(field.alias) for field in Settings.model_fields.values()} - GIVEN
FUNCTIONS = functions.load(ROOT / "infra" / "appwrite_functions.json")


def test_functions_are_given_what_the_settings_read_and_nothing_else() -> None:
    assert {name for function in FUNCTIONS for name in (*function.variables, *function.secrets)} == ALIASES


def test_the_example_lists_what_functions_and_deployers_need_and_nothing_else() -> None:
    assert set(settings.parse(ROOT / "env.example")) == ALIASES | DEPLOYERS


def test_what_the_settings_keep_secret_is_secret_on_the_server() -> None:
    hidden = {str(field.alias) for field in Settings.model_fields.values() if "SecretStr" in str(field.annotation)}
    assert {name for function in FUNCTIONS for name in function.secrets} == hidden
    assert not {name for function in FUNCTIONS for name in function.variables} & hidden


def test_links_name_functions_by_their_own_domains() -> None:
    domains = {function.id: function.domain for function in FUNCTIONS}
    links = [link for function in FUNCTIONS for link in function.links.values()]
    assert links
    assert all(domains[link.function] == link.domain for link in links)
