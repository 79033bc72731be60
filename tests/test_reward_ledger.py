from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models.reward.ledger import ACCOUNTS, booking, due_balances
from ..models.shared.workflow import ENGINE
from .reward_common import RewardCommon

# what can happen to a deal and its milestones, in any order
STEPS = [
    "win",
    "reopen",
    "lose",
    "submit",
    "approve",
    "release",
    "hold",
    "resume",
    "reject",
    "reconsider",
    "revenue",
    "seller",
]


@tagged("post_install", "-at_install")
class TestRewardLedger(RewardCommon):
    """The ledger: only added to, right after every step, zero after a cancellation."""

    # === ARITHMETIC ===#

    def test_due_balances(self):
        for state, held_from, expected in [
            ("pending", False, {"forecast"}),
            ("review", False, {"forecast"}),
            ("approved", False, {"earned"}),
            ("released", False, {"earned", "released"}),
            ("held", "pending", {"forecast", "held"}),
            ("held", "review", {"forecast", "held"}),
            ("held", "approved", {"earned", "held"}),
            ("rejected", False, set()),
            ("cancelled", False, set()),
        ]:
            with self.subTest(state=state, held_from=held_from):
                due = due_balances(state, held_from, 7)
                self.assertEqual({a for a, amount in due.items() if amount}, expected)
                self.assertEqual(set(due), set(ACCOUNTS))

    def test_every_state_is_known(self):
        for state in dict(self.Milestone._fields["state"].selection):
            due_balances(state, "review", 1)

    def test_booking(self):
        for account, difference, expected in [
            ("forecast", 5, ("estimate", 5)),
            ("forecast", -5, ("estimate", -5)),
            ("earned", 5, ("earning", 5)),
            ("earned", -5, ("clawback", -5)),
            ("held", 5, ("hold", -5)),
            ("held", -5, ("hold", 5)),
            ("released", 5, ("release", 5)),
            ("released", -5, ("release", -5)),
        ]:
            self.assertEqual(booking(account, difference), expected)

    # === IMMUTABLE ===#

    def _entry(self):
        return self.Entry.search([("lead_id", "=", self._won().id)], limit=1)

    def test_entries_are_made_by_the_engine_only(self):
        values = self._entry().read(load="")[0]
        for context in (
            {},
            {"performance_workflow": True},
            {"performance_workflow": "x"},
        ):
            with self.subTest(context=context), self.assertRaises(AccessError):
                self.Entry.with_context(**context).sudo().create(values)

    def test_entries_never_change(self):
        entry = self._entry()
        for records in (
            entry,
            entry.sudo(),
            entry.with_context(performance_workflow=ENGINE),
        ):
            with self.assertRaisesRegex(UserError, "never changed"):
                records.write({"amount": 1})
            with self.assertRaisesRegex(UserError, "never changed"):
                records.amount = 1
            with self.assertRaisesRegex(UserError, "never deleted"):
                records.unlink()
            with self.assertRaisesRegex(UserError, "not copied"):
                records.copy()

    def test_entry_tells_everything(self):
        entry = self._entry()
        self.assertRecordValues(
            entry,
            [
                {
                    "kind": "estimate",
                    "employee_id": self.sales.id,
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                    "plan_id": self.plan.id,
                    "reason": "The deal was won.",
                }
            ],
        )

    def test_date_is_that_of_the_company(self):
        """23:30 UTC is the next day in Berlin."""
        with freeze_time("2026-06-30 22:30:00"):
            entry = self._entry()
        self.assertEqual(str(entry.date), "2026-07-01")

    # === STATEMENTS ===#

    def _statements(self, employee):
        self.env.flush_all()
        return self.env["performance.bonus.statement"].search(
            [("employee_id", "=", employee.id)], order="date_start, currency_id"
        )

    def test_statement_by_quarter(self):
        with freeze_time("2026-02-10 12:00:00"):
            lead = self._won()
            self._submit(self._milestone(lead, "delivery"))
            self._approve(self._milestone(lead, "delivery"))
        with freeze_time("2026-05-10 12:00:00"):
            self._release(self._milestone(lead, "delivery"))
            self._milestone(lead).with_user(self.user_manager)._hold("?", "2026-06-01")
        with freeze_time("2026-08-10 12:00:00"):
            self._lose(lead)
        statements = self._statements(self.sales)
        self.assertRecordValues(
            statements,
            [
                {"forecast": 35, "earned": 15, "held": 0, "released": 0, "clawback": 0},
                {
                    "forecast": 35,
                    "earned": 0,
                    "held": 10,
                    "released": 15,
                    "clawback": 0,
                },
                {
                    "forecast": 0,
                    "earned": -15,
                    "held": 0,
                    "released": -15,
                    "clawback": -15,
                },
            ],
        )
        self.assertEqual(
            [(str(s.date_start), str(s.date_end)) for s in statements],
            [
                ("2026-01-01", "2026-03-31"),
                ("2026-04-01", "2026-06-30"),
                ("2026-07-01", "2026-09-30"),
            ],
        )
        self.assertEqual(
            statements[0].display_name,
            f"Sam Sales · 2026-Q1 · {self.company.currency_id.name}",
        )
        every = self.Entry.search([("lead_id", "=", lead.id)])
        self.assertEqual(statements.entry_ids, every)
        action = statements[1].action_open_entries()
        self.assertEqual(
            self.Entry.search(action["domain"]).mapped("kind").sort(),
            statements[1].entry_ids.mapped("kind").sort(),
        )

    def test_two_currencies_are_never_added(self):
        other = self.env["res.company"].create(
            {
                "name": "Other Co",
                "currency_id": self.env["res.currency"]
                .create({"name": "TST", "symbol": "T", "rounding": 1})
                .id,
            }
        )
        with freeze_time("2026-02-10 12:00:00"):
            lead = self._won()
            # the company changes its currency; milestones keep theirs
            before = self.company.currency_id
            self.company.currency_id = other.currency_id
            second = self._won(expected_revenue=2000)
        self.assertEqual(lead.milestone_ids.currency_id, before)
        self.assertEqual(second.milestone_ids.currency_id, other.currency_id)
        statements = self._statements(self.sales)
        self.assertEqual(
            {s.currency_id: s.forecast for s in statements},
            {before: 50, other.currency_id: 100},
        )
        for statement in statements:
            self.assertEqual(statement.entry_ids.currency_id, statement.currency_id)

    def test_statement_is_read_only(self):
        self._won()
        statement = self._statements(self.sales)
        for user in (self.user_hr, self.user_admin):
            with self.assertRaises(AccessError):
                statement.with_user(user).write({"earned": 1})

    # === ANY SEQUENCE ===#

    def _do(self, lead, step, code):
        """Make a step the way people make it; what is refused is left alone."""
        milestone = self._milestone(lead, code)
        manager = milestone.with_user(self.user_manager)
        if step == "win":
            lead.action_set_won()
        elif step == "reopen":
            lead.write({"active": True, "stage_id": self.stage_new.id})
        elif step == "lose":
            self._lose(lead)
        elif step == "revenue":
            lead.expected_revenue = {
                "signing": 0,
                "delivery": 10,
                "service": 333.33,
            }.get(code, 98765.43)
        elif step == "seller":
            other = lead.user_id == self.user_sales
            lead.user_id = self.user_sales2 if other else self.user_sales
        elif step == "submit":
            milestone._submit("Done")
        elif step == "release":
            milestone.with_user(self.user_hr)._workflow_apply_each("release")
        elif step == "hold":
            manager._hold("Why", "2030-01-01")
        else:
            manager._workflow_apply_each(step, "Why")

    def _check(self, lead):
        """What has to be true after every step."""
        lead.invalidate_recordset()
        milestones = lead.milestone_ids
        self.assertIn(len(milestones), (0, 4))
        self.assertEqual(len(milestones.stage_id), len(milestones))
        for milestone in milestones:
            due = due_balances(milestone.state, milestone.held_from, milestone.amount)
            due = {account: round(amount, 6) for account, amount in due.items()}
            self.assertEqual(self._balances(milestone), due)
        status = lead._performance_status()
        states = set(milestones.mapped("state"))
        if status == "lost":
            self.assertLessEqual(states, {"cancelled", "rejected"})
            self.assertEqual(set(self._balances(lead).values()), {0})
        elif status == "open":
            self.assertFalse(states & {"pending", "review", "approved"})
        undecided = {"pending", "review"}
        if milestones and all(
            (m.held_from or m.state) in undecided for m in milestones
        ):
            parts = round(sum(milestones.mapped("amount")), 6)
            self.assertEqual(parts, milestones[0].pool_amount)

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(STEPS),
                st.sampled_from(["signing", "delivery", "service", "renewal"]),
            ),
            min_size=4,
            max_size=25,
        )
    )
    def test_any_sequence_keeps_the_ledger_right(self, steps):
        lead = self._create_lead()
        for step, code in [("win", "signing"), *steps]:
            self._do(lead, step, code)
            self._check(lead)
        # deal + full cancellation = 0, whatever happened before
        self._lose(lead)
        self._check(lead)
        self.assertEqual(set(self._balances(lead).values()), {0})
        by_person = self.Entry._read_group(
            [("lead_id", "=", lead.id)], ["employee_id", "kind"], ["amount:sum"]
        )
        for employee, kind, amount in by_person:
            if kind in ("estimate", "hold", "release"):
                self.assertAlmostEqual(amount, 0, msg=f"{employee.name} {kind}")
