from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .review_common import SECRET, ReviewCommon

SIDE_TEXTS = ("strengths", "improvements", "summary")


@tagged("post_install", "-at_install")
class TestReviewPrivacy(ReviewCommon):
    """Who reads what when; asked through every door an employee has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.appraisal = cls._launch()[cls.sales]
        cls._read_value(cls.sales, 90)
        # HR people and an auditor are employees too: strong groups, own appraisal
        cls.hr.parent_id = cls.manager
        cls.auditor = cls._create_employee("Ada Audit", cls.user_auditor, cls.manager)
        cls.user_auditor.group_ids += cls.env.ref("customer_performance.group_user")
        for user in (cls.user_sales, cls.user_hr, cls.user_auditor):
            user.group_ids += cls.env.ref("base.group_allow_export")
        cls.own = cls._launch(cls._create_cycle(name="Second"))
        for employee in (cls.sales, cls.hr, cls.auditor):
            cls._bring_all_the_way(cls.own[employee])

    @classmethod
    def _bring_all_the_way(cls, appraisal):
        """To the last moment before publication, with a return by HR on the way."""
        cls._bring(appraisal, "hr_approval", rating="2")
        cls._reason(appraisal, cls.user_hr2, "return_manager", f"{SECRET} reason")
        cls._bring(appraisal, "hr_approval", rating="2")
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.invalidate_all()

    def _assert_blind(self, appraisal):
        """Nothing of the manager's side reaches the current user."""
        env, secret = self.env, "TOPSECRET"
        mine = [("appraisal_id", "=", appraisal.id)]
        sides = env["performance.assessment"].search(mine)
        self.assertEqual(sides.mapped("kind"), ["self"])
        self.assertFalse(env["performance.appraisal.verdict"].search(mine))
        self._assert_blind_searches(appraisal, secret)
        self._assert_blind_records(appraisal)
        self._assert_blind_reads(appraisal, secret)
        self._assert_blind_mail(appraisal, secret)

    def _assert_blind_searches(self, appraisal, secret):
        env = self.env
        side, line = env["performance.assessment"], env["performance.assessment.line"]
        verdict, appraisals = env["performance.appraisal.verdict"], appraisal.browse()
        about = [("employee_id", "=", appraisal.employee_id.id)]
        for name in SIDE_TEXTS:
            self.assertFalse(side.search([*about, (name, "ilike", secret)]))
            self.assertFalse(
                appraisals.search([*about, (f"assessment_ids.{name}", "ilike", secret)])
            )
        lines = [("assessment_id.appraisal_id", "=", appraisal.id)]
        self.assertFalse(line.search([*lines, ("comment", "ilike", secret)]))
        self.assertFalse(line.search([*lines, ("rating", "=", "2")]))
        self.assertFalse(
            appraisals.search([*about, ("assessment_ids.line_ids.rating", "=", "2")])
        )
        self.assertFalse(appraisals.search([*about, ("verdict_ids.score", ">", 0)]))
        self.assertFalse(appraisals.search([*about, ("verdict_ids.grade", "!=", "x")]))
        # grouped
        mine = [("appraisal_id", "=", appraisal.id)]
        self.assertEqual(side._read_group(mine, ["kind"], ["__count"]), [("self", 1)])
        self.assertEqual(line._read_group(lines, ["rating"], ["__count"]), [("3", 2)])
        self.assertEqual(
            verdict._read_group(about, [], ["score:sum", "__count"]), [(False, 0)]
        )
        self.assertEqual(side.search_count(mine), 1)
        names = side.name_search(appraisal.employee_id.name, domain=mine)
        self.assertEqual(len(names), 1)
        self.assertFalse(verdict.name_search("", domain=mine))

    def _assert_blind_records(self, appraisal):
        """By id: read, write, copy, unlink."""
        hidden = self._side(appraisal, "manager").with_env(self.env)
        verdicts = appraisal.sudo().verdict_ids.with_env(self.env)
        self.assertEqual(len(verdicts), 2)
        for records, name in (
            (hidden, "summary"),
            (hidden.sudo().line_ids.with_env(self.env), "rating"),
            (verdicts, "score"),
        ):
            records.invalidate_recordset()
            for call in (
                lambda records=records, name=name: records.read([name]),
                lambda records=records, name=name: records.export_data([name]),
                lambda records=records, name=name: records.web_read({name: {}}),
                lambda records=records: records.read(["display_name"]),
                lambda records=records, name=name: records.write({name: False}),
                lambda records=records: records.copy(),
                lambda records=records: records.unlink(),
            ):
                with self.assertRaises(UserError):
                    call()

    def _assert_blind_reads(self, appraisal, secret):
        """Through the appraisal: every field of it, as form, list and export see it."""
        appraisal = appraisal.with_env(self.env)
        appraisal.invalidate_recordset()
        values = appraisal.read()[0]
        self.assertNotIn(secret, str(values))
        for name in (
            "score",
            "grade",
            "verdict_id",
            "verdict_explanation",
            "manager_assessment_id",
            "manager_line_ids",
            "manager_summary",
            "verdict_ids",
        ):
            self.assertFalse(values[name], name)
        self.assertEqual(len(values["assessment_ids"]), 1)
        names = [
            "employee_id/name",
            "score",
            "grade",
            "manager_summary",
            "assessment_ids/summary",
            "assessment_ids/line_ids/comment",
            "verdict_ids/score",
            "verdict_ids/return_reason",
        ]
        self.assertNotIn(secret, str(appraisal.export_data(names)))
        specification = {
            "assessment_ids": {"fields": {"summary": {}, "kind": {}}},
            "verdict_ids": {"fields": {"score": {}, "return_reason": {}}},
            "manager_line_ids": {"fields": {"rating": {}, "comment": {}}},
            "manager_assessment_id": {"fields": {"display_name": {}}},
        }
        self.assertNotIn(secret, str(appraisal.web_read(specification)))

    def _assert_blind_mail(self, appraisal, secret):
        """Chatter, notifications, tracking and activities."""
        env = self.env
        messages = env["mail.message"].search([])
        texts = [str(m.body) + str(m.subject) for m in messages]
        self.assertFalse([text for text in texts if secret in text])
        self.assertFalse(
            env["mail.message"].search([("body", "ilike", secret)]).filtered("body")
        )
        for model in ("performance.assessment", "performance.appraisal.verdict"):
            self.assertFalse(env["mail.message"].search([("model", "=", model)]))
        activities = env["mail.activity"].with_context(active_test=False).search([])
        for activity in activities:
            text = f"{activity.summary} {activity.note} {activity.feedback}"
            self.assertNotIn(secret, text)
        everything = (
            env["mail.message"]
            .sudo()
            .search([("model", "=", "performance.appraisal")])
            .mapped(lambda m: f"{m.subject} {m.body}")
        )
        self.assertFalse([text for text in everything if secret in text])
        tracked = (
            env["mail.message"]
            .sudo()
            .search([("model", "=", appraisal._name), ("res_id", "=", appraisal.id)])
        )
        fields_tracked = tracked.tracking_value_ids.field_id.mapped("name")
        self.assertLessEqual(set(fields_tracked), {"state", "manager_id"})

    # === BEFORE PUBLICATION ===#

    @users("perf_sales")
    def test_employee_is_blind_before_publication(self):
        self._assert_blind(self.own[self.sales].with_env(self.env))

    @users("perf_hr")
    def test_officer_is_blind_on_the_own_appraisal(self):
        self._assert_blind(self.own[self.hr].with_env(self.env))

    @users("perf_auditor")
    def test_auditor_is_blind_on_the_own_appraisal(self):
        self._assert_blind(self.own[self.auditor].with_env(self.env))

    def test_administrator_is_blind_on_the_own_appraisal(self):
        self.user_sales.group_ids += self.env.ref("customer_performance.group_admin")
        self.env.flush_all()
        self.env.invalidate_all()
        appraisal = self.own[self.sales].with_user(self.user_sales)
        self.assertFalse(appraisal.score)
        self.assertFalse(appraisal.manager_summary)
        self.assertFalse(appraisal.verdict_ids)

    # === AFTER PUBLICATION ===#

    def test_employee_reads_after_publication(self):
        appraisal = self.own[self.sales]
        self._bring(appraisal, "published")
        seen = appraisal.with_user(self.user_sales)
        self.assertEqual(seen.manager_summary, f"{SECRET} summary")
        self.assertEqual(seen.manager_line_ids.mapped("rating"), ["2", "2"])
        self.assertEqual(seen.score, 84.0)
        self.assertEqual(seen.grade, "B")
        # the version that HR returned stays between HR and manager
        self.assertEqual(seen.verdict_ids.mapped("version"), [2])
        self.assertFalse(seen.verdict_ids.return_reason)
        self.assertNotIn("reason", str(seen.read()[0]).replace("return_reason", ""))

    def test_employee_is_blind_again_after_reopening(self):
        appraisal = self.own[self.sales]
        self._bring(appraisal, "published")
        self._reason(appraisal, self.user_hr2, "reopen", "New facts")
        self._fill(appraisal, "manager", rating="5", text="SECOND secret")
        self._bring(appraisal, "hr_approval", rating="5", text="SECOND secret")
        seen = appraisal.with_user(self.user_sales)
        self.assertFalse(seen.manager_assessment_id)
        self.assertFalse(seen.manager_summary)
        self.assertEqual(seen.verdict_id.version, 2)
        self.assertEqual(seen.score, 84.0)
        self.assertEqual(seen.with_user(self.user_manager).score, 92.0)

    # === THE OTHER SIDE ===#

    @users("perf_manager", "perf_hr", "perf_hr2", "perf_admin", "perf_auditor")
    def test_self_assessment_in_progress_is_the_employees(self):
        """A draft, and a returned one, is read by nobody else."""
        side = self._side(self.appraisal, "self")
        if not side.summary:
            self._fill(self.appraisal, "self", text="DRAFT")
        found = self.env["performance.assessment"].search(
            [("appraisal_id", "=", self.appraisal.id)]
        )
        self.assertNotIn("self", found.mapped("kind"))
        appraisal = self.appraisal.with_env(self.env)
        self.assertNotIn("DRAFT", str(appraisal.read()[0]))
        with self.assertRaises(AccessError):
            side.with_env(self.env).read(["summary"])
        with self.assertRaises(AccessError):
            side.line_ids.with_env(self.env).read(["comment"])

    def test_returned_self_assessment_is_the_employees_again(self):
        self._bring(self.appraisal, "manager_review")
        seen = self.appraisal.with_user(self.user_manager)
        self.assertEqual(seen.self_summary, "Fine summary")
        self._reason(self.appraisal, self.user_manager, "return_self")
        self.env.invalidate_all()
        self.assertFalse(seen.self_summary)
        self.assertFalse(seen.self_assessment_id)

    def test_managers_draft_is_the_managers(self):
        self._bring(self.appraisal, "manager_review")
        self._fill(self.appraisal, "manager", text="DRAFT")
        for user in (self.user_hr, self.user_admin, self.user_auditor, self.user_sales):
            seen = self.appraisal.with_user(user)
            self.assertFalse(seen.manager_assessment_id, user.login)
            self.assertNotIn("DRAFT", str(seen.read()[0]), user.login)

    def test_manager_compares_line_by_line(self):
        self._fill(self.appraisal, "self", rating="5", text="Me")
        self.appraisal.with_user(self.user_sales).action_submit_self()
        line = self._side(self.appraisal, "manager").line_ids[0]
        self.assertEqual(line.with_user(self.user_manager).self_rating, "5")
        self.assertEqual(line.with_user(self.user_manager).self_comment, "Me comment")

    def test_colleagues_see_nothing(self):
        for appraisal in (self.appraisal, self.own[self.sales]):
            for user in (self.user_sales2, self.user_employee):
                with self.assertRaises(AccessError):
                    appraisal.with_user(user).read(["state"])

    # === WRITING ===#

    def test_only_the_rater_writes_and_only_in_turn(self):
        self._bring(self.appraisal, "manager_review")
        own, managers = (self._side(self.appraisal, k) for k in ("self", "manager"))
        values = {"summary": "x"}
        line_values = {
            "line_ids": [Command.update(managers.line_ids[0].id, {"rating": "1"})]
        }
        for user in (self.user_sales, self.user_hr, self.user_admin, self.user_auditor):
            with self.assertRaises(AccessError):
                managers.with_user(user).write(values)
            with self.assertRaises(AccessError):
                managers.with_user(user).write(line_values)
            with self.assertRaises(AccessError):
                managers.line_ids.with_user(user).write({"rating": "1"})
        with self.assertRaises(AccessError):
            own.with_user(self.user_manager).write(values)
        # out of turn, also for the rater and the superuser
        for side in (own.with_user(self.user_sales), own.sudo(), managers.sudo()):
            with self.assertRaises(AccessError):
                side.write(values)
            with self.assertRaises(AccessError):
                side.line_ids.write({"rating": "1"})
        managers.with_user(self.user_manager).write(values)

    @users("perf_sales", "perf_manager", "perf_hr")
    def test_sides_are_not_created_or_removed(self):
        side = self._side(self.appraisal, "self")
        criterion = self.env["performance.criterion"].sudo().create({"name": "New"})
        calls = {
            "create side": lambda: self.env["performance.assessment"].create(
                {
                    "appraisal_id": self.appraisal.id,
                    "kind": "manager",
                    "rater_id": self.sales.id,
                }
            ),
            "create line": lambda: self.env["performance.assessment.line"].create(
                {"assessment_id": side.id, "criterion_id": criterion.id}
            ),
            "unlink side": lambda: side.with_env(self.env).unlink(),
            "unlink line": lambda: side.line_ids.with_env(self.env).unlink(),
            "add line": lambda: side.with_env(self.env).write(
                {"line_ids": [Command.create({"criterion_id": criterion.id})]}
            ),
            "drop lines": lambda: side.with_env(self.env).write(
                {"line_ids": [Command.clear()]}
            ),
            "sudo create": lambda: side.sudo().copy(),
            "sudo unlink": lambda: side.sudo().unlink(),
        }
        for what, call in calls.items():
            with self.assertRaises(UserError, msg=what):
                call()

    @users("perf_sales")
    def test_fields_that_place_a_side_are_not_written(self):
        side = self._side(self.appraisal, "self").with_env(self.env)
        other = self._side(self.own[self.sales], "manager")
        for values in (
            {"rater_id": self.sales2.id},
            {"kind": "manager"},
            {"appraisal_id": self.own[self.sales].id},
            {"submitted_at": "2025-01-01 00:00:00"},
            {"employee_id": self.sales2.id},
            {"appraisal_state": "published"},
        ):
            with self.assertRaises(AccessError):
                side.write(values)
        with self.assertRaises(AccessError):
            side.line_ids[0].write({"assessment_id": other.id})
        with self.assertRaises(AccessError):
            side.line_ids[0].write({"criterion_id": self.criteria[1].id})

    # === COMPANIES ===#

    def test_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_user("perf_foreign", "customer_performance.group_admin")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        for model in (
            "performance.cycle",
            "performance.appraisal",
            "performance.assessment",
            "performance.assessment.line",
            "performance.appraisal.verdict",
        ):
            self.assertFalse(env[model].search([]), model)
        with self.assertRaises(AccessError):
            self.appraisal.with_env(env).read(["state"])

    def test_company_of_the_cycle_is_that_of_its_parts(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.env["performance.period"].create(
            {"date_start": "2025-01-01", "company_id": other.id}
        )
        with self.assertRaises(UserError):
            self._create_cycle(period_id=foreign.id)
