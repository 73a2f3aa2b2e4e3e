"""How long somebody waits after wrong passwords: it slows guessing down and keeps nobody out.

A room of three hundred people has one address, and whoever knows a candidate's e-mail address can
fail with it. So what is counted is an account *from a network*: who fails there waits there, and
the same account signs in from everywhere else. An account tried from many networks, or a network
that tries many accounts, leaves fewer tries free to each; the first is looked at all the same, so
the right password comes in. Only a flood, which costs the server more than all exams together,
stops a network as a whole for a minute.
"""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import NamedTuple

#: For so long a failure counts against its account.
REMEMBERED = timedelta(hours=1)
#: For so long it counts against its network.
NETWORK_REMEMBERED = timedelta(minutes=10)

#: Failures of an account from a network before its first wait; and once either is under attack.
FREE, FREE_UNDER_ATTACK = 5, 1
#: The first wait, which doubles with each further failure up to the longest. No longer, because
#: somebody in the same room can bring it upon a candidate whose exam is running.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=5)
#: Failures of an account from everywhere that are no owner's any more.
ACCOUNT_UNDER_ATTACK = 50
#: Failures of a network that are no room's: three hundred people, five times wrong each.
NETWORK_UNDER_ATTACK = 1_500
#: Ten failures a second, ten minutes long.
FLOOD, FLOOD_WAIT = 6_000, timedelta(minutes=1)


class Failures(NamedTuple):
    """The wrong passwords that are remembered."""

    #: Of this account from this network, and when the newest was.
    here: int
    last_at: datetime | None
    #: Of this account from everywhere.
    of_account: int
    #: Of this network with whatever account.
    of_network: int


def wait(failures: Failures, now: datetime) -> timedelta:
    """How long until the next try is looked at; nothing when it is at once."""
    if failures.of_network >= FLOOD:
        return FLOOD_WAIT
    is_attack = (
        failures.of_account >= ACCOUNT_UNDER_ATTACK or failures.of_network >= NETWORK_UNDER_ATTACK
    )
    beyond = failures.here - (FREE_UNDER_ATTACK if is_attack else FREE)
    if beyond < 0 or failures.last_at is None:
        return timedelta()
    # Three doublings pass the longest.
    length = min(FIRST_WAIT * (1 << min(beyond, 3)), LONGEST_WAIT)
    return max(timedelta(), failures.last_at + length - now)


def network(address: str | None) -> str:
    """What of an address names its holder: all of IPv4, of IPv6 the 64 bits one holder is given."""
    try:
        given = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if given.version == 4:
        return str(given)
    if given.ipv4_mapped is not None:
        return str(given.ipv4_mapped)
    return str(ip_network((given, 64), strict=False))
