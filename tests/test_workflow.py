from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .common import PerformanceCommon


@tagged("post_install", "-at_install")
class TestWorkflow(PerformanceCommon):
    """The engine itself, seen on a period: open -> closed -> open (with a reason)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls.env["performance.period"].create(
            {"kind": "quarter", "date_start": "2025-01-01", "date_end": "2025-03-31"}
        )

    def _period(self):
        return self.period.with_env(self.env)

    @users("perf_admin")
    def test_state_is_not_written_by_hand(self):
        forged = {"performance_workflow": "<workflow engine>", "from_rpc": True}
        for record in (
            self._period(),
            self._period().sudo(),
            self._period().with_context(**forged),
        ):
            with self.assertRefused(AccessError, "buttons"):
                record.write({"state": "closed"})
        with self.assertRaises(AccessError):
            self.env["performance.period"].create(
                {"kind": "month", "date_start": "2025-05-01", "state": "closed"}
            )

    @users("perf_admin")
    def test_state_does_not_come_by_the_context(self):
        period = (
            self.env["performance.period"]
            .with_context(default_state="closed")
            .create({"kind": "month", "date_start": "2025-05-01"})
        )
        self.assertEqual(period.state, "open")

    @users("perf_admin")
    def test_sending_back_what_is_there_is_harmless(self):
        self._period().write({"state": "open", "tz": "UTC"})
        self.assertEqual(self.period.tz, "UTC")

    @users("perf_hr")
    def test_the_guard_decides_for_button_and_call(self):
        period = self._period()
        self.assertTrue(period.can_close)
        period.action_close()
        self.assertEqual(period.state, "closed")
        self.assertFalse(period.can_reopen)
        with self.assertRefused(UserError, "administrator"):
            period._workflow_apply("reopen", "because")

    @users("perf_hr")
    def test_same_state_is_no_op_and_wrong_state_is_explained(self):
        period = self._period()
        period._workflow_apply("close")
        self.assertFalse(period._workflow_apply("close"), "nothing moved")
        self.assertIn("Closed", period._workflow_error("close"))

    @users("perf_admin")
    def test_reason_is_asked_kept_and_mandatory(self):
        period = self._period()
        period._workflow_apply("close")
        action = period.action_reopen()
        wizard = Form(self.env[action["res_model"]].with_context(**action["context"]))
        wizard.reason = "A late delivery was booked."
        wizard.save().action_confirm()
        self.assertEqual(period.state, "open")
        self.assertIn("late delivery", period.message_ids[:2].mapped("body")[0])
        period._workflow_apply("close")
        with self.assertRefused(UserError, "reason"):
            period._workflow_apply("reopen", "  ")

    @users("perf_admin")
    def test_the_wizard_accepts_only_steps_that_exist(self):
        Wizard = self.env["performance.reason.wizard"]
        for values in (
            {"res_model": "res.users", "res_ids": "2", "verb": "unlink"},
            {"res_model": "performance.period", "res_ids": "x", "verb": "reopen"},
            {"res_model": "performance.period", "res_ids": "1", "verb": "explode"},
            {"res_model": "no.such.model", "res_ids": "1", "verb": "reopen"},
        ):
            with self.assertRefused(UserError, "does not exist"):
                Wizard.create({**values, "reason": "x"}).action_confirm()

    @users("perf_admin")
    def test_several_records_move_where_they_can(self):
        later = self.env["performance.period"].create(
            {"kind": "quarter", "date_start": "2999-01-01", "date_end": "2999-03-31"}
        )
        result = (self._period() + later).action_close()
        self.assertEqual(self.period.state, "closed")
        self.assertEqual(later.state, "open")
        self.assertIn("1 done.", result["params"]["message"])
        self.assertIn("still runs", result["params"]["message"])
        self.assertEqual(result["params"]["type"], "warning")

    @users("perf_outsider")
    def test_who_cannot_read_cannot_move(self):
        with self.assertRaises(AccessError):
            self._period().action_close()
        self.assertEqual(self.period.state, "open")
