from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.bands import check_bands, find_band


@st.composite
def contiguous(draw):
    """Bands without gap or overlap, in random order."""
    edges = sorted(
        draw(st.lists(st.integers(-1000, 1000), min_size=2, max_size=8, unique=True))
    )
    bands = [
        (lower, upper, index) for index, (lower, upper) in enumerate(pairwise(edges))
    ]
    if draw(st.booleans()):
        bands[-1] = (bands[-1][0], None, bands[-1][2])
    return draw(st.permutations(bands))


@tagged("post_install", "-at_install")
class TestBands(BaseCase):
    @given(contiguous())
    def test_contiguous_bands_are_accepted(self, bands):
        self.assertIsNone(check_bands(bands))

    @given(contiguous(), st.floats(-2000, 2000, allow_nan=False))
    def test_every_value_has_exactly_one_band(self, bands, value):
        found = find_band(bands, value)
        holding = [b for b in bands if b[0] <= value and (b[1] is None or value < b[1])]
        self.assertLessEqual(len(holding), 1)
        if holding:
            self.assertEqual(found, holding[0])
        else:
            ordered = sorted(bands)
            self.assertEqual(
                found, ordered[0] if value < ordered[0][0] else ordered[-1]
            )

    def test_what_is_wrong_is_named(self):
        table = [
            ([], ("empty", None, None)),
            ([(5, 5, "x")], ("reversed", 5, 5)),
            ([(0, 60, "D"), (65, None, "C")], ("gap", 60, 65)),
            ([(0, 60, "D"), (55, None, "C")], ("overlap", 55, 60)),
            ([(0, None, "D"), (60, None, "C")], ("open", 0, 60)),
        ]
        for bands, problem in table:
            self.assertEqual(check_bands(bands), problem)

    def test_an_edge_belongs_to_the_upper_band(self):
        bands = [(0, 80, 6), (80, 90, 8), (90, None, 10)]
        self.assertEqual(find_band(bands, 79.99)[2], 6)
        self.assertEqual(find_band(bands, 80)[2], 8)
        self.assertEqual(find_band(bands, 90)[2], 10)
