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
WAITING, LEADING, JOINING, RUNNING = 'waiting', 'leading', 'joining', 'running'


class Member(NamedTuple):
    name: str
    phase: str = WAITING
    # Nothing on the volume yet. Else uuid and seqno are those of the last write, if they could be read.
    empty: bool = True
    uuid: Optional[str] = None
    seqno: int = -1
    # When the data came from a backup, if it did: newer than all that was written before.
    restored: str = ''
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
        return 'lead', 'the operator said so'
    silent = sorted(name for name, peer in peers.items() if not peer)
    busy = [peer for peer in answers if peer.phase != WAITING]
    if silent:
        # A member that still runs, without a majority, has seen more than one that was restarted.
        best = min([peer for peer in busy if peer.phase == RUNNING] or [own], key=lambda member: member.ordinal)
        return 'wait', f'{" and ".join(silent)} did not answer and may hold newer data. If that is lost for good: ' + \
            lead(best.name)
    if busy:
        return 'wait', f'{names(busy)} runs without a majority'
    return elect(own, answers)


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


def is_writer(own, view, peers):
    """Whether clients write to this member: at most one of those in a view is it, and it stays it.

    view: names of the members that Galera sees, this one among them. peers: as of `decide`.
    """
    if not (own.primary and own.synced):
        return False
    others = [peers.get(name) for name in view if name != own.name]
    lower = [peer for peer in others if peer and peer.ordinal < own.ordinal]
    if own.writer:
        # Two may have claimed it at the same moment.
        return not any(peer.writer for peer in lower)
    return all(others) and not any(peer.writer for peer in others) and not any(peer.synced for peer in lower)


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
