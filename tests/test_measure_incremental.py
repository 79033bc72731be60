from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .measure_custom import MODEL
from .measure_incremental import NOW, IncrementalCommon

FEW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
number = st.integers(0, 9)
moment = st.sampled_from(
    (
        None,
        datetime(2025, 9, 30, 22, 30),
        datetime(2025, 12, 31, 22, 59, 59),
        datetime(2025, 12, 31, 23),
        datetime(2026, 2, 28, 9),
        datetime(2026, 3, 31, 22),
        datetime(2026, 6, 1),
    )
)


class Changes:
    """What may happen between two nights, each as a method of two small numbers."""

    def _one(self, records, number):
        records = records.exists()
        return records[number % len(records)] if records else records

    def lead_owner(self, one, two):
        self._one(self.leads, one).user_id = self.users[two % len(self.users)]

    def lead_nobody(self, one, _two):
        self._one(self.leads, one).user_id = False

    def lead_amount(self, one, two):
        self._one(self.leads, one).expected_revenue = two * 7.77

    def lead_partner(self, one, two):
        self._one(self.leads, one).partner_id = self.partners[two % 5]

    def lead_archived(self, one, _two):
        lead = self._one(self.leads, one)
        self.put(lead, {"active": not lead.active})

    def lead_company(self, one, two):
        company = (self.other.id, None, self.company.id)[two % 3]
        self.put(self._one(self.leads, one), {"company_id": company})

    def lead_stage(self, one, _two):
        self._one(self.leads, one).stage_id = self.env["crm.stage"].search(
            [("is_won", "=", True)], limit=1
        )

    def lead_priority(self, one, two):
        self._one(self.leads, one).priority = str(two % 4)

    def lead_tag(self, one, two):
        tags = self.tag if two % 2 else self.tag.browse()
        self._one(self.leads, one).tag_ids = tags

    def lead_gone(self, one, _two):
        self._one(self.leads, one).unlink()

    def lead_gone_by_sql(self, one, _two):
        lead = self._one(self.leads, one)
        self.env.cr.execute("DELETE FROM crm_lead WHERE id = %s", [lead.id])

    def lead_late(self, one, two):
        self.env["crm.lead"].create(
            {
                "name": "Late",
                "type": "opportunity",
                "company_id": self.company.id,
                "user_id": self.users[one % len(self.users)].id,
                "partner_id": self.partners[two % 5].id,
                "date_closed": datetime(2025, 11, 1) + timedelta(days=20 * two),
            }
        )

    def all_leads_by_sql(self, _one, two):
        self.env.cr.execute(
            "UPDATE crm_lead SET date_closed = date_closed + INTERVAL '1 day' * %s"
            " WHERE id = ANY(%s)",
            [30 * (two - 5), self.leads.ids],
        )

    def stage_is_won(self, _one, _two):
        self.stage.is_won = not self.stage.is_won

    def tag_renamed(self, _one, two):
        self.tag.name = ("hot again", "cold")[two % 2]

    def contact_moves(self, one, two):
        firm = self.partners[two % 2]
        self.partners[2 + one % 2].parent_id = firm

    def department_moves(self, one, two):
        above = (self.upper, self.env["hr.department"])[two % 2]
        (self.left + self.right)[one % 2].parent_id = above

    def new_version(self, one, two):
        employee = self.people[one % 3]
        employee.create_version(
            {
                "date_version": (datetime(2026, 1, 20) + timedelta(days=two)).date(),
                "department_id": (self.left + self.right + self.upper)[two % 3].id,
            }
        )

    def version_gone(self, one, _two):
        versions = self.people[one % 3].version_ids
        if len(versions) > 1:
            versions[-1].unlink()

    def employee_user(self, _one, _two):
        user = self.sales.user_id
        self.sales.user_id = False
        self.env.flush_all()
        self.manager.user_id = user

    def user_company(self, one, two):
        user = self.users[one % len(self.users)]
        self.put(user, {"company_id": self.companies[two % 2].id})

    def rate(self, one, two):
        self.env["res.currency.rate"].create(
            {
                "name": (datetime(2026, 1, 1) + timedelta(days=9 * one + two)).date(),
                "currency_id": self.env.ref(("base.USD", "base.JPY")[two % 2]).id,
                "company_id": (self.company.id, False, self.other.id)[one % 3],
                "rate": 0.5 + two,
            }
        )

    def rate_gone(self, _one, _two):
        self.a_rate.exists().unlink()

    def thing_people(self, one, two):
        thing = self._one(self.things, one)
        thing.x_user_ids = [Command.set(self.users[: two % 4].ids)]

    def thing_archived(self, one, _two):
        thing = self._one(self.things, one)
        thing.x_active = not thing.x_active

    def thing_currency(self, one, two):
        name = ("EUR", "JPY", "USD")[two % 3]
        self._one(self.things, one).x_currency_id = self.env.ref(f"base.{name}")

    def thing_gone(self, one, _two):
        self._one(self.things, one).unlink()

    def nothing(self, _one, _two):
        pass


# numbers for which a change changes what is measured, where (1, 3) do not
EFFECTIVE = dict.fromkeys(("lead_partner", "contact_moves"), (1, 4))
EFFECTIVE.update(version_gone=(0, 3), lead_tag=(1, 4), thing_currency=(0, 2))
NAMES = [name for name in vars(Changes) if not name.startswith("_")]


@tagged("post_install", "-at_install")
class TestIncremental(IncrementalCommon, Changes):
    """A nightly run measures what changed, and misses nothing."""

    def _change(self, name, one, two):
        with freeze_time(NOW):
            getattr(self, name)(one, two)
            self.env.flush_all()
            self.cr.precommit.run()
            self.env.invalidate_all()

    def test_each_change_is_found(self):
        self.run_now()
        before = self.readings()
        idle = set()
        for name in NAMES:
            with self.subTest(name=name), self.example():
                self._change(name, *EFFECTIVE.get(name, (1, 3)))
                self.assert_nothing_missed()
                if self.readings() == before:
                    idle.add(name)
        self.assertEqual(
            idle, {"nothing"}, "changes that change no number prove nothing"
        )

    def test_any_changes(self):
        changes = st.lists(
            st.tuples(st.sampled_from(NAMES), number, number), max_size=5
        )
        dates = st.lists(moment, min_size=10, max_size=10)
        self.run_now()

        @FEW
        @given(dates, changes)
        def check(dates, changes):
            with self.example():
                for lead, date in zip(self.leads, dates, strict=True):
                    self.put(lead, {"date_closed": date})
                self.run_now()
                for change in changes:
                    self._change(*change)
                self.assert_nothing_missed(self.run_now)

        check()

    # === NOT MORE THAN NEEDED ===#

    def test_nothing_changed_nothing_measured(self):
        first = self.run_now()
        self.assertEqual(first.unchanged_count, 0)
        again = self.run_now()
        self.assertEqual(self.measured_in(again), set())
        self.assertEqual(again.unchanged_count, len(self.kpis) * len(self.periods))
        self.assertFalse(self.env["performance.change"].search([]))

    def test_only_touched_periods_are_measured(self):
        """A lead of this period: nothing of the period before, but what looks back."""
        self.run_now()
        self._change("lead_amount", 2, 3)
        codes = {"P_SUM_THEN", "P_GROWTH"}
        self.assertEqual(self.leads[2].date_closed.isoformat(), "2026-02-15T10:00:00")
        measured = self.measured_in(self.run_now())
        self.assertLessEqual({(code, self.period) for code in codes}, measured)
        self.assertNotIn(self.period_before, {period for _code, period in measured})
        self.assertNotIn("P_AMOUNT", {code for code, _period in measured})

    def test_what_does_not_count_is_no_change(self):
        self.run_now()
        self.leads.write({"description": "<p>Called.</p>", "color": 3})
        self.partners.write({"comment": "<p>Nice.</p>"})
        self.assertEqual(self.measured_in(self.run_now()), set())

    def test_later_periods_and_what_looks_back(self):
        """A lead of the period before changes what later periods compare with."""
        self.run_now()
        self._change("lead_partner", 0, 3)
        self.assertEqual(self.leads[0].date_closed.isoformat(), "2025-11-03T10:00:00")
        measured = self.measured_in(self.run_now())
        self.assertIn(("P_KEPT", self.period), measured)
        self.assertIn(("P_FIRST", self.period), measured)
        self.assertIn(("P_GROWTH", self.period), measured)
        self.assertNotIn(("P_COUNT", self.period), measured)
        self.assertIn(("P_COUNT", self.period_before), measured)

    def test_a_changed_definition_is_measured(self):
        self.run_now()
        self.kpi["P_COUNT"].minimum_sample = 2
        codes = {code for code, _period in self.measured_in(self.run_now())}
        self.assertEqual(codes, {"P_COUNT", "P_RATIO"})

    def test_model_of_a_custom_record(self):
        self.run_now()
        self._change("thing_archived", 1, 0)
        self.assertEqual(self.things._name, MODEL)
        measured = {code for code, _period in self.measured_in(self.run_now())}
        self.assertEqual(measured, {"P_AMOUNT", "P_PEOPLE", "P_NET", "P_RATIO"})
