from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.generator import (
    EMPHASES,
    FEWEST,
    FINANCE_MOST,
    INDUSTRIES,
    LEAST,
    MOST,
    ROLES,
    VOTE_MOST,
    NotEnoughError,
    every_code,
    generate,
)

EVERY = every_code()
CHOICES = (
    st.sampled_from(sorted(ROLES)),
    st.sampled_from(["balanced", *EMPHASES]),
    st.sampled_from(sorted(INDUSTRIES)),
)


@tagged("post_install", "-at_install")
class TestGenerator(BaseCase):
    """From a role and an emphasis to lines, whatever can be measured."""

    @given(*CHOICES, st.sets(st.sampled_from(sorted(EVERY))))
    def test_the_weights_total_100_whatever_is_there(self, role, aim, industry, there):
        financial = {"NEW_REVENUE", "PROFIT", "GROSS_MARGIN"}
        try:
            lines = generate(role, aim, industry, there, financial, {"EVALUATION"})
        except NotEnoughError as problem:
            self.assertTrue(problem.areas)
            return
        codes = [line.code for line in lines]
        self.assertLessEqual(set(codes), there)
        self.assertEqual(len(codes), len(set(codes)))
        self.assertTrue(FEWEST <= len(lines) <= MOST)
        self.assertEqual(sum(line.weight for line in lines), 100)
        self.assertTrue(all(line.weight >= LEAST for line in lines))

        def weight(group):
            return sum(line.weight for line in lines if line.code in group)

        self.assertLessEqual(weight(financial), FINANCE_MOST)
        self.assertLessEqual(weight({"EVALUATION"}), VOTE_MOST)

    @given(*CHOICES)
    def test_an_emphasis_weighs_more_than_without(self, role, aim, industry):
        def weight(emphasis):
            lines = generate(role, emphasis, industry, EVERY, (), ())
            return sum(line.weight for line in lines if line.aim == aim)

        if aim != "balanced":
            self.assertGreater(weight(aim), weight("balanced"))

    @given(*CHOICES)
    def test_what_stands_in_says_so(self, role, aim, industry):
        first = generate(role, aim, industry, EVERY)
        missing = first[0].code
        lines = generate(role, aim, industry, EVERY - {missing})
        self.assertNotIn(missing, [line.code for line in lines])
        self.assertEqual(lines[0].instead_of, missing)
        self.assertFalse(first[0].instead_of)

    def test_the_examples(self):
        def weights(role):
            return [
                line.weight for line in generate(role, "balanced", "general", EVERY)
            ]

        # D1: signing, delivery, service, renewal
        self.assertEqual(weights("account_manager"), [20, 30, 30, 20])
        # R23: profit 50, satisfaction 30 (of it its behaviour 10), renewal 20
        self.assertEqual(weights("sales"), [50, 20, 10, 20])

    def test_too_few_are_refused_with_what_is_missing(self):
        with self.assertRaises(NotEnoughError) as caught:
            generate("sales", "balanced", "general", {"PROFIT", "CSAT"})
        self.assertEqual(len(caught.exception.areas), 2)
