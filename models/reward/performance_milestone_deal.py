from collections import defaultdict

from odoo import api, models

from ..shared.workflow import ENGINE


class PerformanceMilestoneDeal(models.Model):
    """What becomes of milestones when their deal is won, reopened or lost.

    Everything here works on a batch of deals and is asked for by ``crm.lead`` only. It
    runs with the rights of the engine: a salesperson who wins a deal may neither make
    milestones nor see those of others.
    """

    _inherit = "performance.milestone"

    # === WON ===#

    @api.model
    def _deals_won(self, leads):
        """Make the milestones of won deals, once; bring back those of former wins."""
        known = self._of_paying(leads)
        known._resume_with_deal()
        known._renew_with_deal()
        # sudo: bonuses come from the deal, whoever wins it
        created = self._workflow_engine()._create_for(leads.sudo() - known.lead_id)
        (known + created)._measure()

    def _resume_with_deal(self):
        """The deal is back before it was lost: everything goes on where it was.

        What is not approved yet is computed anew from the deal's revenue; what was
        measured is measured again.
        """
        undecided = self.filtered(
            lambda m: (m.held_from or m.state) in ("pending", "review")
        )
        undecided._reprice()
        self.filtered(lambda m: m.hold_origin == "deal")._workflow_apply("continue")

    def _renew_with_deal(self):
        """The deal was lost and is won again: its milestones start anew.

        Plan and terms stay; the beneficiary is who won it this time.
        """
        gone = self.filtered(lambda m: m.state == "cancelled")
        employees = self._employees(
            [(m.lead_id.user_id, m.company_id) for m in gone]
        )  # {(user, company): employee}
        notes, renewed = {}, self.browse()
        for lead, milestones in gone.grouped("lead_id").items():
            company = milestones.company_id
            employee = employees.get((lead.user_id, company))
            if not employee:
                notes[lead] = self._no_beneficiary(lead, company)
                continue
            milestones.write(
                {**lead._performance_snapshot(company), "employee_id": employee.id}
            )
            renewed += milestones
        renewed._reprice()
        renewed._workflow_apply("renew")
        self._note(notes)

    def _reprice(self):
        """Compute amounts anew from the present revenue of the deals.

        The parts of a deal are shared out over all its milestones; those that were
        decided already keep the amount that was decided.
        """
        everything = self._of_deals(self.lead_id).grouped("lead_id")
        changed = self.browse()
        for lead, unsorted in everything.items():
            milestones = unsorted.sorted("sequence")
            first, currency = milestones[0], milestones[0].currency_id
            pool = self.env["performance.bonus.plan"]._pool(
                first.basis,
                first.rate,
                first.pool_amount,
                lead.expected_revenue,
                currency,
            )
            parts = self.env["performance.bonus.plan"]._parts(
                pool, milestones.mapped("share"), currency
            )
            values = {"base_amount": lead.expected_revenue}
            if first.basis == "percent":
                # a fixed amount per deal is a term; it outlives a revenue of zero
                values["pool_amount"] = float(pool)
            for milestone, amount in zip(milestones, parts, strict=True):
                if milestone in self:
                    milestone.write({**values, "amount": amount})
                    changed += milestone
        self.env["performance.bonus.entry"]._book(
            changed, self.env._("The deal was won again with another revenue.")
        )

    # === CREATION ===#

    @api.model
    def _create_for(self, leads):
        """Make the milestones of deals that have none; a note says why if it cannot."""
        companies = {lead: lead._performance_company() for lead in leads}
        plans = self.env["performance.bonus.plan"]._in_force(
            self.env["res.company"].union(*companies.values())
        )
        # a company without any plan does not pay by deals: nothing to say
        leads = leads.filtered(lambda lead: companies[lead] in plans.company_id)
        employees = self._employees([(d.user_id, companies[d]) for d in leads])
        values, notes, chosen = [], {}, defaultdict(leads.browse)
        for lead in leads:
            company = companies[lead]
            plan = lead._performance_plan(plans, company)
            employee = employees.get((lead.user_id, company))
            if problem := self._problem(lead, company, plan, employee):
                notes[lead] = problem
                continue
            chosen[plan] += lead
            values += self._prepare_values(lead, company, plan, employee)
        for plan, deals in chosen.items():
            deals.with_context(performance_workflow=ENGINE).write(
                {"performance_plan_id": plan.id}
            )
        self._note(notes)
        # nobody needs "created" four times per deal in chatters
        quiet = self.with_context(mail_create_nolog=True, mail_notrack=True)
        milestones = self.browse(quiet.create(values).ids)
        self.env["performance.bonus.entry"]._book(
            milestones, self.env._("The deal was won.")
        )
        return milestones

    @api.model
    def _employees(self, pairs):
        """Who earns: the employee of a user in a company.

        :param pairs: (user, company) of each deal
        :return: ``{(user, company): employee}`` without those who have none
        """
        users = self.env["res.users"].union(*(user for user, _company in pairs))
        companies = self.env["res.company"].union(
            *(company for _user, company in pairs)
        )
        found = (
            self.env["hr.employee"]
            .with_context(active_test=True)
            .search([("user_id", "in", users.ids), ("company_id", "in", companies.ids)])
        )
        return {(employee.user_id, employee.company_id): employee for employee in found}

    @api.model
    def _problem(self, lead, company, plan, employee):
        """Why a won deal gets no milestones, as a sentence; False when it gets them."""
        if not employee:
            return self._no_beneficiary(lead, company)
        if not plan:
            return self.env._("No bonus milestones: no bonus plan fits this deal.")
        if lead.expected_revenue <= 0:
            return self.env._(
                "No bonus milestones: the expected revenue is not positive."
            )
        if not self._plan_pool(plan, lead, company):
            return self.env._("No bonus milestones: the bonus rounds to zero.")
        return False

    @api.model
    def _no_beneficiary(self, lead, company):
        if not lead.user_id:
            return self.env._("No bonus milestones: the deal has no salesperson.")
        return self.env._(
            "No bonus milestones: %(user)s has no active employee in %(company)s.",
            user=lead.user_id.name,
            company=company.name,
        )

    @api.model
    def _plan_pool(self, plan, lead, company):
        return plan._pool(
            plan.basis,
            plan.rate,
            plan.amount,
            lead.expected_revenue,
            company.currency_id,
        )

    @api.model
    def _prepare_values(self, lead, company, plan, employee):
        """Values of the milestones of one deal, with the terms in force today."""
        currency, stages = company.currency_id, plan.stage_ids.sorted("sequence")
        pool = self._plan_pool(plan, lead, company)
        parts = plan._parts(pool, stages.mapped("share"), currency)
        return [
            {
                **lead._performance_snapshot(company),
                "lead_id": lead.id,
                "plan_id": plan.id,
                "stage_id": stage.id,
                "sequence": stage.sequence,
                "code": stage.code,
                "share": stage.share,
                "basis": plan.basis,
                "rate": plan.rate,
                "is_measured": stage.evidence == "measured",
                "kpi_id": stage.kpi_id.id,
                "target": stage.target,
                "employee_id": employee.id,
                "company_id": company.id,
                "currency_id": currency.id,
                "base_amount": lead.expected_revenue,
                "pool_amount": float(pool),
                "amount": part,
            }
            for stage, part in zip(stages, parts, strict=True)
        ]

    # === REOPENED AND LOST ===#

    @api.model
    def _of_paying(self, leads):
        """All milestones of some deals; asks nothing about those that never paid.

        A deal keeps the plan by which its milestones were made.
        """
        # sudo: the engine looks, whoever wins the deal
        return self._of_deals(leads.sudo().filtered("performance_plan_id"))

    @api.model
    def _deals_reopened(self, leads):
        """Won deals are open again: whatever is not released waits."""
        milestones = self._of_paying(leads).filtered(
            lambda m: m.state in ("pending", "review", "approved")
        )
        milestones._workflow_apply("suspend", self.env._("The deal was reopened."))

    @api.model
    def _deals_lost(self, leads):
        """Deals are lost: what was promised ends, what was earned is taken back."""
        milestones = self._of_paying(leads).filtered(
            lambda m: m.state not in ("rejected", "cancelled")
        )
        milestones._workflow_apply("cancel", self.env._("The deal was lost."))

    # === NOTES ===#

    @api.model
    def _note(self, notes):
        """Leave a note on deals.

        :param dict notes: ``{lead: text}``
        """
        if notes:
            leads = self.env["crm.lead"].union(*notes)
            leads._message_log_batch(
                bodies={lead.id: text for lead, text in notes.items()}
            )
