"""The app manifest, checked against Slack's documented rules.

https://docs.slack.dev/reference/app-manifest
"""

import json
import re
from typing import Any, cast

import pytest

from components.slack.manifest import app_manifest
from tests.components.deployments import BUTTONS, UNCONNECTED, Deployment, deploy

API = "https://abcdefghij.execute-api.eu-central-1.amazonaws.com"
# The longest stack name, with every kind of letter.
LONGEST = "A_very.LONG-stage_" * 5 + "0123456789"


def https(most: int) -> str:
    return rf"https://[!-~]{{1,{most - len('https://')}}}"


# Allowed values by path: a pattern for strings, else a type. No other paths are allowed.
RULES: dict[str, str | type] = {
    "display_information.name": r".{1,35}",
    "display_information.description": r".{1,140}",
    "features.bot_user.display_name": r"[a-z0-9_.-]{1,80}",
    "features.bot_user.always_online": bool,
    "features.slash_commands[].command": r"/\S{1,31}",
    "features.slash_commands[].url": https(3000),
    "features.slash_commands[].description": r".{1,2000}",
    "features.slash_commands[].usage_hint": r".{1,1000}",
    "features.slash_commands[].should_escape": bool,
    "oauth_config.scopes.bot[]": r"[a-z:.]{1,50}",
    "settings.interactivity.is_enabled": bool,
    "settings.interactivity.request_url": https(3500),
    "settings.org_deploy_enabled": bool,
    "settings.socket_mode_enabled": bool,
    "settings.token_rotation_enabled": bool,
}


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    match value:
        case dict():
            fields = cast("dict[str, Any]", value).items()
            return [it for key, item in fields for it in leaves(item, f"{path}.{key}".strip("."))]
        case list():
            items = cast("list[Any]", value)
            return [it for item in items for it in leaves(item, f"{path}[]")]
        case _:
            return [(path, value)]


@pytest.mark.parametrize("stage", ["dev", "a", "Team.A_prod-2", LONGEST])
def test_it_follows_slacks_rules(stage: str) -> None:
    assert len(LONGEST) == 100
    found = leaves(app_manifest(stage, API))
    assert {path for path, _ in found} == set(RULES)
    for path, value in found:
        rule = RULES[path]
        if isinstance(rule, str):
            assert re.fullmatch(rule, value), f"{path}: {value}"
        else:
            assert type(value) is rule, f"{path}: {value}"


def test_it_names_the_stage() -> None:
    manifest = app_manifest("uat", API)
    assert manifest["display_information"]["name"] == "Signoff uat"
    assert manifest["features"]["bot_user"]["display_name"] == "signoff-uat"


def test_it_requests_only_scopes_that_are_used() -> None:
    assert app_manifest("dev", API)["oauth_config"] == {
        "scopes": {
            "bot": [
                "chat:write",
                "commands",
                "users:read",
                "usergroups:read",
                "channels:read",
                "groups:read",
            ]
        }
    }


def test_the_manifest_has_the_stages_own_addresses(buttons: Deployment) -> None:
    manifest = manifest_of(buttons)
    api = buttons.outputs["decision_api_url"]
    request_url = manifest["settings"]["interactivity"]["request_url"]
    [command] = manifest["features"]["slash_commands"]
    assert (request_url, command["url"]) == (f"{api}/slack/interactions", f"{api}/slack/commands")
    routes = {item.inputs["routeKey"] for item in buttons.of_type("Route")}
    assert f"POST {request_url.removeprefix(api)}" in routes


def test_all_workspaces_of_a_configured_enterprise_can_install_the_app() -> None:
    org = manifest_of(deploy("dev", {**BUTTONS, "slackTeamId": "E012ABCDEF"}))
    one = manifest_of(deploy("dev", {**BUTTONS, "slackTeamId": "T012ABCDEF"}))
    assert org["settings"].pop("org_deploy_enabled") is True
    assert one["settings"].pop("org_deploy_enabled") is False
    assert org == one


def test_an_unconnected_stage_has_the_manifest_of_a_connected_one(buttons: Deployment) -> None:
    assert manifest_of(deploy("dev", UNCONNECTED)) == manifest_of(buttons)


def test_without_a_signing_secret_the_app_has_neither_buttons_nor_the_slash_command(
    buttons: Deployment,
) -> None:
    signed, unsigned = manifest_of(buttons), manifest_of(deploy("dev"))
    assert "slash_commands" not in unsigned["features"]
    assert unsigned["settings"]["interactivity"] == {"is_enabled": False}
    scopes = set(unsigned["oauth_config"]["scopes"]["bot"])
    assert set(signed["oauth_config"]["scopes"]["bot"]) - scopes == {"commands"}
    assert "/slack/" not in json.dumps(unsigned)


def manifest_of(deployment: Deployment) -> dict[str, Any]:
    return json.loads(deployment.outputs["slack_app_manifest"])
