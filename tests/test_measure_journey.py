import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .journey_common import JourneyCommon


@tagged("post_install", "-at_install")
class TestJourney(JourneyCommon):
    """The process: what it consists of, and how it is improved."""

    def _last_note(self, journey=None):
        return (journey or self.journey).sudo().message_ids[0].body

    # === WRITTEN ON A FORM ===#

    @users("perf_admin")
    def test_written_on_a_form(self):
        with Form(self.env["performance.journey"]) as form:
            form.name = "Shop"
            with form.step_ids.new() as step:
                step.name = "Browsing"
                step.milestone = "created"
                step.need = "To find what fits."
                step.kpi_ids.add(self.kpi_days.with_env(self.env))
            with form.step_ids.new() as step:
                step.name = "Order"
                step.stage_ids.add(self.won_stage.with_env(self.env))
        journey = form.record
        self.assertEqual(journey.step_ids.mapped("name"), ["Browsing", "Order"])
        self.assertEqual(journey.step_ids.mapped("slot"), [0, 1])
        self.assertEqual(journey.version, 1)
        with Form(journey) as form:
            form.change_reason = "  Customers wait too long for their order.  "
            with form.step_ids.edit(1) as step:
                step.target_days = 2.5
        self.assertEqual(journey.version, 2)
        self.assertFalse(journey.change_reason)
        note = self._last_note(journey)
        self.assertIn("Version 2.", note)
        self.assertIn("Customers wait too long for their order.", note)
        self.assertIn("2. Order: Test Won → 2. Order: Test Won; at most 2.5 days", note)
        self.assertNotIn("Browsing", note)

    @users("perf_admin")
    def test_a_change_needs_a_reason(self):
        journey = self.journey.with_env(self.env)
        changes = (
            {"step_ids": [Command.delete(self.steps["Talk"].id)]},
            {"step_ids": [Command.update(self.steps["Talk"].id, {"name": "Chat"})]},
            {"step_ids": [Command.create({"name": "X", "milestone": "complaint"})]},
            {"lead_domain": "[('type', '=', 'opportunity')]"},
            {"team_ids": [Command.set(self.team.ids)]},
            {"lead_domain": "[('type', '=', 'lead')]", "change_reason": "   "},
        )
        for vals in changes:
            with self.assertRefused(UserError, "say under"):
                journey.write(vals)
        version = journey.version
        # what does not change the process needs none
        journey.write({"description": "Text", "name": "Another name", "sequence": 3})
        journey.write({"change_reason": "Nothing changed", "version": 90})
        self.assertEqual(journey.version, version)
        journey.write({**changes[0], "change_reason": "Nobody talks"})
        self.assertIn("Removed: 2. Talk", self._last_note())
        self.assertIn("3. Offer", self._last_note())
        self.assertEqual(journey.version, version + 1)

    @users("perf_admin")
    def test_what_is_noted_is_text(self):
        journey = self.journey.with_env(self.env)
        journey.write(
            {
                "step_ids": [
                    Command.update(self.steps["Talk"].id, {"need": "<img src=x>"})
                ],
                "change_reason": "<script>alert(1)</script>",
            }
        )
        note = self._last_note()
        self.assertIn("&lt;script&gt;", note)
        self.assertNotIn("<img", note)

    @users("perf_admin")
    def test_steps_change_on_their_journey_only(self):
        step = self.steps["Talk"].with_env(self.env)
        refused = "Change steps on the form"
        with self.assertRefused(UserError, refused):
            step.write({"name": "Chat"})
        with self.assertRefused(UserError, refused):
            step.unlink()
        with self.assertRefused(UserError, refused):
            step.create({"name": "Chat", "journey_id": step.journey_id.id})
        # what a client can send in the context does not help
        for sent in (True, 1, "BY_JOURNEY", {}):
            with self.assertRefused(UserError, refused):
                step.with_context(performance_journey=sent).write({"name": "Chat"})

    def test_steps_keep_their_number_and_journey(self):
        step = self.steps["Talk"]
        other = self._create_journey("Other", ("In", "created", None))
        step.write({"slot": 40, "journey_id": other.id, "name": "Chat"})
        self.assertEqual((step.slot, step.journey_id), (1, self.journey))
        step.unlink()
        self.journey.write(
            {"step_ids": [Command.create({"name": "X", "milestone": "complaint"})]}
        )
        self.assertEqual(self.journey.step_ids.mapped("slot"), [0, 2, 3, 4, 5, 6, 1])

    def test_copy(self):
        copy = self.journey.copy()
        self.assertEqual(copy.name, "Test journey (copy)")
        self.assertEqual(copy.version, 1)
        self.assertEqual(
            copy.step_ids.mapped("stage_ids"), self.journey.step_ids.mapped("stage_ids")
        )

    # === WHAT IS REFUSED ===#

    def test_what_is_refused(self):
        with self.assertRefused(ValidationError, "choose a milestone or stages"):
            self._create_journey("A", ("Nowhere", False, None))
        with self.assertRefused(ValidationError, "leads to one step only"):
            self._create_journey("A", ("1", "won", None), ("2", "won", None))
        with self.assertRefused(ValidationError, "leads to one step only"):
            self._create_journey("A", ("1", False, self.new), ("2", "won", self.new))
        for domain in (
            "[('nonsense', '=', 1)]",
            "uid",
            "[(",
            "[('user_id', '=', uid)]",
        ):
            with self.assertRefused(ValidationError, "filter does not fit"):
                self.journey.lead_domain = domain
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
        ):
            self.steps["Talk"].target_days = -1
            self.env.flush_all()
        for number in (float("inf"), "soon", 10**15):
            with self.assertRefused(UserError, "number|range"):
                self.steps["Talk"].write({"target_days": number})

    def test_kpis_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        kpi = self.kpi_days.copy({"code": "THEIRS", "company_id": other.id})
        with self.assertRefused(ValidationError, "belongs to Other only"):
            self.steps["Talk"].kpi_ids = kpi

    def test_a_journey_is_no_endless_way(self):
        marks = [{"name": str(n), "stage_ids": []} for n in range(64 + 1)]
        stages = self.env["crm.stage"].create([{"name": m["name"]} for m in marks])
        for mark, stage in zip(marks, stages, strict=True):
            mark["stage_ids"] = [Command.set(stage.ids)]
        with self.assertRefused(UserError, "64 steps at most"):
            self.journey.create(
                {"name": "Long", "step_ids": [Command.create(mark) for mark in marks]}
            )

    # === WHAT IS SHIPPED ===#

    def test_shipped_processes(self):
        journey = self.env.ref("customer_performance.journey_standard")
        names = journey.step_ids.mapped("name")
        self.assertEqual(names[0], "First contact")
        self.assertEqual(names[-2:], ["Renewal", "Renewed"])
        for step in journey.step_ids:
            self.assertTrue(step.need, step.name)
            self.assertTrue(step.kpi_ids, step.name)
        shop = self.env.ref("customer_performance.journey_shop")
        self.assertFalse(shop.active)
        self.assertEqual(
            shop.step_ids.mapped("name"), ["Browsing", "Order", "After-sales"]
        )
