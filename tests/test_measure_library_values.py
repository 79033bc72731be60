from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .measure_common import MeasureCommon

LAST_YEAR, BEFORE, NOW = "2025-02-10", "2025-11-10", "2026-02-10"


@tagged("post_install", "-at_install")
class TestLibraryValues(MeasureCommon):
    """What shipped KPIs count and what they do not, on real records of their models."""

    def _kpis(self, codes):
        found = self.env["performance.kpi"].search([("code", "in", codes)])
        return found.sorted(lambda kpi: codes.index(kpi.code))

    def _measure(self, *codes):
        self.env.flush_all()
        kpis = self._kpis(codes)
        self.assertEqual(len(kpis), len(codes))
        kpis._measure(self.period)
        self.assertFalse(kpis.filtered("is_quarantined"), kpis.mapped("error"))

    def _assert_values(self, expected, **subject):
        """Compare ``{code: value}``; None is no data."""
        subject = subject or {"employee_id": self.sales}
        self._measure(*expected)
        for kpi in self._kpis(list(expected)):
            reading = self._reading(kpi, **subject)
            value = reading.value if reading and reading.state == "ok" else None
            if expected[kpi.code] is None:
                self.assertIsNone(value, kpi.code)
            else:
                self.assertIsNotNone(value, kpi.code)
                self.assertAlmostEqual(value, expected[kpi.code], 2, kpi.code)

    def _create_customer(self, **values):
        return self.env["res.partner"].create(
            {
                "name": "Customer",
                "is_company": True,
                "user_id": self.user_sales.id,
                **values,
            }
        )

    def _create_deals(self, *days, **values):
        return [self._create_won(f"{day} 12:00:00", **values) for day in days]

    def _date_back(self, records, **columns):
        """Write columns that Odoo sets itself, such as create_date."""
        self.env.flush_all()
        for name, value in columns.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = ANY(%s)",
                    SQL.identifier(records._table),
                    SQL.identifier(name),
                    value,
                    records.ids,
                )
            )
        records.invalidate_recordset()

    # === DEALS ===#

    def test_won_and_lost(self):
        """Lost deals lie in the archive and count; archived won ones do not."""
        for _index in range(4):
            self._create_won(expected_revenue=100)
        with freeze_time("2026-02-12"):
            self._create_lead().action_set_lost()
            self._create_won(expected_revenue=100).action_archive()
            self._create_lead(type="lead").action_set_lost()
        self._create_lead()
        self._assert_values({"WIN_RATE": 80, "DEALS_WON": 4, "NEW_REVENUE": 400})

    def test_too_few_for_a_rate(self):
        for _index in range(4):
            self._create_won()
        self._assert_values({"WIN_RATE": None, "DEALS_WON": 4})

    def test_solution_and_recurring_revenue(self):
        tag = self.env.ref("customer_performance.crm_tag_solution")
        plan = self.env["crm.recurring.plan"].create(
            {"name": "Yearly", "number_of_months": 12}
        )
        self._create_won(expected_revenue=700, tag_ids=[Command.link(tag.id)])
        self._create_won(
            expected_revenue=50, recurring_revenue=1200, recurring_plan=plan.id
        )
        self._assert_values({"SOLUTION_SALES": 700, "RECURRING_REVENUE": 100})

    def test_a_deal_stays_with_who_won_it(self):
        deal = self._create_won()
        self._note_changes()
        with freeze_time("2026-03-01"):
            deal.user_id = self.user_sales2
            self._note_changes()
        self._assert_values({"DEALS_WON": 1})

    def _note_changes(self):
        """Let Odoo write what it tracked, as at the end of a request."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    # === CUSTOMERS ===#

    def test_new_customers(self):
        """The first deal ever counts; contacts of a company are one customer."""
        old, new = self._create_customer(), self._create_customer()
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": new.id})
        self._create_deals(BEFORE, NOW, partner_id=old.id)
        self._create_deals(NOW, partner_id=new.id)
        self._create_deals("2026-03-01", partner_id=contact.id)
        self._create_deals(NOW, partner_id=False)
        self._assert_values({"NEW_CUSTOMERS": 1, "ACTIVE_CUSTOMERS": 2})

    def test_retention_and_churn(self):
        for index in range(5):
            days = (BEFORE, NOW) if index < 4 else (BEFORE,)
            self._create_deals(*days, partner_id=self._create_customer().id)
        self._create_deals(NOW, partner_id=self._create_customer().id)
        self._assert_values({"RETENTION": 80, "CHURN": 20})

    def test_renewal_looks_a_year_back(self):
        for index in range(5):
            days = (LAST_YEAR, NOW) if index < 3 else (LAST_YEAR, BEFORE)
            self._create_deals(
                *days, partner_id=self._create_customer().id, expected_revenue=100
            )
        self._assert_values({"RENEWAL_RATE": 60, "DEAL_GROWTH": -40})

    def test_churn_needs_a_retention(self):
        self._create_deals(BEFORE, NOW)
        self._assert_values({"RETENTION": None, "CHURN": None})

    def test_loyalty(self):
        customers = [self._create_customer() for _index in range(5)]
        for index, customer in enumerate(customers):
            days = (NOW, "2026-03-01") if index < 2 else (NOW,)
            self._create_deals(*days, partner_id=customer.id)
        self._answer(customers, (10, 9, 9, 7, 3))
        self._answer(customers[:1], (0,), test_entry=True)
        self._answer(customers[:1], (0,), state="in_progress")
        self._assert_values({"REPEAT_PURCHASE": 40, "NPS": 40, "LOYALTY": 55})

    def _answer(self, customers, scores, state="done", **values):
        question = self.env.ref("customer_performance.survey_question_recommend")
        # here nobody draws whom to ask
        question.survey_id.voice_accept_unasked = True
        for customer, score in zip(customers, scores, strict=True):
            self.env["survey.user_input"].create(
                {
                    "survey_id": question.survey_id.id,
                    "partner_id": customer.id,
                    "state": state,
                    "end_datetime": f"{NOW} 12:00:00",
                    "user_input_line_ids": [
                        Command.create(
                            {
                                "question_id": question.id,
                                "answer_type": "scale",
                                "value_scale": score,
                            }
                        )
                    ],
                    **values,
                }
            )

    # === TYPED AND COMPUTED ===#

    def _type(self, code, value, **subject):
        reading = (
            self.env["performance.reading"]
            .with_user(self.user_hr)
            .create(
                {
                    "kpi_id": self._kpis([code]).id,
                    "period_id": self.period.id,
                    "value": value,
                    "evidence": "Export of the quarter",
                    **{name: record.id for name, record in subject.items()},
                }
            )
        )
        reading.with_user(self.user_hr2).action_confirm()

    def test_formulas_over_typed_values(self):
        """Cost of a new customer, penetration and output per head of the company."""
        for _index in range(4):
            self._create_deals(
                NOW, partner_id=self._create_customer().id, expected_revenue=300
            )
        company = {"subject_company_id": self.company}
        self._assert_values(
            {
                "ACQUISITION_COST": None,
                "PENETRATION": None,
                "OUTPUT_PER_EMPLOYEE": None,
            },
            **company,
        )
        self._type("ACQUISITION_SPEND", 2000, **company)
        self._type("TARGET_CUSTOMERS", 50, **company)
        self._type("HEADCOUNT", 2.5, **company)
        self._assert_values(
            {"NEW_CUSTOMERS": 4, "ACTIVE_CUSTOMERS": 4, "NEW_REVENUE": 1200}, **company
        )
        self._assert_values(
            {"ACQUISITION_COST": 500, "PENETRATION": 8, "OUTPUT_PER_EMPLOYEE": 480},
            **company,
        )

    def test_a_formula_takes_nothing_found_as_zero(self):
        """Who sold nothing has no deals: that is a penetration of zero, not no data."""
        self._create_deals(NOW, partner_id=self._create_customer().id)
        self._type("TARGET_CUSTOMERS", 50, employee_id=self.sales2)
        self._assert_values({"PENETRATION": 0}, employee_id=self.sales2)
        self._assert_values({"PENETRATION": None})

    # === RESPONSE ===#

    def test_response_to_leads(self):
        """Five taken over, one of them late; one that nobody took over."""
        arrival = datetime(2026, 2, 2, 9)
        for hours in (2, 2, 2, 2, 30):
            lead = self._create_lead()
            self._date_back(
                lead,
                create_date=arrival,
                date_open=arrival + timedelta(hours=hours),
                day_open=hours // 24,
            )
        nobody = self._create_lead(user_id=False, team_id=self.team.id)
        self._date_back(nobody, create_date=arrival)
        self._assert_values({"RESPONSE_24H": 80, "LEAD_RESPONSE": 4.2})
        self._assert_values({"RESPONSE_24H": 100 * 4 / 6}, team_id=self.team)

    # === ACTIVITIES ===#

    def _create_activity(self, done=None, **values):
        record = values.pop("record", self.customer)
        activity = self.env["mail.activity"].create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "user_id": self.user_sales.id,
                "date_deadline": NOW,
                **values,
            }
        )
        if done:
            with freeze_time(done):
                activity.action_feedback()
                activity.flush_recordset()
        return activity

    def test_calls_and_due_activities(self):
        """Done activities lie in the archive; open ones count against the rate."""
        for done in ("2026-02-09", NOW, "2026-02-11", "2026-02-12", None):
            self._create_activity(done)
        self._create_activity("2026-04-02", date_deadline="2026-04-01")
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._create_activity(activity_type_id=todo.id)
        self._assert_values({"CALL_BACK_RATE": 80, "ACTIVITIES_DONE": 100 * 4 / 6})

    def test_pipeline_activities(self):
        lead = self._create_lead()
        self._create_activity("2026-02-11", record=lead)
        self._create_activity("2026-02-11", record=lead, user_id=self.user_sales2.id)
        self._create_activity("2026-04-02", record=lead)
        self._create_activity(record=lead)
        self._create_activity("2026-02-11")
        self._assert_values({"PIPELINE_ACTIVITIES": 1})

    def test_requests_of_other_departments(self):
        request = self.env.ref("customer_performance.activity_department_request")
        for done in (NOW, NOW, NOW, NOW, None):
            self._create_activity(done, activity_type_id=request.id)
        self._create_activity()
        self._assert_values({"DEPARTMENT_REQUESTS": 80})

    # === MEETINGS ===#

    def _create_meeting(self, day, *people, **values):
        return self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": f"{day} 10:00:00",
                "stop": f"{day} 11:00:00",
                "user_id": self.user_manager.id,
                "partner_ids": [Command.set([person.id for person in people])],
                **values,
            }
        )

    @freeze_time("2026-02-15")
    def test_meetings(self):
        """Held with a customer, for everybody who sat there, once per meeting."""
        sam, mia = self.user_sales.partner_id, self.user_manager.partner_id
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id}
        )
        self._create_meeting(NOW, sam, mia, contact, self.customer)
        self._create_meeting(NOW, sam, mia)
        self._create_meeting(NOW, sam, opportunity_id=self._create_lead().id)
        self._create_meeting("2026-03-10", sam, contact)
        self._assert_values({"CUSTOMER_MEETINGS": 2})
        self._assert_values({"CUSTOMER_MEETINGS": 1}, employee_id=self.manager)
        self._assert_values({"CUSTOMER_MEETINGS": 2}, subject_company_id=self.company)

    @freeze_time("2026-02-15")
    def test_trainings(self):
        training = self.env.ref("customer_performance.calendar_event_type_training")
        tags = {"categ_ids": [Command.link(training.id)]}
        sam = self.user_sales.partner_id
        self._create_meeting(NOW, sam, **tags)
        self._create_meeting(NOW, sam)
        self._create_meeting("2026-03-10", sam, **tags)
        self._assert_values({"TRAININGS_SHARED": 1}, employee_id=self.manager)

    # === RATINGS AND CERTIFICATIONS ===#

    def test_ratings(self):
        model = self.env["ir.model"]._get_id("res.partner")
        values = {
            "res_model_id": model,
            "res_id": self.customer.id,
            "partner_id": self.customer.id,
            "rated_partner_id": self.user_sales.partner_id.id,
            "consumed": True,
        }
        with freeze_time(NOW):
            for rating in (5, 5, 4, 3, 1):
                self.env["rating.rating"].create({**values, "rating": rating})
            self.env["rating.rating"].create({**values, "consumed": False})
        with freeze_time("2026-04-02"):
            self.env["rating.rating"].create({**values, "rating": 1})
        self._assert_values({"CSAT_RATINGS": 60, "NEGATIVE_REVIEWS": 20})

    def test_certifications(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Service skills",
                "scoring_type": "scoring_with_answers",
                "scoring_success_min": 50,
                "certification": True,
            }
        )
        tries = self.env["survey.user_input"].create(
            [
                {
                    "survey_id": survey.id,
                    "partner_id": self.user_sales.partner_id.id,
                    "state": "done",
                    "end_datetime": f"{NOW} 12:00:00",
                }
            ]
            * 2
        )
        self._date_back(tries[0], scoring_success=True)
        self._assert_values({"CERTIFICATIONS": 1})
