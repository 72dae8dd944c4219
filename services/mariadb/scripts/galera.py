"""What a member of a Galera cluster does next: rules over what all members say of themselves.

Each member publishes its state (`Member`), and no rule here looks at anything else. So they can be
read, and tested, without a database:

    decide      a member that does not run: join, lead a new start, or wait, and why
    is_writer   a running member: is it the one that clients write to
    is_lost     a running member: should it stop, because the cluster went on or down without it

The safety of the data rests on `decide`: a cluster is only ever started from the member with the
newest position, and only when all members have said theirs.
"""
import re
from typing import NamedTuple, Optional

UNKNOWN = ('00000000-0000-0000-0000-000000000000', -1)
POSITION = re.compile(r'\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(-?\d+)')

# Phases of a member.
STARTING, WAITING, LEADING, JOINING, RUNNING = 'starting', 'waiting', 'leading', 'joining', 'running'


class Member(NamedTuple):
    name: str
    # Until it waits, it does not know its position yet, and what it says of it counts for nothing.
    phase: str = STARTING
    # Nothing whole on the volume. Else uuid and seqno are those of the last write, if they could be read.
    empty: bool = True
    uuid: Optional[str] = None
    seqno: int = -1
    # When the data came from a backup, or was said to be the right one: newer than all that was written before.
    restored: str = ''
    # It ended in order while others went on.
    left: bool = False
    # There is no room for more.
    full: bool = False
    primary: bool = False
    synced: bool = False
    writer: bool = False

    @property
    def ordinal(self):
        return int(self.name.rpartition('-')[2])

    @property
    def position(self):
        if self.empty:
            return 'empty'
        return f'{self.uuid}:{self.seqno}' if self.uuid else 'unreadable'


def read_position(text):
    """The last (uuid, seqno) in a log of recovery, or None."""
    found = POSITION.findall(text)
    position = (found[-1][0], int(found[-1][1])) if found else UNKNOWN
    return None if position[0] == UNKNOWN[0] or position[1] < 0 else position


def decide(own, peers, forced=False):
    """What a member that does not run does next: ('join' or 'lead' or 'wait', why).

    peers: its Member, or None where it has not answered, by name. forced: the operator said to lead
    without those that are missing.
    """
    answers = [peer for peer in peers.values() if peer]
    running = [peer for peer in answers if peer.phase == RUNNING and peer.primary]
    if running:
        newest = max(peer.restored for peer in running)
        if own.restored > newest:
            return 'wait', (f'{names(running)} runs with data from before the restore of {own.restored} that is here; '
                            'stop all members, then start them together')
        return 'join', f'{names(running)} runs'
    leading = [peer for peer in answers if peer.phase == LEADING]
    if leading:
        return 'wait', f'{names(leading)} starts the cluster'
    if forced:
        filled = [peer for peer in answers if not peer.empty]
        if own.empty and filled:
            return 'wait', f'does not lead though the operator said so: its volume is empty, and {names(filled)} has data'
        return 'lead', 'the operator said so'
    silent = sorted(name for name, peer in peers.items() if not peer)
    starting = [peer for peer in answers if peer.phase == STARTING]
    busy = [peer for peer in answers if peer.phase not in (STARTING, WAITING)]
    if silent:
        return 'wait', f'{" and ".join(silent)} did not answer and may hold newer data. If that is lost for good: ' + \
            lead(best(own, answers).name)
    if busy:
        return 'wait', f'{names(busy)} runs without a majority'
    if starting:
        return 'wait', f'{names(starting)} finds out its position'
    if not peers and own.left:
        return 'wait', ('REFUSED: this member was stopped while others went on, and they may hold newer data. To go on '
                        f'with its own: {lead(own.name)}')
    return elect(own, answers)


def best(own, others):
    """The member that should lead if the missing ones are lost. One that still runs has seen more than one that was
    restarted."""
    return max((own, *others), key=lambda member: (member.phase == RUNNING, not member.empty, member.restored,
                                                   member.seqno, -member.ordinal))


def may_lead(own, peers):
    """Why a member should not lead though the operator says so, or None."""
    answers = [peer for peer in peers.values() if peer]
    if own.primary:
        return f'{own.name} runs in a cluster already'
    better = best(own, answers)
    if own.phase != RUNNING and own.position in ('empty', 'unreadable'):
        return f'what {own.name} holds is {own.position} ({positions(own, answers)})'
    if better.name != own.name and better.uuid in (own.uuid, None) and better.seqno > own.seqno:
        return f'{better.name} has newer data ({positions(own, answers)}): {lead(better.name)}'
    return None


def elect(own, others):
    """All members are there and none runs: the one with the newest data leads."""
    newest = max(member.restored for member in (own, *others))
    # What was written before a restore counts for nothing.
    filled = [member for member in (own, *others) if not member.empty and member.restored == newest]
    unreadable = [member for member in filled if not member.uuid]
    if unreadable:
        return 'wait', (f'REFUSED: the position of {names(unreadable)} cannot be read, so nobody knows who has the '
                        f'newest data ({positions(own, others)}). Its log says why. Choose a member, whose data '
                        f'the others take over: {lead("NAME")}')
    if len({member.uuid for member in filled}) > 1:
        return 'wait', (f'REFUSED: the members come from different clusters ({positions(own, others)}). Choose a '
                        f'member, whose data the others take over: {lead("NAME")}')
    leader = min(filled or (own, *others), key=lambda member: (-member.seqno, member.ordinal))
    if leader.name != own.name:
        return 'wait', f'{leader.name} leads ({positions(own, others)})'
    return 'lead', f'all members answered and none is newer ({positions(own, others)})'


def is_writer(own, view, peers, stopping=False):
    """Whether clients write to this member: at most one of those in a view is it, and it stays it. One that is to stop
    does not become it, and stays it until it hands over.

    view: names of the members that Galera sees, this one among them. peers: as of `decide`.
    """
    if not (own.primary and own.synced):
        return False
    others = [peers.get(name) for name in view if name != own.name]
    lower = [peer for peer in others if peer and peer.ordinal < own.ordinal]
    if own.writer:
        # Two may have claimed it at the same moment.
        return not any(peer.writer for peer in lower)
    taken = any(peer and peer.writer for peer in others) or any(peer.synced for peer in lower)
    return all(others) and not taken and not stopping


def is_lost(own, peers):
    """Whether a member that runs without a majority should start over: the others are all down, and wait for it or
    hold newer data; or they have gone on without it."""
    others = list(peers.values())
    gone_on = any(peer and peer.phase == RUNNING and peer.primary for peer in others)
    down = bool(others) and all(peer and peer.phase == WAITING for peer in others)
    return not own.primary and (gone_on or down)


def lead(name):
    return f'kubectl exec {name} -c server -- python3 /run/kolla/config/member.py lead'


def names(members):
    return ' and '.join(sorted(member.name for member in members))


def positions(own, others):
    def text(member):
        return f'{member.name} {member.position}' + (f' restored {member.restored}' if member.restored else '')
    return ', '.join(text(member) for member in sorted((own, *others), key=lambda member: member.ordinal))
