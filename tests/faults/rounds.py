"""Rounds of faults: each step of each story goes wrong once in every way, then everything rests, and all is judged."""

import logging
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.core.cache import caches
from django.db import connections
from kombu import pools

from portal.celery import app
from portal.checkout import service
from portal.checkout.models import Order
from portal.payments.models import Account
from portal.payments.rails import _at_paypal
from tests.checkout.soundness import assert_at_rest
from tests.faults.clock import clock
from tests.faults.gateway import Remote
from tests.faults.processes import CopyError, given_by, in_a_copy
from tests.faults.stories import STORIES, WARMING, Story, Subject, open_shop
from tests.faults.tripwire import KILLED_AFTER, KILLED_BEFORE, KILLS, Fault, Step, Tripwire, laid
from tests.faults.verdicts import letters_in, verdict

logger = logging.getLogger(__name__)

SWEEPS = (
    "portal.registry.tasks.sweep",
    "portal.checkout.tasks.sweep",
    "portal.payments.transfers.tasks.sweep_statements",
)
# Minutes between sweeps: so that each of the portal's own patiences runs out, and at last the longest hold of all
REST = (3, 3, 6, 12, 16, 70, 70, 11 * 24 * 60, 3, 6, 20)
NOTHING = "nothing"


@dataclass
class Row:
    """What became of all purchases in which one step went wrong in one way."""

    story: str
    step: str
    fault: str
    rounds: int = 0
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    why: list[str] = field(default_factory=list)
    same_as: list[str] = field(default_factory=list)  # the steps after which a kill is this very fault


@dataclass
class _Case:
    """One purchase in which one thing goes wrong; nothing in the dry run."""

    subject: Subject
    fault: Fault | None
    same_as: Sequence[Step] = ()
    error: str = ""


def run(remote: Remote, postbox: Path, *, rounds: int, only: str = "", once: bool = False) -> list[Row]:
    """Tell all stories whose names begin with `only`, as often as asked, and return what became of them.

    With `once`, no kill is tried that is another by its construction; see `twins`.
    """
    given_by(partial(open_shop, remote))
    _warm_up(remote)
    rows: dict[tuple[str, str, str], Row] = {}
    numbers = iter(range(1, 1_000_000))
    for _round in range(rounds):
        for story in STORIES:
            if story.name.startswith(only):
                for row in _told(story, remote, postbox, numbers, once=once):
                    _add(rows.setdefault((row.story, row.step, row.fault), row), row)
    given_by(lambda: assert_at_rest(Subject(0, remote).world))
    return list(rows.values())


def _warm_up(remote: Remote) -> None:
    """Do most of it once in this process, whose copies need not read templates, addresses and settings again; and let
    nothing that was opened for it come along into them."""
    subject = Subject(0, remote)
    for act in WARMING:
        act(subject)
    _at_paypal.cache_clear()
    connections.close_all()
    caches.close_all()
    pools.reset()
    app._after_fork()


def _add(total: Row, row: Row) -> None:
    if total is not row:
        for name in ("rounds", "lost", "doubled", "stuck", "why"):
            setattr(total, name, getattr(total, name) + getattr(row, name))


def _told(story: Story, remote: Remote, postbox: Path, numbers: Iterator[int], *, once: bool) -> Iterator[Row]:
    began, spent = time.monotonic(), _cpu()
    ahead = clock.ahead
    if "PayPal" in story.name:  # which says by its own clock until when it holds money
        clock.ahead = timedelta()
    dry = _Case(Subject(next(numbers), remote), None)
    _prepare(story, [dry])
    steps, followers = given_by(partial(_tell, story, dry))
    same = twins(story, steps, followers) if once else {}
    cases = [_Case(Subject(next(numbers), remote), *each) for each in _faults(steps, same)]
    _prepare(story, cases)
    clock.ahead += story.after
    for case in cases:
        _break(story, case)
    given_by(partial(_return, story, cases))
    clock.ahead = max(ahead, given_by(_rest))
    logger.warning(
        "%s: %s faults in %.0f s, of which CPU %.0f s", story.name, len(cases), time.monotonic() - began, _cpu() - spent
    )
    yield from given_by(partial(_judged, story, [dry, *cases], remote, postbox))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _faults(steps: Sequence[Step], same: dict[int, int]) -> Iterator[tuple[Fault, list[Step]]]:
    """Yield what goes wrong, each with the steps after which a kill would be the same."""
    for number, step in enumerate(steps):
        for kind in (*KILLS, *step.lies):
            if kind == KILLED_BEFORE:
                yield Fault(number, step, kind), [steps[each] for each, next_one in same.items() if next_one == number]
            elif kind != KILLED_AFTER or number not in same:
                yield Fault(number, step, kind), []


def twins(story: Story, steps: Sequence[Step], followers: dict[int, int]) -> dict[int, int]:
    """Return the steps after which a kill leaves what a kill before a later one leaves, with that later one, by number.

    All that outlasts a process is a step: what is committed, asked of somebody outside, queued or sent. So nothing
    outlasts it that comes between the end of one step and the beginning of the next; and both kills are followed by
    the same, by sweeps alone, where workers were at one act. Both are tried where that is not so: at the last step of
    an act; at what people do, who come back if they were killed before and stay away if after; and at writing, which
    leaves in a file the certificate that it drew.
    """
    acts = story.workers.keys() - {"write"}
    return {
        number: after
        for number, after in followers.items()
        if after < len(steps) and steps[number].act == steps[after].act and steps[number].act in acts
    }


def _prepare(story: Story, cases: Sequence[_Case]) -> None:
    """Bring all purchases to where their story begins."""

    def work() -> list[dict[str, object]]:
        for case in cases:
            story.prepare(case.subject)
            case.subject.facts["is_told"] = case.fault is not None and case.fault.step.act == "write"
            if not case.subject.facts["is_told"]:  # drawing certificates takes most of the time
                for order in Order.objects.filter(purchaser_email=case.subject.email):
                    service.waive_letter(token=order.token, now=clock())
        app.control.purge()
        return [case.subject.facts for case in cases]

    for case, facts in zip(cases, given_by(work), strict=True):
        case.subject.facts = facts


def _break(story: Story, case: _Case) -> None:
    """Tell the story in a process that is killed or lied to at one step. What a person meets as an error is a fault."""
    try:
        ended = in_a_copy(partial(_tell, story, case))
    except CopyError as error:
        case.error = str(error).strip()
        return
    is_kill = case.fault is not None and case.fault.kind in KILLS
    if ended.is_killed != is_kill:
        case.error = "it was not killed" if is_kill else "it was killed"


def _tell(story: Story, case: _Case) -> tuple[list[Step], dict[int, int]]:
    """Tell the acts of a story under a tripwire, and return the steps that were passed, and what followed each.

    What workers would do after what went wrong is left to the sweeps.
    """
    if case.fault is None:
        clock.ahead += story.after
    wire = Tripwire(case.fault, lie=case.subject.remote.lie)
    broken = case.fault.step.act if case.fault else ""
    Account.objects.update(silent_at=None, worked_at=None)  # what others met before changes no step
    with laid(wire):
        for name, act in story.people.items():
            wire.act = name
            act(case.subject)
        for name, act in story.workers.items() if broken not in story.people else ():
            wire.act = name
            with suppress(Exception) if case.fault else nullcontext():  # a task that fails is a sweep's to finish
                act(case.subject)
            if name == broken:
                break
    return wire.steps, wire.followers


def _return(story: Story, cases: Sequence[_Case]) -> None:
    """Let people do again what they saw fail. Who was killed before a step comes back, and who was killed after it does
    not, since the one leaves what the other finds; and a bank's statement is uploaded until it is there."""
    for case in cases:
        acts = list(story.people.items())
        names = [name for name, _act in acts]
        fault = case.fault
        if fault is None or fault.step.act not in names:
            continue
        for name, act in acts[names.index(fault.step.act) :]:
            if fault.kind != KILLED_AFTER or name == "upload":
                act(case.subject)


def _rest() -> object:
    """Sweep until nothing is left to be done, as the schedule has it, and do what the queues ask for. Returns how far
    ahead the clock is then."""
    for minutes in REST:
        clock.advance(minutes=minutes)
        for name in SWEEPS:
            _do(name)
        for _again in range(2):  # what is asked for asks for more
            for name, arguments in _asked_for():
                _do(name, **arguments)
    return clock.ahead


def _do(name: str, **arguments: object) -> None:
    try:
        app.tasks[name](**arguments)
    except Exception:
        logger.exception("%s failed", name)


def _asked_for() -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what is in the queues, until they are empty."""
    with app.connection_for_read() as connection:
        for each in app.amqp.queues.values():
            queue = each(connection.default_channel)
            queue.declare()
            while (message := queue.get(no_ack=True)) is not None:
                yield message.headers["task"], message.decode()[1]


def _judged(story: Story, cases: Sequence[_Case], remote: Remote, postbox: Path) -> list[Row]:
    letters = letters_in(postbox)
    rows = []
    for case in cases:
        world = case.subject.world
        said = verdict(story, case.subject, letters=letters, world=world)
        if case.error:
            said.stuck.append(case.error)
        step = str(case.fault.step) if case.fault else NOTHING
        same_as = [str(each) for each in case.same_as]
        row = Row(story.name, step, case.fault.kind if case.fault else NOTHING, rounds=1, same_as=same_as)
        for name, why in asdict(said).items():
            setattr(row, name, int(bool(why)))
            row.why += [f"{name}: {each}" for each in why]
        if row.why:
            logger.error("%s", str(row)[-700:])
        rows.append(row)
    return rows
