"""Random walks over HTTP: the services take the steps of the published machines, and nobody is left without a list.

A walk begins a thing, and gives it operations at random, by people of random roles. The table says which are taken in
its state. An operation that the role may not do, or that the table does not have there, writes nothing. After each step
the thing is in a state that the table names, and on the list of that state.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import pytest
from tests.declared import RIGHTS
from tests.journeys.bodies import body_of
from tests.journeys.town import DUE

from shiendomain import machines
from shiendomain.days import today
from shiendomain.machines import Machine
from shiendomain.reminders import AnswerReminded
from shiendomain.words import Word
from shienops.demo.people import Known, Person, Refused
from shienweb import Role
from shienweb.rights import tables_of

from .city import CITY, NORTH, SERVICES, City

pytestmark = [
    pytest.mark.xdist_group("city over http"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
ROUTES = {f"{service}.{row.operation}": row for service, rows in tables_of(SERVICES).items() for row in rows}
STEPS, FEW = 18, 10
"""How many steps a walk has; few, of a machine with few ways: each costs a request and a look at its lists."""
DATED = ("verification", "due", "ends_within", "unanswered_for", "overdue")
"""Filters of lists on which a thing is when a day has come."""
BY_TIME = (AnswerReminded,)
"""What a tick gives, when the day that an operation named has passed."""
_NUMBERS = count(1)
Body = Callable[["Walker"], Awaitable[Any]]


@dataclass(frozen=True)
class Walk:
    """What is walked: a machine, how its thing begins, and the operations that are given, with what they say.

    `by`: the role that gives an operation, where not each that has the right may give it of this thing.
    """

    machine: Machine
    begin: Body
    operations: tuple[str, ...]
    bodies: Mapping[str, Body] = field(default_factory=dict)
    by: Mapping[str, Role] = field(default_factory=dict)
    steps: int = STEPS


class Walker:
    """The people of the city, and the thing that they give operations to."""

    def __init__(self, city: City, people: Mapping[Role, Person], walk: Walk) -> None:
        self.city, self.people, self.walk = city, people, walk
        self.ids = dict(city.ids)
        self.thing = self.stream = ""
        self.state: Word | None = None

    @property
    def tier1(self) -> Person:
        return self.people[Role.TIER1_COORDINATOR]

    @property
    def tier2(self) -> Person:
        return self.people[Role.TIER2_COORDINATOR]

    async def made(self, right: str, *, by: Role = Role.TIER1_COORDINATOR, **more: Any) -> str:
        """Something that a route makes, with the body of the journeys and what is said differently; its id."""
        service, body = right.partition(".")[0], {**body_of(right, self.ids), **more}
        return str((await self.people[by].post(service, ROUTES[right].path, body))["id"])

    async def give(self, right: str, role: Role) -> int:
        """Give an operation; the status of the answer."""
        body = await self.walk.bodies[right](self) if right in self.walk.bodies else body_of(right, self.ids)
        route = ROUTES[right]
        path = route.path.format_map({**self.ids, self.walk.machine.of: self.thing})
        person, service = self.people[role], right.partition(".")[0]
        try:
            await (person.put if route.method == "PUT" else person.post)(service, path, body)
        except Refused as no:
            return no.status
        return 200

    async def begin(self) -> None:
        """Another thing begins: in a stream of its own, unless the walk says otherwise."""
        self.stream = ""
        self.thing = await self.walk.begin(self)
        self.stream = self.stream or self.thing
        self.ids[self.walk.machine.of] = self.thing
        await self.look(first_states(self.walk.machine))

    async def events(self) -> int:
        """How many events there are of the thing in its stream, which may be that of a larger one."""
        sql = "select count(*) from events where stream like '%' || $1 and ($1 = $2 or position($3 in data) > 0)"
        connection = await asyncpg.connect(self.city.system.stack.owner_dsn(self.walk.machine.service))
        try:
            found = await connection.fetchval(sql, self.stream, self.thing, self.thing.encode())
        finally:
            await connection.close()
        return int(found)

    async def listed(self, address: str) -> bool:
        """Whether the thing is on a list."""
        path, query = urlsplit(address).path, dict(parse_qsl(urlsplit(address).query))
        cursor: dict[str, str] = {}
        while True:
            page = await self.tier1.get(self.walk.machine.service, path, **query, area=NORTH, limit="200", **cursor)
            if any(one[self.walk.machine.of] == self.thing for one in page["items"]):
                return True
            if page["next_cursor"] is None:
                return False
            cursor = {"cursor": page["next_cursor"]}

    async def look(self, may_be: tuple[Word, ...]) -> None:
        """The thing is in one of these states: on its list, and on no list of another one."""
        machine = self.walk.machine
        lists = {state: address.partition(" ")[2] for state, address in machine.lists.items()}
        lists = {state: found for state, found in lists.items() if not any(f"{name}=" in found for name in DATED)}
        on = [state for state, address in lists.items() if await self.listed(address)]
        assert len(on) <= 1, f"on the lists of {on}"
        unlisted = [state for state in may_be if state not in lists]
        assert on or unlisted, f"is {[state.value for state in may_be]}, and on nobody's list"
        assert not on or on[0] in may_be, f"is listed as {on[0].value}, and should be {may_be}"
        self.state = on[0] if on else unlisted[0]


def allowed(machine: Machine, right: str, state: Word) -> tuple[Word, ...]:
    """The states that may follow the operation in this state, by the table; none: it is not taken."""
    found = [step for step in machine.steps if right in step.by and state in step.before and step.event not in BY_TIME]
    return tuple(dict.fromkeys(after for step in found for after in (step.after or (state,))))


async def a_need(walker: Walker) -> str:
    said: dict[str, Any] = {
        "support_kind": "housework",
        "source": "coordinator",
        "survey_id": None,
        "note": f"記録 {next(_NUMBERS)}",
    }
    return await walker.made("needs.record_need", **said)


async def an_issue(walker: Walker) -> str:
    council, needs = walker.city.ids["council_id"], [await a_need(walker), await a_need(walker)]
    walker.ids["issue_id"] = await walker.made("needs.raise_issue", council_id=council, needs=needs)
    return walker.ids["issue_id"]


def new_minutes() -> str:
    """Minutes that no other meeting has, because none is recorded twice."""
    return f"記録 {next(_NUMBERS)}"


async def a_proposal(walker: Walker) -> str:
    issue = await an_issue(walker)
    await walker.tier1.post("needs", f"/issues/{issue}/gap", {"missing": ["kind"], "reason": "担い手がいない"})
    return await walker.made("escalation.escalate_proposal", by=Role.TIER2_COORDINATOR, **await proposing(walker))


async def proposing(walker: Walker) -> dict[str, Any]:
    """What a council asks for after a meeting that dealt with the issue."""
    issue = walker.ids["issue_id"]
    meeting = await walker.made("escalation.hold_meeting", issues=[issue], proposals=[], minutes=new_minutes())
    return {"issue_id": issue, "meeting_id": meeting, "title": "家事の支援", "ask": "市の事業として検討する"}


async def deliberating(walker: Walker) -> dict[str, Any]:
    upper = await walker.tier1.get("registry", "/councils", area=CITY, limit="200")
    council = next(one["council_id"] for one in upper["items"] if one["area"] == CITY)
    dealt = {"council_id": council, "issues": [], "proposals": [walker.thing], "minutes": new_minutes()}
    return {"meeting_id": await walker.made("escalation.hold_meeting", **dealt), "supply": "足りる"}


async def designing(walker: Walker) -> dict[str, Any]:
    return {**body_of("escalation.design_service", walker.ids), "support_kinds": ["housework"]}


async def revoking(walker: Walker) -> dict[str, Any]:
    """The answer that put it into its state, or another one where there is none."""
    answers = ("received", "returned", "deliberated", "adopted", "rejected", "deferred")
    state = walker.state.value if walker.state else ""
    return {"answer": state if state in answers else "received", "reason": "取り違え"}


async def another_day(walker: Walker) -> dict[str, Any]:
    return {"due_on": str(DUE + timedelta(days=next(_NUMBERS))), "reason": "次回を待つ"}


async def answering(walker: Walker) -> dict[str, Any]:
    """An answer that is another one each time."""
    return {"answer": ("considering", "agreed")[next(_NUMBERS) % 2], "answered_on": str(today())}


async def withdrawing_an_answer(walker: Walker) -> dict[str, Any]:
    """The answer that counts; where there is none, one that was not given."""
    found = await walker.tier1.get("registry", f"/outreach/{walker.thing}")
    answer = found["state"] if found["state"] in ("considering", "agreed") else "agreed"
    return {"answer": answer, "answered_on": found["answered_on"] or str(today()), "reason": "別の団体の回答だった"}


async def renewing(walker: Walker) -> dict[str, Any]:
    return {"term_until": str(today() + timedelta(days=1000 + next(_NUMBERS)))}


async def a_match(walker: Walker) -> str:
    """A proposal of a resource of its own to a need of its own."""
    details = {"name": f"家事の会{next(_NUMBERS)}", "support_kinds": ["housework"], "capacity": 9}
    walker.ids["resource_id"] = await walker.made("registry.register_resource", details=details)
    walker.ids["need_id"], walker.stream = await a_need(walker), walker.ids["resource_id"]
    need, resource = walker.ids["need_id"], walker.ids["resource_id"]
    return await walker.made("matching.propose_match", need_id=need, resource_id=resource)


async def a_service(walker: Walker) -> str:
    """The service that is designed for a proposal, in whose stream it is."""
    proposal = walker.ids["proposal_id"] = walker.stream = await a_proposal(walker)
    path = f"/proposals/{proposal}"
    for step, body in (("receipt", {"due_on": str(DUE)}), ("adoption", {"reason": "必要"})):
        await walker.tier1.post("escalation", f"{path}/{step}", body)
    await walker.tier1.post("escalation", f"{path}/design", await designing(walker))
    return str((await walker.tier1.get("escalation", path))["service_id"])


async def an_entry(walker: Walker) -> str:
    """A provider asks to take part in it."""
    await a_service(walker)
    body = body_of("escalation.request_entry", walker.ids)
    path = f"/proposals/{walker.ids['proposal_id']}/entries"
    return str((await walker.tier1.post("escalation", path, body))["id"])


async def designing_anew(walker: Walker) -> dict[str, Any]:
    return {**await designing(walker), "fee_yen": next(_NUMBERS), "reason": "燃料費"}


async def promising(walker: Walker) -> str:
    issue = await an_issue(walker)
    meeting = await walker.made("escalation.hold_meeting", issues=[issue], proposals=[], minutes=new_minutes())
    return await walker.made("escalation.agree_self_help", issue_id=issue, meeting_id=meeting)


async def ending(walker: Walker) -> dict[str, Any]:
    return {"reason": "no_longer_needed", "ended_on": str(today())}


def saying(**said: Any) -> Body:
    """A body of these fields, with a number that makes it another one each time."""

    async def say(walker: Walker) -> dict[str, Any]:
        return {name: f"{text}{next(_NUMBERS)}" if name == "reason" else text for name, text in said.items()}

    return say


def making(right: str, *, new: str = "", **more: Any) -> Body:
    """Begins a thing by a route. `new`: a text of it that no other thing has, because none is recorded twice."""

    async def make(walker: Walker) -> str:
        text: dict[str, Any] = {new: f"記録 {next(_NUMBERS)}"} if new else {}
        return await walker.made(right, **more, **text)

    return make


def operations(service: str, names: str) -> tuple[str, ...]:
    return tuple(f"{service}.{name}" for name in names.split())


OF_ANSWER = operations("escalation", "escalate_proposal withdraw_proposal")
WALKS = (
    Walk(
        machines.VENUE,
        making("registry.secure_venue", new="name"),
        operations("registry", "revise_venue release_venue secure_venue_again"),
    ),
    Walk(
        machines.PLACE,
        making("registry.offer_place", new="activity"),
        operations("registry", "fill_place close_place reopen_place"),
    ),
    Walk(
        machines.PARTNERSHIP,
        making("registry.form_partnership", new="purpose"),
        operations(
            "registry",
            "plan_partnership change_partnership end_partnership reinstate_partnership withdraw_partnership",
        ),
    ),
    Walk(
        machines.RESOURCE,
        making("registry.register_resource", details={"name": "家事の会", "support_kinds": ["housework"]}),
        operations(
            "registry",
            "verify_resource suspend_resource resume_resource retire_resource reinstate_resource "
            "correct_resource_source",
        ),
    ),
    Walk(
        machines.SURVEY,
        making("needs.open_survey", new="title"),
        operations("needs", "close_survey correct_survey reopen_survey"),
    ),
    Walk(machines.NEED, a_need, operations("needs", "revise_need correct_source withdraw_need reinstate_need")),
    Walk(
        machines.ISSUE,
        an_issue,
        operations("needs", "correct_issue declare_gap withdraw_gap close_issue reopen_issue"),
    ),
    Walk(
        machines.PROPOSAL,
        a_proposal,
        operations(
            "escalation",
            "escalate_proposal receive_proposal change_due_date deliberate_proposal return_proposal defer_proposal "
            "adopt_proposal reject_proposal revoke_answer withdraw_proposal design_service launch_service end_service "
            "reinstate_service",
        ),
        bodies={
            "escalation.escalate_proposal": proposing,
            "escalation.change_due_date": another_day,
            "escalation.deliberate_proposal": deliberating,
            "escalation.design_service": designing,
            "escalation.revoke_answer": revoking,
        },
        by=dict.fromkeys(OF_ANSWER, Role.TIER2_COORDINATOR),
    ),
)
NETWORK = (
    Walk(
        machines.COUNCIL,
        making("registry.establish_council", new="name", by=Role.MUNICIPAL_ADMINISTRATOR),
        operations("registry", "declare_council_dormant resume_council"),
        bodies={
            "registry.declare_council_dormant": saying(on=str(today()), reason="休会"),
            "registry.resume_council": saying(on=str(today())),
        },
        steps=FEW,
    ),
    Walk(
        machines.POST,
        making("registry.assign_coordinator", new="employer", by=Role.MUNICIPAL_ADMINISTRATOR),
        operations("registry", "renew_coordinator hand_over_coordinator reinstate_coordinator"),
        bodies={"registry.renew_coordinator": renewing},
        steps=FEW,
    ),
    Walk(
        machines.OUTREACH,
        making("registry.make_outreach", new="asked"),
        operations("registry", "answer_outreach withdraw_outreach_answer withdraw_outreach reinstate_outreach"),
        bodies={"registry.answer_outreach": answering, "registry.withdraw_outreach_answer": withdrawing_an_answer},
        steps=FEW,
    ),
    Walk(
        machines.INFORMATION,
        making("registry.share_information", new="text"),
        operations(
            "registry",
            "acknowledge_information withdraw_acknowledgement withdraw_information reinstate_information",
        ),
        steps=FEW,
    ),
    Walk(
        machines.CONTACT, making("registry.record_contact"), operations("registry", "renew_contact erase_contact"),
        steps=FEW,
    ),
)  # fmt: skip
AT_WORK = (
    Walk(
        machines.MEETING,
        making("escalation.hold_meeting", new="minutes", issues=[], proposals=[]),
        operations("escalation", "correct_meeting withdraw_meeting"),
        bodies={"escalation.correct_meeting": saying(held_on=str(today()), issues=[], proposals=[], reason="誤記")},
        steps=FEW,
    ),
    Walk(machines.SELF_HELP, promising, operations("escalation", "correct_self_help report_self_help"), steps=FEW),
    Walk(
        machines.MATCH,
        a_match,
        operations("matching", "accept_match decline_match conclude_match end_match correct_outcome"),
        bodies={
            "matching.end_match": ending,
            "matching.correct_outcome": saying(outcome="helped", people_helped=1, ongoing=True, why="支援が続いている"),
        },
        steps=FEW,
    ),
    Walk(
        machines.SERVICE,
        a_service,
        operations("escalation", "revise_design launch_service revise_service end_service reinstate_service"),
        bodies={"escalation.revise_design": designing_anew},
        steps=FEW,
    ),
    Walk(machines.ENTRY, an_entry, operations("escalation", "adjust_terms decline_entry"), steps=FEW),
)


@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize("walk", [*WALKS, *NETWORK, *AT_WORK], ids=lambda one: one.machine.name)
async def test_a_walk_takes_the_steps_of_the_table_and_no_other(city: City, walk: Walk, seed: int) -> None:
    chance, taken = random.Random(f"{walk.machine.name} {seed}"), 0
    async with AsyncExitStack() as stack:
        known = Known()
        people = {role: await stack.enter_async_context(Person(city.system, role, [CITY], known)) for role in Role}
        walker = Walker(city, people, walk)
        await walker.begin()
        trail = [f"{walker.state}"]
        for _ in range(walk.steps):
            state, before = walker.state, await walker.events()
            assert state is not None
            onward = [right for right in walk.operations if allowed(walk.machine, right, state)]
            if not onward and chance.random() < 0.6:  # an end with no way on: another one begins
                await walker.begin()
                continue
            right = chance.choice(onward if onward and chance.random() < 0.6 else walk.operations)
            stranger = chance.random() < 0.2
            others = sorted(set(Role) - RIGHTS[right])
            role = chance.choice(others) if stranger else walk.by.get(right) or chance.choice(sorted(RIGHTS[right]))
            status, after = await walker.give(right, role), allowed(walk.machine, right, state)
            trail.append(f"{state.value}: {right} by {role.value} → {status}")
            wrote = await walker.events() > before
            if stranger or not after:
                assert not wrote, "\n".join(trail)
                assert status == 403 or not stranger, "\n".join(trail)
                await walker.look((state,))
                continue
            assert status == 200, "\n".join(trail)
            taken += 1
            await walker.look(after if wrote else (state,))
    assert taken >= walk.steps // 4, "\n".join(trail)


def first_states(machine: Machine) -> tuple[Word, ...]:
    """The states that a thing may begin in."""
    return tuple(dict.fromkeys(state for step in machine.steps if None in step.before for state in step.after))


def test_each_operation_that_is_walked_is_one_of_its_machine() -> None:
    for walk in (*WALKS, *NETWORK, *AT_WORK):
        known = {right for step in walk.machine.steps for right in step.by}
        assert {*walk.operations} <= known, walk.machine.name
