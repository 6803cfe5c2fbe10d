"""The people of the demo workspace, and their user group.

Whoever looks at a channel does it as one of the people.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of the workspace; `username` is Slack's handle, `name` what people see."""

    id: str
    username: str
    name: str


PEOPLE: Sequence[Person] = (
    Person(id="U045REVIEW", username="ada", name="Ada Okafor"),
    Person(id="U067SECOND", username="lin", name="Lin Berg"),
    Person(id="U012ABCDEF", username="kim", name="Kim Reyes"),
)


@dataclass(frozen=True, kw_only=True)
class UserGroup:
    """People whom one mention calls together; `members` are their ids."""

    id: str
    handle: str
    members: Sequence[str]


GROUPS: Sequence[UserGroup] = (
    UserGroup(id="S0STEWARDS", handle="data-stewards", members=("U067SECOND", "U012ABCDEF")),
)


def find_group(group_id: str) -> UserGroup | None:
    """The user group with this id, if the workspace has one."""
    return next((group for group in GROUPS if group.id == group_id), None)


def find_person(user_id: str) -> Person | None:
    """The member with this id, if the workspace has one."""
    return next((person for person in PEOPLE if person.id == user_id), None)


def display_name(user_id: str) -> str:
    """What a mention shows: the member's name, or the id of somebody unknown."""
    person = find_person(user_id)
    return person.name if person else user_id
