"""The rules by which members of the cluster start: services/mariadb/scripts/galera.py."""
import itertools
import os
import random
import unittest

import support  # noqa: F401, which makes the programs importable
import galera
from galera import JOINING, LEADING, RUNNING, STARTING, WAITING, Member

A, B = '11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222'


def stopped(ordinal, seqno, uuid=A, restored=''):
    return Member(f'mariadb-{ordinal}', phase=WAITING, empty=False, uuid=uuid, seqno=seqno, restored=restored)


def empty(ordinal):
    return Member(f'mariadb-{ordinal}', phase=WAITING)


def unreadable(ordinal, restored=''):
    return Member(f'mariadb-{ordinal}', phase=WAITING, empty=False, restored=restored)


def running(ordinal, primary=True, synced=True, **more):
    return Member(f'mariadb-{ordinal}', phase=RUNNING, empty=False, uuid=A, primary=primary, synced=primary and synced,
                  **more)


def decisions(*members):
    """What each member decides when all answer."""
    return [galera.decide(own, {peer.name: peer for peer in members if peer is not own})[0] for own in members]


def decide(own, *peers, silent=(), forced=False):
    return galera.decide(own, {**{peer.name: peer for peer in peers}, **{name: None for name in silent}}, forced)


class Position(unittest.TestCase):
    def test_is_the_last_that_the_log_names(self):
        log = f'WSREP: Recovered position: {A}:7\nWSREP: Recovered position: {A}:42,0-1-9\n'
        self.assertEqual(galera.read_position(log), (A, 42))

    def test_is_none_where_it_is_unknown(self):
        for log in ('', 'no position', '00000000-0000-0000-0000-000000000000:-1', f'{A}:-1'):
            self.assertIsNone(galera.read_position(log), log)


class Decide(unittest.TestCase):
    def test_the_first_member_leads_the_first_start(self):
        self.assertEqual(decisions(empty(0), empty(1), empty(2)), ['lead', 'wait', 'wait'])
        self.assertEqual(decisions(empty(0)), ['lead'])

    def test_the_newest_data_leads_whoever_has_it(self):
        self.assertEqual(decisions(stopped(0, 5), stopped(1, 7), stopped(2, 6)), ['wait', 'lead', 'wait'])
        self.assertEqual(decisions(stopped(0, 7), stopped(1, 7), stopped(2, 6)), ['lead', 'wait', 'wait'])
        self.assertEqual(decisions(empty(0), empty(1), stopped(2, 0)), ['wait', 'wait', 'lead'])

    def test_a_cluster_that_runs_is_joined(self):
        for own in (empty(1), stopped(1, 9), stopped(1, 9, B), unreadable(1)):
            self.assertEqual(decide(own, running(0), silent=['mariadb-2'])[0], 'join')

    def test_a_missing_member_may_have_newer_data(self):
        action, why = decide(stopped(0, 9), stopped(1, 9), silent=['mariadb-2'])
        self.assertEqual(action, 'wait')
        self.assertRegex(why, r'^mariadb-2 did not answer and may hold newer data.*kubectl exec mariadb-0 .* lead$')
        self.assertEqual(decide(stopped(0, 9), stopped(1, 9), silent=['mariadb-2'], forced=True)[0], 'lead')

    def test_a_member_that_runs_without_a_majority_is_the_better_one_to_lead(self):
        action, why = decide(stopped(0, 9), running(1, primary=False), silent=['mariadb-2'])
        self.assertEqual(action, 'wait')
        self.assertIn('kubectl exec mariadb-1 ', why)
        self.assertEqual(decide(stopped(0, 9), running(1, primary=False), stopped(2, 9)),
                         ('wait', 'mariadb-1 runs without a majority'))

    def test_a_member_that_does_not_know_its_position_yet_may_have_newer_data(self):
        early = Member('mariadb-1')
        self.assertEqual(early.phase, STARTING)
        self.assertEqual(decide(stopped(0, 9), early, stopped(2, 9)), ('wait', 'mariadb-1 finds out its position'))
        self.assertEqual(decide(stopped(0, 9), stopped(1, 5)._replace(phase=STARTING), stopped(2, 9))[0], 'wait')

    def test_the_member_with_the_newest_data_is_the_one_that_should_lead_without_the_missing(self):
        for own, other in ((empty(0), stopped(1, 9)), (stopped(0, 5), stopped(1, 9)), (unreadable(0), stopped(1, 0)),
                           (stopped(0, 99), stopped(1, 9, restored='1'))):
            self.assertIn('kubectl exec mariadb-1 ', decide(own, other, silent=['mariadb-2'])[1])

    def test_the_operator_cannot_have_an_empty_volume_lead_beside_data(self):
        action, why = decide(empty(0), stopped(1, 9), silent=['mariadb-2'], forced=True)
        self.assertEqual(action, 'wait')
        self.assertIn('its volume is empty, and mariadb-1 has data', why)
        self.assertEqual(decide(empty(0), empty(1), silent=['mariadb-2'], forced=True)[0], 'lead')

    def test_the_operator_is_told_why_not(self):
        def why_not(own, *peers):
            return galera.may_lead(own, {peer.name: peer for peer in peers})
        self.assertIsNone(why_not(stopped(0, 9), stopped(1, 9), unreadable(2)))
        self.assertIsNone(why_not(stopped(0, 9), stopped(1, 99, B)))
        self.assertIsNone(why_not(running(0, primary=False), stopped(1, 99)))
        self.assertIn('mariadb-1 has newer data', why_not(stopped(0, 9), stopped(1, 10)))
        self.assertIn('is empty', why_not(empty(0), stopped(1, 10)))
        self.assertIn('is unreadable', why_not(unreadable(0)))
        self.assertIn('runs in a cluster already', why_not(running(0)))

    def test_one_that_is_alone_now_but_left_others_behind_asks(self):
        self.assertEqual(decide(stopped(0, 9)._replace(left=True))[0], 'wait')
        self.assertEqual(decide(stopped(0, 9)._replace(left=True), forced=True)[0], 'lead')
        self.assertEqual(decide(stopped(0, 9)._replace(left=True), stopped(1, 8), stopped(2, 8))[0], 'lead')

    def test_nobody_leads_beside_another(self):
        for phase in (LEADING, JOINING):
            busy = stopped(1, 5)._replace(phase=phase)
            self.assertEqual(decide(stopped(0, 9), busy, stopped(2, 5))[0], 'wait')
        self.assertEqual(decide(stopped(0, 9), stopped(1, 5)._replace(phase=LEADING), forced=True)[0], 'wait')

    def test_an_unreadable_position_refuses(self):
        action, why = decide(stopped(0, 9), unreadable(1), stopped(2, 5))
        self.assertEqual(action, 'wait')
        self.assertIn('REFUSED: the position of mariadb-1 cannot be read', why)
        self.assertIn(f'mariadb-0 {A}:9, mariadb-1 unreadable, mariadb-2 {A}:5', why)
        self.assertEqual(decisions(stopped(0, 9), unreadable(1), stopped(2, 5)), ['wait', 'wait', 'wait'])

    def test_data_of_two_clusters_refuses(self):
        action, why = decide(stopped(0, 9), stopped(1, 5, B), empty(2))
        self.assertEqual(action, 'wait')
        self.assertIn('REFUSED: the members come from different clusters', why)

    def test_restored_data_leads_over_all_that_was_written_before(self):
        now = '20261121T030000Z'
        for before in (stopped(1, 999), stopped(1, 999, B), unreadable(1), empty(1)):
            self.assertEqual(decisions(stopped(0, 9, restored=now), before, empty(2)), ['lead', 'wait', 'wait'])
        self.assertEqual(decisions(stopped(0, 9, restored=now), stopped(1, 8, restored='20261121T040000Z')),
                         ['wait', 'lead'])
        action, why = decide(stopped(0, 9, restored=now), running(1), running(2))
        self.assertEqual(action, 'wait')
        self.assertIn('runs with data from before the restore of 20261121T030000Z', why)
        self.assertEqual(decide(stopped(1, 99), running(0, restored=now))[0], 'join')

    def test_of_all_that_can_be_at_most_one_leads_and_none_is_newer(self):
        seed = int(os.environ.get('SEED', random.randrange(1 << 32)))
        print(f'SEED={seed}')
        draw = random.Random(seed)
        kinds = [empty, unreadable, lambda i: stopped(i, draw.randrange(4)), lambda i: stopped(i, draw.randrange(4), B),
                 lambda i: stopped(i, draw.randrange(4), restored=draw.choice('12')), running,
                 lambda i: running(i, primary=False), lambda i: stopped(i, 3)._replace(phase=LEADING),
                 lambda i: stopped(i, 3)._replace(phase=JOINING), lambda i: stopped(i, 3)._replace(phase=STARTING)]
        for case in itertools.product(kinds, repeat=3):
            members = [kind(ordinal) for ordinal, kind in enumerate(case)]
            waiting = [own for own in members if own.phase == WAITING]
            leaders = [own for own in waiting if galera.decide(
                own, {peer.name: peer for peer in members if peer is not own})[0] == 'lead']
            self.assertLessEqual(len(leaders), 1, members)
            for leader in leaders:
                self.assertEqual(len(waiting), 3, members)
                rivals = [one for one in members if not one.empty and one.restored >= leader.restored]
                self.assertTrue(all(one.uuid == leader.uuid and one.seqno <= leader.seqno for one in rivals), members)
                self.assertTrue(not leader.empty or all(one.empty for one in members), members)


class Writer(unittest.TestCase):
    def is_writer(self, own, *others, unseen=(), stopping=False):
        view = [own.name, *(other.name for other in others), *unseen]
        return galera.is_writer(own, view, {other.name: other for other in others}, stopping)

    def test_the_first_that_is_in_step(self):
        self.assertTrue(self.is_writer(running(0), running(1), running(2)))
        self.assertFalse(self.is_writer(running(1), running(0), running(2)))
        self.assertTrue(self.is_writer(running(1), running(0, synced=False), running(2)))
        self.assertTrue(self.is_writer(running(2)))

    def test_stays_it_when_a_lower_one_comes_back(self):
        self.assertTrue(self.is_writer(running(1, writer=True), running(0), running(2)))
        self.assertFalse(self.is_writer(running(0), running(1, writer=True), running(2)))

    def test_one_that_is_to_stop_stays_it_until_it_hands_over_and_does_not_become_it(self):
        self.assertTrue(self.is_writer(running(0, writer=True), running(1), stopping=True))
        self.assertFalse(self.is_writer(running(0), running(1), stopping=True))

    def test_of_two_that_claimed_it_at_once_the_first_stays(self):
        self.assertFalse(self.is_writer(running(1, writer=True), running(0, writer=True)))
        self.assertTrue(self.is_writer(running(0, writer=True), running(1, writer=True)))

    def test_nobody_claims_it_who_cannot_ask_a_member_that_galera_sees(self):
        self.assertFalse(self.is_writer(running(1), running(2), unseen=['mariadb-0']))
        self.assertTrue(self.is_writer(running(1, writer=True), running(2), unseen=['mariadb-0']))

    def test_never_without_a_majority_or_out_of_step(self):
        self.assertFalse(self.is_writer(running(0, primary=False, writer=True)))
        self.assertFalse(self.is_writer(running(0, synced=False, writer=True)))


class Lost(unittest.TestCase):
    def is_lost(self, own, *peers, silent=()):
        return galera.is_lost(own, {**{peer.name: peer for peer in peers}, **{name: None for name in silent}})

    def test_a_member_without_majority_whose_peers_wait_or_have_gone_on(self):
        alone = running(0, primary=False)
        self.assertTrue(self.is_lost(alone, stopped(1, 9), stopped(2, 9)))
        self.assertTrue(self.is_lost(alone, running(1), silent=['mariadb-2']))
        self.assertFalse(self.is_lost(alone, stopped(1, 9), silent=['mariadb-2']))
        self.assertFalse(self.is_lost(alone, running(1, primary=False), stopped(2, 9)))
        self.assertFalse(self.is_lost(running(0), stopped(1, 9), stopped(2, 9)))
        self.assertFalse(self.is_lost(running(0, primary=False)))


if __name__ == '__main__':
    unittest.main()
