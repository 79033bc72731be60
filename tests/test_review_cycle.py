import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .review_common import ReviewCommon


@tagged("post_install", "-at_install")
class TestReviewCycle(ReviewCommon):
    """Preparing, launching, repeating and closing a round of appraisals."""

    # === DEFINITION ===#

    def test_defaults(self):
        form = Form(self.env["performance.cycle"].with_user(self.user_hr))
        form.name = "New"
        form.period_id = self.period
        form.scheme_id = self.scheme
        self.assertEqual(str(form.self_deadline), "2025-04-14")
        self.assertEqual(str(form.manager_deadline), "2025-04-21")
        self.assertEqual(str(form.approval_deadline), "2025-04-28")
        cycle = form.save()
        self.assertEqual((cycle.weight_scorecard, cycle.weight_manager), (80, 20))
        self.assertEqual(cycle.user_id, self.user_hr)
        shipped = self.env.ref("customer_performance.criterion_customer_orientation")
        self.assertIn(shipped, cycle.criterion_ids)

    def test_weights_total_100(self):
        for scorecard, manager in ((80, 10), (80, 20.01), (0, 0), (-20, 120), (60, 60)):
            with self.assertRaisesRegex(ValidationError, "total 100"):
                self.cycle.write(
                    {"weight_scorecard": scorecard, "weight_manager": manager}
                )
        self.cycle.write({"weight_scorecard": 66.67, "weight_manager": 33.33})

    def test_refusal_names_the_total(self):
        with self.assertRaisesRegex(ValidationError, "they total 90.00"):
            self.cycle.write({"weight_scorecard": 70})

    def test_scheme_needed_unless_without_weight(self):
        with self.assertRaisesRegex(ValidationError, "Choose a scheme"):
            self.cycle.scheme_id = False
        self.cycle.write(
            {"scheme_id": False, "weight_scorecard": 0, "weight_manager": 100}
        )

    def test_deadlines_follow_each_other(self):
        with self.assertRaisesRegex(ValidationError, "must follow"):
            self.cycle.self_deadline = "2025-05-30"

    def test_copy_is_a_new_draft(self):
        self._launch()
        copy = self.cycle.copy()
        self.assertEqual(copy.name, "Q1 (copy)")
        self.assertEqual(copy.state, "draft")
        self.assertFalse(copy.appraisal_ids)
        self.assertFalse(copy.launch_report)
        self.assertEqual(copy.criterion_ids, self.cycle.criterion_ids)

    # === LAUNCH ===#

    def test_launch_creates_and_reports(self):
        action = self.cycle.with_user(self.user_hr).action_launch()
        found = self._appraisals()
        self.assertEqual(
            {e.name: a.state for e, a in found.items()},
            {
                "Mia Manager": "draft",
                "Holly HR": "draft",
                "Harry HR": "draft",
                "Dora Delivery": "draft",
                "Sam Sales": "self_assessment",
                "Sue Seller": "self_assessment",
            },
        )
        report = self.cycle.launch_report
        self.assertIn("created 6, left 1", report)
        self.assertIn("1 left: no manager (Boss)", report)
        self.assertIn("4 wait in draft, the manager has no login", report)
        self.assertEqual(action["params"]["message"], report)
        self.assertEqual(self.cycle.state, "running")
        self.assertTrue(self.cycle.launched_at)

    def test_launch_makes_both_sides_and_the_scorecard(self):
        appraisal = self._launch()[self.sales]
        self.assertEqual(appraisal.manager_id, self.manager)
        self.assertRecordValues(
            appraisal.assessment_ids.sorted("kind"),
            [
                {"kind": "manager", "rater_id": self.manager.id, "submitted_at": False},
                {"kind": "self", "rater_id": self.sales.id, "submitted_at": False},
            ],
        )
        for side in appraisal.assessment_ids:
            self.assertEqual(side.line_ids.criterion_id, self.criteria)
        self.assertEqual(appraisal.scorecard_id.employee_id, self.sales)
        self.assertEqual(appraisal.scorecard_id.scheme_id, self.scheme)
        self.assertEqual(appraisal.period_id, self.period)

    def test_relaunch_creates_only_what_is_missing(self):
        first = self._launch()
        self._fill(first[self.sales], "self", text="Mine")
        newcomer = self._create_employee("Nina New", parent=self.manager)
        second = self._launch()
        self.assertEqual(set(second) - set(first), {newcomer})
        for employee, appraisal in first.items():
            self.assertEqual(second[employee], appraisal)
        self.assertEqual(self._side(first[self.sales], "self").summary, "Mine summary")
        report = self.cycle.launch_report
        self.assertIn("created 1, left 7", report)
        self.assertIn("6 left: already there", report)
        self._launch()
        self.assertIn("created 0, left 8", self.cycle.launch_report)

    def test_employee_without_login_starts_at_the_manager(self):
        quiet = self._create_employee("Quinn Quiet", parent=self.manager)
        appraisal = self._launch()[quiet]
        self.assertEqual(appraisal.state, "manager_review")
        self.assertIn("1 start at the manager's review", self.cycle.launch_report)
        self.assertEqual(appraisal.activity_ids.user_id, self.user_manager)

    def test_deactivated_login_counts_as_none(self):
        self.user_sales.active = False
        self.assertEqual(self._launch()[self.sales].state, "manager_review")

    def test_left_out_with_reason(self):
        gone = self._create_employee("Gil Gone", parent=self.manager, active=False)
        old = self._create_employee("Olga Old", active=True)
        below = self._create_employee("Ben Below", parent=old)
        old.active = False
        self.cycle.employee_ids = [Command.set((gone + below + self.boss).ids)]
        self._launch()
        report = self.cycle.launch_report
        self.assertIn("created 0, left 3", report)
        self.assertIn("archived (Gil Gone)", report)
        self.assertIn("the manager is archived (Ben Below)", report)
        self.assertIn("no manager (Boss)", report)

    def test_archived_are_not_meant_by_the_other_filters(self):
        self.sales2.active = False
        self.assertNotIn(self.sales2, self._launch())
        self.assertNotIn("archived", self.cycle.launch_report)

    def test_filters_narrow(self):
        parent, other = self.env["hr.department"].create(
            [
                {"name": "Field", "company_id": self.company.id},
                {"name": "Office", "company_id": self.company.id},
            ]
        )
        child = parent.create(
            {"name": "North", "parent_id": parent.id, "company_id": self.company.id}
        )
        job = self.env["hr.job"].create(
            {"name": "Seller", "company_id": self.company.id}
        )
        self.sales.write({"department_id": child.id, "job_id": job.id})
        self.sales2.write({"department_id": parent.id})
        self.employee.write({"department_id": other.id, "job_id": job.id})
        cycle = self._create_cycle(department_ids=[Command.link(parent.id)])
        found = self._launch(cycle)
        self.assertEqual(set(found), {self.sales, self.sales2})
        self.assertEqual(found[self.sales].department_id, child)
        cycle = self._create_cycle(
            department_ids=[Command.link(parent.id)], job_ids=[Command.link(job.id)]
        )
        self.assertEqual(set(self._launch(cycle)), {self.sales})
        cycle = self._create_cycle(
            job_ids=[Command.link(job.id)], employee_ids=[Command.link(self.sales2.id)]
        )
        self.assertFalse(self._launch(cycle))
        self.assertIn("No employee meets the filter", cycle.launch_report)

    def test_other_company_is_not_meant(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.env["hr.employee"].create(
            {"name": "Stranger", "company_id": other.id}
        )
        self.assertNotIn(stranger, self._launch())

    def test_cancelled_is_not_created_again(self):
        found = self._launch()
        self._reason(found[self.sales], self.user_hr, "cancel")
        again = self._launch()
        self.assertEqual(again[self.sales].state, "cancelled")
        self.assertIn("cancelled before", self.cycle.launch_report)
        found[self.sales].with_user(self.user_hr).unlink()
        self.assertEqual(self._launch()[self.sales].state, "self_assessment")

    def test_launch_without_scheme(self):
        cycle = self._create_cycle(
            scheme_id=False, weight_scorecard=0, weight_manager=100
        )
        found = self._launch(cycle)
        self.assertFalse(found[self.sales].scorecard_id)
        self._bring(found[self.sales], "hr_approval", rating="4")
        verdict = found[self.sales].verdict_ids
        self.assertEqual((verdict.score, verdict.grade), (90, "A"))
        self.assertFalse(verdict.is_provisional)

    def test_cost_does_not_grow_with_the_number(self):
        """300 appraisals in one go; the queries of one more are bounded."""
        departments = self.env["hr.department"].create(
            [{"name": f"Bulk {i}", "company_id": self.company.id} for i in (10, 300)]
        )
        counts = []
        for department, number in zip(departments, (10, 300), strict=True):
            self.env["hr.employee"].create(
                [
                    {
                        "name": f"Bulk {i}",
                        "parent_id": self.manager.id,
                        "company_id": self.company.id,
                        "department_id": department.id,
                    }
                    for i in range(number)
                ]
            )
            cycle = self._create_cycle(department_ids=[Command.link(department.id)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self._launch(cycle)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found), number)
        per_record = (counts[1] - counts[0]) / 290
        self.assertLess(per_record, 3, counts)

    # === CLOSE ===#

    def test_close_names_the_open_ones(self):
        found = self._launch()
        with self.assertRaisesRegex(UserError, "6 open appraisals") as error:
            self.cycle.with_user(self.user_hr).action_close()
        self.assertIn("- Sam Sales: Self-Assessment", str(error.exception))
        for employee, appraisal in found.items():
            if employee != self.sales and employee != self.hr:
                self._reason(appraisal, self.user_hr, "cancel")
        self._reason(found[self.hr], self.user_hr2, "cancel")
        self._bring(found[self.sales], "published")
        self.cycle.with_user(self.user_hr).action_close()
        self.assertEqual(self.cycle.state, "closed")

    def test_closed_cycle_is_quiet(self):
        found = self._launch(
            cycle := self._create_cycle(employee_ids=[Command.link(self.sales.id)])
        )
        appraisal = self._bring(found[self.sales], "published")
        cycle.with_user(self.user_hr).action_close()
        with self.assertRaises(UserError):
            cycle.with_user(self.user_hr).action_launch()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._reason(appraisal, self.user_hr, "reopen")
        appraisal.with_user(self.user_sales).action_acknowledge()
        self.assertEqual(appraisal.state, "acknowledged")
        self._reason(cycle, self.user_hr, "reopen")
        self.assertEqual(cycle.state, "running")
        self._reason(appraisal, self.user_hr, "reopen")
        self.assertEqual(appraisal.state, "manager_review")

    def test_launched_is_frozen(self):
        self._launch()
        cycle = self.cycle.with_user(self.user_hr)
        for values in (
            {"weight_scorecard": 50, "weight_manager": 50},
            {"criterion_ids": [Command.clear()]},
            {"scheme_id": False},
        ):
            with self.assertRaisesRegex(UserError, "was launched"):
                cycle.write(values)
        # what a form sends back unchanged, and what may change
        cycle.write({"weight_scorecard": 80.0, "period_id": self.period.id})
        cycle.write({"approval_deadline": "2025-06-30", "name": "Renamed"})
        with self.assertRaisesRegex(UserError, "not deleted"):
            cycle.unlink()

    def test_state_and_report_are_not_written(self):
        cycle = self.cycle.with_user(self.user_hr)
        for values in ({"state": "closed"}, {"launch_report": "fine"}):
            with self.assertRaises(AccessError):
                cycle.write(values)
        with self.assertRaises(AccessError):
            self._create_cycle(state="running")

    # === ROLES ===#

    @users("perf_hr", "perf_admin")
    def test_officer_runs_cycles(self):
        cycle = self.cycle.with_env(self.env)
        cycle.name = "Mine"
        self.assertTrue(cycle.can_launch)
        cycle = cycle.copy()
        cycle.copy().unlink()
        cycle.action_launch()
        self.assertEqual(cycle.appraisal_count, 6)
        self.assertEqual(cycle.appraisal_open_count, 6)

    @users("perf_employee", "perf_sales", "perf_manager")
    def test_others_read_only(self):
        cycle = self.cycle.with_env(self.env)
        self.assertEqual(cycle.name, "Q1")
        self.assertFalse(cycle.can_launch)
        for name in ("launch_report", "employee_ids"):
            with self.assertRaises(AccessError):
                cycle.read([name])
        for call in (
            lambda: cycle.write({"name": "x"}),
            cycle.unlink,
            cycle.copy,
            cycle.action_launch,
            lambda: self.env["performance.criterion"].create({"name": "x"}),
            lambda: self.criteria.with_env(self.env).write({"name": "x"}),
            lambda: self.criteria.with_env(self.env).unlink(),
        ):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(UserError):
            cycle._workflow_apply("launch")

    @users("perf_auditor")
    def test_auditor_reads_all(self):
        cycle = self.cycle.with_env(self.env)
        cycle.read(["launch_report", "employee_ids", "name"])
        for call in (
            lambda: cycle.write({"name": "x"}),
            cycle.action_launch,
            cycle.unlink,
        ):
            with self.assertRaises(AccessError):
                call()

    @users("perf_outsider", "perf_portal", "perf_crm")
    def test_no_access(self):
        for model in ("performance.cycle", "performance.criterion"):
            with self.assertRaises(AccessError):
                self.env[model].search([])

    def test_criterion_in_use_is_kept(self):
        self._launch()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.RestrictViolation),
        ):
            self.criteria[0].unlink()
        self.criteria[0].active = False
        self.assertEqual(len(self._appraisals()[self.sales].assessment_ids.line_ids), 4)
