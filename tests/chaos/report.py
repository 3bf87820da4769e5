"""What became of everything that was asked, and the table at the end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.crowd import Crowd
from tests.chaos.fleet import Fleet, Outage
from tests.chaos.ledger import Found
from tests.soak.checks import at_share, show
from tests.soak.talk import PATIENCE

INTERACTION_SECONDS = 3.0
_NOTICED = 1.0
"""Seconds by which the stand-in may be late to notice that a line was lost."""


@dataclass
class Outcome:
    """How many commands were answered, and why the others were not.

    Attributes:
        seconds: until the first sign of an answer.
        dropped: Discord had no session to deliver it to: its process was away.
        cut_off: it was delivered to a process that was killed before it answered.
        leaving: it was delivered to a process that was asked to end.
        late: interactions whose answer came when Discord took none any more.
        lost: delivered, and nobody was away; or not delivered although nobody was away.
        longest: of what was cut off, the longest time between the question and the kill.
    """

    seconds: list[float] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    cut_off: int = 0
    leaving: list[str] = field(default_factory=list)
    late: int = 0
    lost: list[str] = field(default_factory=list)
    longest: float = 0.0


def outcome_of(crowd: Crowd, fleet: Fleet) -> Outcome:
    """Look at everything that was asked."""
    outcome = Outcome()
    for number, asked in crowd.asks.items():
        if crowd.service.answers_to(number):
            outcome.seconds.append(crowd.service.waited(number) or 0.0)
            continue
        at = crowd.service.sent[number]
        outages = fleet.owner(asked.guild).outages
        what = f"{asked.kind} in {asked.guild} (shard of {fleet.members.index(fleet.owner(asked.guild)) + 1})"
        if not crowd.service.delivered(number):
            during = [one for one in outages if one.began - _NOTICED <= at <= one.ended + _NOTICED]
            if during:
                outcome.dropped["killed" if during[0].killed else "restarted"] += 1
            else:
                outcome.lost.append(f"{what} was not delivered")
        elif number in crowd.service.rest.expired:
            outcome.late += 1
        elif (outage := _interrupted_by(at, outages)) is None:
            outcome.lost.append(what)
        elif outage.killed:
            outcome.cut_off += 1
            outcome.longest = max(outcome.longest, outage.began - at)
        else:
            outcome.leaving.append(what)
    outcome.seconds.sort()
    return outcome


def _interrupted_by(at: float, outages: Sequence[Outage]) -> Outage | None:
    """What ended the process that a command was delivered to then."""
    return next((one for one in outages if at - _NOTICED <= one.began <= at + PATIENCE), None)


def report(crowd: Crowd, fleet: Fleet, found: Found, outcome: Outcome, dropped: float) -> bool:
    """Print the figures; whether all held.

    Args:
        dropped: what the processes themselves count as left alone.
    """
    service, starts = crowd.service, crowd.service.gateway.starts
    outages = [one for member in fleet.members for one in member.outages]
    away = sorted(one.ended - one.began for one in outages)
    took = outcome.seconds or [0.0]
    shares = ", ".join(f"{share:.1%} in {at_share(took, share):.2f} s" for share in (0.5, 0.95, 0.99, 0.999))
    doubles, errors = crowd.doubles(), fleet.errors()
    print(f"\n{crowd.asked} commands: {dict(crowd.kinds)}")
    print(f"{len(outcome.seconds)} answered; first sign: {shares}; slowest {took[-1]:.2f} s")
    print(
        f"not answered: {outcome.dropped.total()} that Discord could deliver to nobody "
        f"{dict(outcome.dropped)}, {outcome.cut_off} cut off by a kill, "
        f"asked at most {outcome.longest:.1f} s before"
    )
    print(f"processes away: {len(away)} times, " + ", ".join(f"{one:.1f}" for one in away) + " s")
    print(f"identified {len(starts.arrived)} times, resumed {len(service.gateway.resumed)} times")
    print(f"confirmed and looked up: {crowd.ledger}")
    print(f"sent again by the bot, and kept once: {service.rest.repeated} messages")
    print(f"left alone by the processes that run now, too late or too many: {dropped:.0f}")
    print("memory, largest: " + ", ".join(f"{one.largest / 2**20:.0f} MiB" for one in fleet.members))
    print(f"lines of errors in the logs: {len(errors)}")
    delivered = len(outcome.seconds) + len(outcome.leaving) + len(outcome.lost) + outcome.late
    well = show(
        {
            "answered more than once": (dict(doubles), not doubles),
            "confirmed, and lost": (len(found.lost), not found.lost),
            "sessions ended by nobody": (len(found.ended), not found.ended),
            "answers that contradict what was confirmed": (len(crowd.strangers), not crowd.strangers),
            "rows of people who were forgotten": (len(found.kept), not found.kept),
            "without an answer, and nobody was killed": (len(outcome.lost), not outcome.lost),
            "interactions answered too late": (outcome.late, not outcome.late),
            "answered, of what was delivered to a process nobody killed": (
                f"{len(outcome.seconds) / max(1, delivered):.3%}",
                not outcome.leaving and not outcome.lost and not outcome.late,
            ),
            f"first sign, 99 % (at most {INTERACTION_SECONDS:.0f} s)": (
                f"{at_share(took, 0.99):.2f} s",
                at_share(took, 0.99) <= INTERACTION_SECONDS,
            ),
            "identified too soon": (len(starts.breaches), not starts.breaches),
            "errors that reached a chatter": (len(crowd.errors), not crowd.errors),
            "exit codes after SIGTERM": (
                [code for member in fleet.members for code in member.codes],
                not any(code for member in fleet.members for code in member.codes),
            ),
            "requests nobody knows": (len(service.rest.unknown), not service.rest.unknown),
        }
    )
    examples = (found.lost, found.ended, found.kept, crowd.strangers, outcome.lost, outcome.leaving)
    for line in [one for some in (*examples, crowd.errors, errors, service.rest.unknown) for one in some[:8]]:
        print(f"  {line}")
    return well
