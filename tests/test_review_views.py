from odoo.tests import Form, tagged, users

from .review_common import ReviewCommon


@tagged("post_install", "-at_install")
class TestReviewViews(ReviewCommon):
    """Forms, actions and buttons, opened by those who use them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.appraisal = cls._launch()[cls.sales]

    @users("perf_sales", "perf_manager", "perf_hr", "perf_admin", "perf_auditor")
    def test_views_render(self):
        for model in (
            "performance.cycle",
            "performance.appraisal",
            "performance.assessment",
            "performance.appraisal.verdict",
            "performance.criterion",
            "performance.improvement.plan",
            "performance.improvement.action",
            "performance.improvement.checkin",
        ):
            result = self.env[model].get_views(
                [(False, "form"), (False, "list"), (False, "search")]
            )
            self.assertIn("form", result["views"])

    def test_rater_fills_in_the_form(self):
        side = self._side(self.appraisal, "self").with_user(self.user_sales)
        with Form(side) as form:
            form.summary = "All well"
            for index in range(2):
                with form.line_ids.edit(index) as line:
                    line.rating = "4"
        self.assertEqual(side.line_ids.mapped("rating"), ["4", "4"])
        side.action_submit()
        self.assertEqual(self.appraisal.state, "manager_review")
        with self.assertRaises(AssertionError), Form(side) as form:
            form.summary = "Too late"

    def test_manager_form_shows_the_employees_view(self):
        self._bring(self.appraisal, "manager_review")
        side = self._side(self.appraisal, "manager").with_user(self.user_manager)
        with Form(side) as form:
            self.assertEqual(form.self_summary, "Fine summary")
            self.assertFalse(form.return_reason)
            with form.line_ids.edit(0) as line:
                self.assertEqual(line.self_rating, "3")
                line.rating = "2"
        self.assertEqual(side.line_ids[0].rating, "2")

    def test_appraisal_form_shows_the_evidence(self):
        self._read_value(self.sales, 90)
        form = Form(self.appraisal.with_user(self.user_sales))
        self.assertEqual(len(form.scorecard_line_ids), 1)
        self.assertFalse(form.verdict_id)

    def test_officer_chooses_the_manager_in_the_form(self):
        with Form(self.appraisal.with_user(self.user_hr)) as form:
            form.manager_id = self.hr2
        self.assertEqual(self.appraisal.manager_id, self.hr2)
        with (
            self.assertRaises(AssertionError),
            Form(self.appraisal.with_user(self.user_manager)) as form,
        ):
            form.manager_id = self.hr2

    def test_employee_buttons(self):
        for user, model, count in (
            (self.user_hr, "hr.employee", 1),
            (self.user_sales, "hr.employee.public", 1),
            (self.user_manager, "hr.employee.public", 1),
            (self.user_sales2, "hr.employee.public", 0),
            (self.user_outsider, "hr.employee.public", 0),
        ):
            employee = self.env[model].with_user(user).browse(self.sales.id)
            self.assertEqual(employee.performance_appraisal_count, count, user.login)
        action = (
            self.env["hr.employee.public"]
            .with_user(self.user_sales)
            .browse(self.sales.id)
            .action_open_performance_appraisals()
        )
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.appraisal)
        action = self.sales.with_user(self.user_hr).action_open_performance_appraisals()
        self.assertEqual(action["res_model"], "performance.appraisal")

    def test_employees_stay_readable(self):
        """No field of ours breaks the employee list of people without rights."""
        for user in (self.user_outsider, self.user_sales):
            rows = self.env["hr.employee"].with_user(user).search_read([], ["name"])
            self.assertTrue(rows)
            self.sales.with_user(user).read(["name", "parent_id"])

    def test_open_appraisals_of_a_cycle(self):
        action = self.cycle.action_open_appraisals()
        found = self.env["performance.appraisal"].search(action["domain"])
        self.assertEqual(len(found), 6)

    def test_search_by_name(self):
        found = self.env["performance.appraisal"].name_search("Sam Sa")
        self.assertEqual([row[0] for row in found], self.appraisal.ids)
        self.assertEqual(self.appraisal.display_name, "Sam Sales - Q1")
