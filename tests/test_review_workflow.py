from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .review_common import SECRET, ReviewCommon


@tagged("post_install", "-at_install")
class TestReviewWorkflow(ReviewCommon):
    """The way of an appraisal through its states, and who may push it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.found = cls._launch()
        cls.appraisal = cls.found[cls.sales]

    def _activities(self, appraisal=None):
        appraisal = appraisal or self.appraisal
        return {
            (activity.user_id.login, activity.activity_type_id.name)
            for activity in appraisal.activity_ids
        }

    # === THE WHOLE WAY ===#

    def test_whole_way(self):
        appraisal = self.appraisal
        self.assertEqual(self._activities(), {("perf_sales", "Self-Assessment")})
        self._bring(appraisal, "manager_review")
        self.assertEqual(self._activities(), {("perf_manager", "Manager Review")})
        self._bring(appraisal, "hr_approval")
        self.assertEqual(self._activities(), {("perf_hr", "Approve Appraisal")})
        self._bring(appraisal, "published")
        self.assertEqual(self._activities(), {("perf_sales", "Acknowledge Appraisal")})
        self.assertEqual(appraisal.approved_by_id, self.user_hr)
        self.assertTrue(appraisal.published_at)
        self._bring(appraisal, "acknowledged")
        self.assertFalse(self._activities())
        self.assertTrue(appraisal.acknowledged_at)

    def test_deadlines_of_the_steps(self):
        appraisal, cycle = self.appraisal, self.cycle
        self.assertEqual(appraisal.deadline, cycle.self_deadline)
        self.assertEqual(appraisal.activity_ids.date_deadline, cycle.self_deadline)
        self._bring(appraisal, "manager_review")
        self.assertEqual(appraisal.deadline, cycle.manager_deadline)
        self._bring(appraisal, "hr_approval")
        self.assertEqual(appraisal.deadline, cycle.approval_deadline)
        self._bring(appraisal, "published")
        self.assertFalse(appraisal.deadline)

    def test_buttons_follow_the_guards(self):
        expected = {
            "self_assessment": {
                self.user_sales: {"submit_self"},
                self.user_hr: {"skip_self", "cancel"},
            },
            "manager_review": {
                self.user_manager: {"return_self", "submit_manager"},
                self.user_hr: {"cancel"},
            },
            "hr_approval": {
                self.user_hr: {"approve", "return_manager", "cancel"},
                self.user_admin: {"approve", "return_manager", "cancel"},
            },
            "published": {self.user_sales: {"acknowledge"}, self.user_hr: {"reopen"}},
            "acknowledged": {self.user_hr: {"reopen"}},
        }
        everybody = (
            self.user_sales
            + self.user_manager
            + self.user_hr
            + self.user_admin
            + self.user_auditor
        )
        for state, allowed in expected.items():
            self._bring(self.appraisal, state)
            for user in everybody:
                seen = self.appraisal.with_user(user)
                can = {v for v in seen._workflow if seen[f"can_{v}"]}
                like = self.user_hr if user == self.user_admin else user
                self.assertEqual(can, allowed.get(like, set()), (state, user.login))

    def test_the_same_move_twice_is_nothing(self):
        self._bring(self.appraisal, "published")
        count = len(self.appraisal.verdict_ids)
        self.appraisal.with_user(self.user_hr).action_approve()
        self.assertEqual(len(self.appraisal.verdict_ids), count)

    # === COMPLETENESS ===#

    def test_submission_names_what_is_missing(self):
        appraisal = self.appraisal.with_user(self.user_sales)
        self.assertTrue(appraisal.can_submit_self)
        with self.assertRaises(UserError) as error:
            appraisal.action_submit_self()
        for word in ("Listening", "Delivering", "Summary", "Sam Sales"):
            self.assertIn(word, str(error.exception))
        side = self._fill(self.appraisal, "self")
        side.line_ids[0].rating = False
        side.summary = "   "
        with self.assertRaises(UserError) as error:
            appraisal.action_submit_self()
        self.assertIn("Listening", str(error.exception))
        self.assertNotIn("Delivering", str(error.exception))
        self.assertIn("Summary", str(error.exception))
        self.assertEqual(self.appraisal.state, "self_assessment")
        self.assertFalse(side.is_complete)
        self.assertIn("Listening", side.missing)

    def test_submit_from_the_assessment(self):
        side = self._fill(self.appraisal, "self")
        self.assertTrue(side.is_editable)
        action = side.action_submit()
        self.assertEqual(action["res_id"], self.appraisal.id)
        self.assertEqual(self.appraisal.state, "manager_review")
        self.assertFalse(side.is_editable)
        side.action_submit()
        self.assertEqual(self.appraisal.state, "manager_review")

    def test_my_assessment(self):
        action = self.appraisal.with_user(self.user_sales).action_open_my_assessment()
        self.assertEqual(action["res_id"], self._side(self.appraisal, "self").id)
        action = self.appraisal.with_user(self.user_manager).action_open_my_assessment()
        self.assertEqual(action["res_id"], self._side(self.appraisal, "manager").id)
        self.assertFalse(self.appraisal.with_user(self.user_hr).my_assessment_id)

    # === RETURNS ===#

    def test_return_self(self):
        self._bring(self.appraisal, "manager_review")
        side = self._side(self.appraisal, "self")
        with self.assertRaises(AccessError):
            side.with_user(self.user_sales).summary = "too late"
        self._reason(self.appraisal, self.user_manager, "return_self", "Add numbers")
        self.assertEqual(self.appraisal.state, "self_assessment")
        self.assertEqual(self._activities(), {("perf_sales", "Self-Assessment")})
        self.assertIn("Add numbers", self.appraisal.message_ids[0].body)
        self.assertIn(
            self.user_sales.partner_id,
            self.appraisal.message_ids.filtered(
                lambda m: "Add numbers" in m.body
            ).partner_ids,
        )
        self.assertEqual(side.summary, "Fine summary")
        side.with_user(self.user_sales).summary = "With numbers"
        self.appraisal.with_user(self.user_sales).action_submit_self()
        self.assertEqual(self.appraisal.state, "manager_review")

    def test_return_manager(self):
        self._bring(self.appraisal, "hr_approval")
        side = self._side(self.appraisal, "manager")
        mine = side.with_user(self.user_manager)
        with self.assertRaises(AccessError):
            mine.summary = "too late"
        self._reason(self.appraisal, self.user_hr, "return_manager", "Too vague")
        self.assertEqual(self.appraisal.state, "manager_review")
        self.assertEqual(self._activities(), {("perf_manager", "Manager Review")})
        self.assertEqual(mine.summary, f"{SECRET} summary")
        self.assertEqual(mine.return_reason, "Too vague")
        self.assertRecordValues(
            self.appraisal.verdict_ids,
            [
                {
                    "version": 1,
                    "is_current": True,
                    "published": False,
                    "return_reason": "Too vague",
                    "returned_by_id": self.user_hr.id,
                }
            ],
        )
        mine.line_ids.write({"rating": "5"})
        self.appraisal.with_user(self.user_manager).action_submit_manager()
        self.assertRecordValues(
            self.appraisal.verdict_ids.sorted("version", reverse=True),
            [
                {"version": 2, "is_current": True, "manager_score": 100.0},
                {"version": 1, "is_current": False, "manager_score": 75.0},
            ],
        )
        self.assertFalse(mine.return_reason)

    def test_reopen_makes_the_next_version(self):
        self._bring(self.appraisal, "acknowledged")
        self._reason(self.appraisal, self.user_hr, "reopen", "New facts")
        self.assertEqual(self.appraisal.state, "manager_review")
        self.assertFalse(self.appraisal.published_at)
        self.assertFalse(self.appraisal.acknowledged_at)
        self._fill(self.appraisal, "manager", rating="5")
        self._bring(self.appraisal, "published")
        self.assertRecordValues(
            self.appraisal.verdict_ids.sorted("version", reverse=True),
            [
                {"version": 2, "is_current": True, "published": True},
                {"version": 1, "is_current": False, "published": True},
            ],
        )

    def test_reasons_are_required(self):
        self._bring(self.appraisal, "manager_review")
        with self.assertRaisesRegex(UserError, "give a reason"):
            self.appraisal.with_user(self.user_manager)._workflow_apply("return_self")
        with self.assertRaisesRegex(UserError, "give a reason"):
            self.appraisal.with_user(self.user_hr)._workflow_apply("cancel", "  ")

    def test_cancel(self):
        self._reason(self.appraisal, self.user_hr, "cancel", "Left the company")
        self.assertEqual(self.appraisal.state, "cancelled")
        self.assertFalse(self._activities())
        with self.assertRaises(UserError):
            self.appraisal.with_user(self.user_sales).action_submit_self()

    # === WHO MAY NOT ===#

    def test_wrong_people_are_refused(self):
        cases = {
            "self_assessment": [
                (self.user_manager, "submit_self"),
                (self.user_hr, "submit_self"),
                (self.user_sales, "skip_self"),
                (self.user_manager, "cancel"),
            ],
            "manager_review": [
                (self.user_sales, "submit_manager"),
                (self.user_hr, "submit_manager"),
                (self.user_hr, "return_self"),
                (self.user_sales, "return_self"),
            ],
            "hr_approval": [
                (self.user_sales, "approve"),
                (self.user_manager, "approve"),
                (self.user_auditor, "approve"),
                (self.user_manager, "return_manager"),
            ],
            "published": [
                (self.user_manager, "acknowledge"),
                (self.user_hr, "acknowledge"),
                (self.user_manager, "reopen"),
                (self.user_sales, "reopen"),
            ],
        }
        for state, moves in cases.items():
            self._bring(self.appraisal, state)
            for user, verb in moves:
                with self.assertRaises(UserError, msg=f"{user.login} {verb}"):
                    self.appraisal.with_user(user)._workflow_apply(verb, "reason")
            self.assertEqual(self.appraisal.state, state)

    def test_strangers_cannot_even_ask(self):
        for user in (self.user_sales2, self.user_employee, self.user_outsider):
            for verb in ("submit_self", "approve", "cancel", "acknowledge"):
                with self.assertRaises(AccessError):
                    self.appraisal.with_user(user)._workflow_apply(verb, "x")

    def test_nobody_approves_the_own_appraisal(self):
        self.hr.parent_id = self.manager
        appraisal = self.found[self.hr]
        appraisal.with_user(self.user_hr2).manager_id = self.manager
        appraisal.with_user(self.user_hr2).action_start()
        self._bring(appraisal, "hr_approval")
        # the responsible of the cycle is the employee here: the others are asked
        logins = {login for login, _type in self._activities(appraisal)}
        self.assertNotIn("perf_hr", logins)
        self.assertIn("perf_hr2", logins)
        for verb in ("approve", "return_manager", "cancel"):
            with self.assertRaisesRegex(UserError, "own appraisal"):
                appraisal.with_user(self.user_hr)._workflow_apply(verb, "x")
        appraisal.with_user(self.user_hr2).action_approve()
        self.assertEqual(appraisal.state, "published")
        with self.assertRaisesRegex(UserError, "own appraisal"):
            appraisal.with_user(self.user_hr)._workflow_apply("reopen", "x")

    def test_manager_from_hr_does_not_approve(self):
        appraisal = self.found[self.employee]
        appraisal.with_user(self.user_hr).manager_id = self.hr
        appraisal.with_user(self.user_hr).action_start()
        self._bring(appraisal, "hr_approval")
        with self.assertRaisesRegex(UserError, "another HR officer"):
            appraisal.with_user(self.user_hr).action_approve()
        self.assertNotIn(
            "perf_hr", {login for login, _type in self._activities(appraisal)}
        )
        appraisal.with_user(self.user_hr2).action_approve()

    def test_state_is_not_written(self):
        for user in (self.user_sales, self.user_manager, self.user_hr, self.env.user):
            for values in (
                {"state": "published"},
                {"employee_id": self.sales2.id},
                {"approved_by_id": user.id},
                {"published_at": "2025-01-01 00:00:00"},
                {"reminder": "overdue"},
            ):
                with self.assertRaises(AccessError):
                    self.appraisal.with_user(user).write(values)

    def test_bulk_approval_says_what_was_left(self):
        other = self.found[self.sales2]
        self._bring(self.appraisal, "hr_approval")
        both = (self.appraisal + other).with_user(self.user_hr)
        result = both.action_approve()
        self.assertEqual(self.appraisal.state, "published")
        self.assertEqual(other.state, "self_assessment")
        self.assertIn("1 done", result["params"]["message"])
        self.assertIn("Sue Seller", result["params"]["message"])

    # === TEXTS ===#

    def test_long_and_nasty_texts(self):
        nasty = '<script>alert(1)</script> & "quotes" 评价 ' * 2000
        self._fill(self.appraisal, "self", text=nasty)
        self.appraisal.with_user(self.user_sales).action_submit_self()
        self.assertEqual(
            self.appraisal.with_user(self.user_manager).self_summary, f"{nasty} summary"
        )
        self._reason(
            self.appraisal, self.user_manager, "return_self", "<b>bold</b> <script>"
        )
        body = self.appraisal.message_ids.filtered(lambda m: "bold" in m.body).body
        self.assertIn("&lt;b&gt;bold", body)
        self.assertNotIn("<script>", body)

    # === SEARCHES ===#

    @users("perf_sales", "perf_manager", "perf_hr", "perf_hr2")
    def test_waiting_for_me(self):
        appraisals = self.env["performance.appraisal"]
        waiting = appraisals.search([("is_waiting_for_me", "=", True)])
        expected = {"perf_sales": self.appraisal}.get(self.env.user.login, appraisals)
        self.assertEqual(waiting.ids, expected.ids)
        for appraisal in appraisals.search([]):
            self.assertEqual(appraisal.is_waiting_for_me, appraisal in waiting)

    def test_waiting_moves_on(self):
        def waiting(user):
            domain = [("is_waiting_for_me", "=", True)]
            return self.env["performance.appraisal"].with_user(user).search(domain)

        self._bring(self.appraisal, "manager_review")
        self.assertEqual(waiting(self.user_manager), self.appraisal)
        self.assertNotIn(self.appraisal, waiting(self.user_sales))
        self._bring(self.appraisal, "hr_approval")
        self.assertEqual(waiting(self.user_hr), self.appraisal)
        self.assertEqual(waiting(self.user_hr2), self.appraisal)
        self._bring(self.appraisal, "published")
        self.assertFalse(waiting(self.user_hr))
        self.assertEqual(waiting(self.user_sales), self.appraisal)

    def test_overdue(self):
        appraisals = self.env["performance.appraisal"]
        self.assertTrue(self.appraisal.is_overdue)
        self.assertIn(self.appraisal, appraisals.search([("is_overdue", "=", True)]))
        self.cycle.write(
            {
                "approval_deadline": "2999-01-03",
                "manager_deadline": "2999-01-02",
                "self_deadline": "2999-01-01",
            }
        )
        self.assertFalse(self.appraisal.is_overdue)
        self.assertNotIn(self.appraisal, appraisals.search([("is_overdue", "=", True)]))
        self.assertIn(self.appraisal, appraisals.search([("is_overdue", "=", False)]))
