from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged, users

from .common import PerformanceCommon


@tagged("post_install", "-at_install")
class TestRatingScale(PerformanceCommon):
    def test_standard_grades(self):
        scale = self.env.ref("customer_performance.rating_scale_standard")
        table = {
            0: "D",
            59.99: "D",
            60: "C",
            70: "B",
            84.99: "B",
            85: "A",
            95: "S",
            120: "S",
        }
        for score, grade in table.items():
            self.assertEqual(scale._grade(score).name, grade, score)

    @users("perf_admin")
    def test_gap_overlap_and_open_ends_are_refused(self):
        table = [
            ([], "at least one"),
            (
                [(0, 60, False), (65, 0, True)],
                "nothing covers the values from 60 to 65",
            ),
            (
                [(0, 60, False), (55, 0, True)],
                "two bands cover the values from 55 to 60",
            ),
            ([(0, 0, True), (60, 0, True)], "has no end"),
            ([(10, 0, True)], "begin at 0"),
            ([(0, 60, False)], "highest grade"),
            ([(0, -5, False)], "above its beginning"),
        ]
        for bands, text in table:
            with self.assertRefused(ValidationError, text):
                self._create_scale(bands)

    def _create_scale(self, bands):
        return self.env["performance.rating.scale"].create(
            {
                "name": "Test",
                "band_ids": [
                    Command.create(
                        {"name": str(i), "lower": low, "upper": up, "is_open": is_open}
                    )
                    for i, (low, up, is_open) in enumerate(bands)
                ],
            }
        )

    @users("perf_admin")
    def test_an_edge_is_moved_in_the_form(self):
        scale = self._create_scale([(0, 60, False), (60, 0, True)])
        with Form(scale) as form:
            for index in range(2):
                with form.band_ids.edit(index) as line:
                    if line.is_open:
                        line.lower = 70
                    else:
                        line.upper = 70
        self.assertEqual(sorted(scale.band_ids.mapped("lower")), [0, 70])

    @users("perf_admin")
    def test_a_single_band_cannot_open_a_gap(self):
        scale = self._create_scale([(0, 60, False), (60, 80, False), (80, 0, True)])
        middle = scale.band_ids.filtered(lambda band: band.lower == 60)
        for change in (
            lambda: middle.write({"upper": 75}),
            middle.unlink,
            middle.copy,
            lambda: middle.with_context(performance_bands=True).write({"lower": 50}),
        ):
            with self.assertRaises(ValidationError):
                change()
