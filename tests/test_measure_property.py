from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .measure_custom import MODEL, MeasureProof
from .measure_strategies import (
    DAYS,
    ZONES,
    amounts,
    days,
    few,
    lead_paths,
    moments,
    on_leads,
    on_things,
    rows_of,
    some,
    thing_paths,
)

COUNT = 12


@tagged("post_install", "-at_install")
class TestLeadsProperty(MeasureProof):
    """Any leads whatever: the engine finds what plain loops find."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpi = cls.env.ref("customer_performance.kpi_deals_won")
        Lead = cls.env["crm.lead"].with_context(tracking_disable=True)
        cls.leads = Lead.create(
            [{"name": f"Lead {i}", "type": "opportunity"} for i in range(COUNT)]
        )
        cls.periods = cls.period + cls._make_period(cls.other)
        field = cls.env["ir.model.fields"]._get("crm.lead", "user_id")
        cls.messages = cls.env["mail.message"].create(
            [
                {
                    "model": "crm.lead",
                    "res_id": cls.leads[0].id,
                    "tracking_value_ids": [Command.create({"field_id": field.id})],
                }
                for _i in range(6)
            ]
        )

    def _values(self):
        """What may stand on a lead."""
        return st.fixed_dictionaries(
            {
                "date_closed": st.one_of(st.none(), moments),
                "user_id": some(self.users.ids),
                "team_id": some(self.teams.ids),
                "partner_id": some(self.partners.ids),
                "company_id": some(self.companies.ids),
                "expected_revenue": amounts,
                "active": st.sampled_from((True, True, False)),
                "priority": some("0123"),
                "day_close": st.one_of(st.none(), st.floats(0, 500, width=16)),
            }
        )

    def _history(self):
        """Changes of the salesperson: ``(lead, when, who stood there before)``."""
        return rows_of(
            st.tuples(st.sampled_from(self.leads.ids), moments, some(self.users.ids)), 6
        )

    def _left_out(self):
        """Entries of the cleaning: ``(lead, KPI, whether applied, company)``."""
        return st.lists(
            st.tuples(
                st.sampled_from(self.leads.ids),
                some([self.kpi.id]),
                st.booleans(),
                some(self.companies.ids),
            ),
            max_size=3,
            unique_by=lambda entry: entry[0],
        )

    def _put(self, rows, history=(), left_out=()):
        for lead, values in zip(self.leads, rows, strict=True):
            self.put(lead, values)
        for message, (lead, when, before) in zip(self.messages, history, strict=False):
            self.put(message, {"res_id": lead, "date": when})
            value = message.tracking_value_ids
            self.put(value, {"old_value_integer": before or 0})
        for lead, kpi, applied, company in left_out:
            self.env.cr.execute(
                "INSERT INTO performance_exclusion (res_model, res_id, kpi_id,"
                " is_applied, scope_company_id, reason, state)"
                " VALUES ('crm.lead', %s, %s, %s, %s, 'other', 'applied')",
                [lead, kpi, applied, company],
            )
        self.env.invalidate_all(flush=False)

    def test_engine_is_reference(self):
        @few(15)
        @given(
            rows_of(self._values(), COUNT),
            self._history(),
            self._left_out(),
            st.fixed_dictionaries({**on_leads, **lead_paths}),
            st.sampled_from(ZONES),
        )
        def check(rows, history, left_out, values, zone):
            with self.example():
                self._put(rows, history, left_out)
                definition = self.definition(self.kpi.id, **values)
                for period in self.periods:
                    period.tz = zone
                    self.assert_numbers(definition, period)

        check()

    def test_one_scan_is_each_alone_and_parts_are_the_whole(self):
        """Together, alone, and asked for some subjects: the same numbers."""
        kinds = ("employee", "department", "team", "company", "customer", "opportunity")

        @few(10)
        @given(
            rows_of(self._values(), COUNT),
            self._history(),
            rows_of(st.fixed_dictionaries(on_leads), 4),
            st.fixed_dictionaries(lead_paths),
            st.data(),
        )
        def check(rows, history, several, paths, data):
            with self.example():
                self._put(rows, history)
                definitions = [
                    self.definition(number, **values, **paths)
                    for number, values in enumerate(several, 1)
                ]
                together = self.measured(definitions, self.period)
                for definition in definitions:
                    alone = self.measured([definition], self.period)
                    self.assertEqual(
                        alone[definition.kpi_id], together[definition.kpi_id]
                    )
                wanted = {
                    kind: data.draw(st.lists(st.sampled_from(ids), unique=True))
                    for kind in data.draw(st.sets(st.sampled_from(kinds)))
                    if (ids := self._known(kind))
                }
                wanted = {kind: ids for kind, ids in wanted.items() if ids}
                parts = self.measured(definitions, self.period, wanted)
                for number, found in parts.items():
                    self.assertEqual(
                        found,
                        {
                            (kind, subject): row
                            for (kind, subject), row in together[number].items()
                            if subject in wanted.get(kind, ())
                        },
                    )

        check()

    def _known(self, kind):
        return {
            "employee": self.people.ids,
            "department": (self.upper + self.left + self.right).ids,
            "team": self.teams.ids,
            "company": self.company.ids,
            "customer": self.partners.ids,
            "opportunity": self.leads.ids,
        }[kind]


@tagged("post_install", "-at_install")
class TestThingsProperty(MeasureProof):
    """The same for a model that nobody knew: links to many, currencies, durations."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Thing = cls._make_model()
        cls.leads = cls.env["crm.lead"].create(
            [{"name": f"Lead {i}"} for i in range(3)]
        )
        for number, lead in enumerate(cls.leads):
            values = {
                "user_id": cls.users,
                "team_id": cls.teams,
                "partner_id": cls.partners,
            }
            cls.put(cls, lead, {name: ids[number].id for name, ids in values.items()})
        cls.things = Thing.create([{"x_name": f"Thing {i}"} for i in range(8)])
        cls.periods = cls.period + cls._make_period(cls.other)
        cls.currencies = cls.companies.currency_id + cls.env.ref("base.USD")
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.other.resource_calendar_id.tz = "Asia/Tokyo"
        Leave = cls.env["resource.calendar.leaves"]
        for company, first, last in (
            (cls.company, "2026-02-16 08:00:00", "2026-02-17 11:00:00"),
            (cls.other, "2026-03-02 00:00:00", "2026-03-02 23:00:00"),
        ):
            # a public holiday of one company, whatever its calendar
            Leave.with_company(company).create(
                {
                    "name": "Holiday",
                    "company_id": company.id,
                    "calendar_id": False,
                    "date_from": first,
                    "date_to": last,
                }
            )
        cls.env["res.currency.rate"].search([]).unlink()

    def _values(self):
        """What may stand on a thing."""
        return st.fixed_dictionaries(
            {
                "x_when": st.one_of(st.none(), moments),
                "x_day": st.one_of(st.none(), days),
                "x_start": st.one_of(st.none(), moments),
                "x_stop": st.one_of(st.none(), moments),
                "x_number": st.one_of(st.none(), st.floats(-9, 99, width=16)),
                "x_whole": st.one_of(st.none(), st.integers(-3, 3)),
                "x_currency_id": some(self.currencies.ids),
                "x_amount": amounts,
                "x_user_id": some(self.users.ids),
                "x_employee_id": some(self.people.ids),
                "x_department_id": some((self.upper + self.left + self.far).ids),
                "x_team_id": some(self.teams.ids),
                "x_partner_id": some(self.partners.ids),
                "x_lead_id": some(self.leads.ids),
                "x_company_id": some(self.companies.ids),
                "x_active": st.sampled_from((True, True, False, None)),
            }
        )

    def _rates(self):
        """Rates of currencies: ``(day, currency, company, rate)``."""
        return st.lists(
            st.tuples(
                st.sampled_from(DAYS),
                st.sampled_from(self.currencies.ids),
                some(self.companies.ids),
                st.sampled_from((0.5, 1.1, 7.8, 160.33)),
            ),
            max_size=6,
            unique_by=lambda rate: rate[:3],
        )

    def _put(self, rows, links, rates):
        field = self.things._fields["x_user_ids"]
        for thing, values, users in zip(self.things, rows, links, strict=True):
            self.put(thing, values)
            for user in users:
                self.env.cr.execute(
                    SQL(
                        "INSERT INTO %s (%s, %s) VALUES (%s, %s)",
                        SQL.identifier(field.relation),
                        SQL.identifier(field.column1),
                        SQL.identifier(field.column2),
                        thing.id,
                        user,
                    )
                )
        for day, currency, company, rate in rates:
            self.env.cr.execute(
                "INSERT INTO res_currency_rate (name, currency_id, company_id, rate)"
                " VALUES (%s, %s, %s, %s)",
                [day, currency, company, rate],
            )
        self.env.invalidate_all(flush=False)

    def test_engine_is_reference(self):
        links = rows_of(st.sets(st.sampled_from(self.users.ids), max_size=3), 8)

        @few(25)
        @given(
            rows_of(self._values(), 8),
            links,
            self._rates(),
            st.fixed_dictionaries({**on_things, **thing_paths}),
            st.sampled_from(ZONES),
        )
        def check(rows, links, rates, values, zone):
            with self.example():
                self._put(rows, links, rates)
                definition = self.definition(
                    **{
                        "model_name": MODEL,
                        "duration_start": "x_start",
                        "duration_stop": "x_stop",
                        **values,
                    }
                )
                for period in self.periods:
                    period.tz = zone
                    self.assert_numbers(definition, period)

        check()

    def test_a_meeting_counts_once_for_a_department(self):
        """Two attendees of one department: each has the meeting, it has one."""
        (self.sales + self.sales2).version_ids.department_id = self.right
        users = self.user_sales + self.user_sales2
        with freeze_time("2026-02-20"):
            self.env["calendar.event"].create(
                {
                    "name": "Meeting",
                    "start": datetime(2026, 2, 20, 9),
                    "stop": datetime(2026, 2, 20, 11),
                    "user_id": self.user_manager.id,
                    "partner_ids": [Command.set(users.partner_id.ids)],
                }
            )
        values = {
            "model_name": "calendar.event",
            "date_field": "start",
            "employee_path": "partner_ids.user_ids",
            "team_path": "",
            "customer_path": "",
            "opportunity_path": "opportunity_id",
            "domain": "[('name', '=', 'Meeting')]",
        }
        sums = {"aggregate": "sum", "measure_field": "duration"}
        for changes, value in (({}, 1), (sums, 2)):
            definition = self.definition(**values, **changes)
            found = self.measured([definition], self.period)[1]
            self.assert_numbers(definition, self.period, found)
            subjects = [
                ("employee", employee.id) for employee in self.sales + self.sales2
            ]
            subjects += [("department", d.id) for d in self.right + self.upper]
            subjects.append(("company", self.company.id))
            self.assertEqual(
                {key: float(row[1]) for key, row in found.items()},
                dict.fromkeys(subjects, value),
            )
