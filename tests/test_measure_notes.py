from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..models.measure.engine.notes import Notes

START = datetime(2026, 1, 1)
moments = st.integers(0, 40).map(lambda days: START + timedelta(days=days))
spans = st.tuples(moments, moments).map(sorted)
rows = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), spans), max_size=12
)


@tagged("post_install", "-at_install")
class TestMeasureNotes(BaseCase):
    @given(rows, st.sampled_from("abc"), st.sampled_from("xy"), spans)
    def test_reach_is_that_of_every_note_alone(self, found, table, column, window):
        notes = Notes([(where, what, *span) for where, what, span in found])
        start, end = window
        naive = any(
            (where, what) == (table, column) and low < end and high >= start
            for where, what, (low, high) in found
        )
        self.assertEqual(notes.reach(table, column, start, end), naive)

    def test_note_without_dates_is_about_the_table(self):
        notes = Notes([("a", None, None, None), ("b", "*", None, None)])
        self.assertEqual(notes.tables, {"a", "b"})
        self.assertFalse(notes.reach("a", "x", START, datetime.max))

    def test_no_notes(self):
        notes = Notes([])
        self.assertFalse(notes.tables)
        self.assertFalse(notes.reach("a", "x", datetime.min, datetime.max))
