"""The people and user groups of the simulated workspace."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of the workspace; `username` is the handle, `name` the display name."""

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
    """A user group; `members` are user ids."""

    id: str
    handle: str
    members: Sequence[str]


GROUPS: Sequence[UserGroup] = (
    UserGroup(id="S0STEWARDS", handle="data-stewards", members=("U067SECOND", "U012ABCDEF")),
)


def find_group(group_id: str) -> UserGroup | None:
    """Find a user group by id."""
    return next((group for group in GROUPS if group.id == group_id), None)


def find_person(user_id: str) -> Person | None:
    """Find a member by id."""
    return next((person for person in PEOPLE if person.id == user_id), None)


def display_name(user_id: str) -> str:
    """Name shown in a mention; the id for an unknown user."""
    person = find_person(user_id)
    return person.name if person else user_id
