from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.quadrant import FEWEST, MOST, Candidate, propose

candidates = st.lists(
    st.builds(
        Candidate,
        key=st.uuids(),
        value=st.integers(1, 5),
        cost=st.integers(1, 5),
        nature=st.sampled_from(["outcome", "behaviour"]),
        perspective=st.sampled_from(["financial", "customer", "process"]),
        model=st.sampled_from(["", "a", "b", "c"]),
        available=st.booleans(),
    ),
    max_size=40,
)


def kept_of(given_candidates):
    return [pick.candidate for pick in propose(given_candidates)]


@tagged("post_install", "-at_install")
class TestQuadrant(BaseCase):
    """Which KPIs to keep (R42, R101)."""

    @given(candidates)
    def test_three_to_five_that_can_be_measured(self, every):
        there = [one for one in every if one.available]
        kept = kept_of(every)
        self.assertLessEqual(set(kept), set(there))
        self.assertEqual(len(kept), len(set(kept)))
        self.assertGreaterEqual(len(kept), min(FEWEST, len(there)))
        self.assertLessEqual(len(kept), MOST)

    @given(candidates)
    def test_an_outcome_and_a_behaviour_and_two_perspectives(self, every):
        there = [one for one in every if one.available]
        kept = kept_of(every)
        for name in ("nature", "perspective"):
            reached = min(2, len({getattr(one, name) for one in there}))
            self.assertGreaterEqual(len({getattr(one, name) for one in kept}), reached)

    @given(candidates)
    def test_no_better_one_of_the_same_kind_is_left_out(self, every):
        there = [one for one in every if one.available]
        kept = kept_of(every)
        for one in kept:
            for other in set(there) - set(kept):
                kind = (other.nature, other.perspective, other.model)
                if kind == (one.nature, one.perspective, one.model):
                    self.assertLessEqual(other.merit, one.merit)

    @given(candidates)
    def test_a_model_counts_once_while_there_are_others(self, every):
        kept = kept_of(every)
        models = Counter(one.model for one in kept if one.model)
        if len(kept) > FEWEST:
            # only the pair that has to be there may share a model
            self.assertLessEqual(max(models.values(), default=0), 2)
            self.assertLessEqual(sum(n > 1 for n in models.values()), 1)

    @given(candidates)
    def test_best_first_and_stable(self, every):
        kept = kept_of(every)
        merits = [one.merit for one in kept]
        self.assertEqual(merits, sorted(merits, reverse=True))
        self.assertEqual(kept, kept_of(every))

    @given(candidates)
    def test_reasons_name_each_nature_and_perspective_once(self, every):
        picks = propose(every)
        for name, first in (
            ("nature", "first_of_nature"),
            ("perspective", "first_of_perspective"),
        ):
            self.assertEqual(
                sum(getattr(pick, first) for pick in picks),
                len({getattr(pick.candidate, name) for pick in picks}),
            )

    def test_the_expensive_one_is_left_out(self):
        def kpi(key, value, cost, nature, perspective, model="", available=True):
            return Candidate(key, value, cost, nature, perspective, model, available)

        kept = kept_of(
            [
                kpi("margin", 1, 1, "outcome", "financial", "sale.order"),
                kpi("reply", 5, 1, "behaviour", "process", "mail"),
                kpi("rating", 5, 2, "outcome", "customer", "rating"),
                kpi("mystery", 4, 5, "outcome", "customer"),
                kpi("tickets", 5, 1, "outcome", "customer", "ticket", False),
                kpi("again", 4, 1, "behaviour", "process", "mail"),
                kpi("renewal", 5, 3, "outcome", "customer", "lead"),
            ]
        )
        self.assertEqual([one.key for one in kept], ["reply", "rating", "renewal"])

    def test_nothing_to_choose_from(self):
        self.assertEqual(propose([]), [])
