import logging
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

from ....tools.voice import is_in_sample
from .people import People
from .triggers import TRIGGERS

_logger = logging.getLogger(__name__)


class PerformanceVoiceProgram(models.Model):
    """How the sample is drawn, every night."""

    _inherit = "performance.voice.program"

    @api.model
    def _cron_ask(self):
        """Collect answers, close what is over, draw, remind and send; all resumable."""
        Voice = self.env["performance.voice"]
        Request = self.env["performance.voice.request"]
        progress = self.env["ir.cron"]._commit_progress
        _made, more = Voice._collect()
        Request._expire_due()
        programs = self.search([("active", "=", True)], order="last_run_at, id")
        progress(1, remaining=len(programs) + bool(more))
        for program in programs:
            program._draw_safely()
            if not progress(1):
                return
        Request._send_due(progress)

    def _draw_safely(self):
        """Draw; what goes wrong with one program does not stop the others."""
        try:
            with self.env.cr.savepoint():
                self._draw()
        except Exception as error:
            _logger.exception("%s could not be drawn", self)
            self.write(
                {
                    "last_run_at": fields.Datetime.now(),
                    "last_message": self.env._("Nothing was drawn: %s", error),
                }
            )

    def _draw(self):
        """Draw the sample of one program.

        :return: the new requests
        """
        self.ensure_one()
        trigger = TRIGGERS[self.trigger]
        since = fields.Datetime.now() - timedelta(days=self.window_days)
        happened = self.env[trigger.model].search(
            trigger.domain(self.company_id, since), order="id"
        )
        people = People(self.env).by_user(
            self.env["res.users"].union(*(trigger.lead(r).user_id for r in happened))
        )
        happened = happened.filtered(lambda r: self._is_ours(trigger, r, people))
        drawn = happened.filtered(
            lambda r: is_in_sample(self.seed, trigger.key(r), self.share)
        )
        fresh = drawn - self._asked_about(drawn)
        chosen, skipped = self._choose(fresh)
        requests = self._request(trigger, chosen, people)
        self._tell(self._summary(happened, drawn, requests, skipped))
        return requests

    def _is_ours(self, trigger, record, people):
        """Records without a company belong to that of the person responsible."""
        if record.company_id:
            return record.company_id == self.company_id
        lead = trigger.lead(record)
        return (lead.user_id.id, self.company_id.id) in people

    def _asked_about(self, records):
        """Those of the records that this program has asked about already."""
        asked = self.env["performance.voice.request"].search(
            [
                ("program_id", "=", self.id),
                ("source_model", "=", records._name),
                ("source_id", "in", records.ids),
            ]
        )
        return records.browse(asked.mapped("source_id"))

    # === WHO IS LEFT OUT ===#

    def _choose(self, records):
        """Leave out whom one may not ask.

        :return: ``(records to ask about, {reason: number})``
        """
        partners = records.partner_id
        addresses = {p.id: email_normalize(p.email or "") for p in partners}
        wanted = [address for address in addresses.values() if address]
        blocked = set(
            self.env["mail.blacklist"].search([("email", "in", wanted)]).mapped("email")
        )
        inside, own = People(self.env).internal(partners, wanted)
        resting_ids, resting = self._resting(partners, wanted)
        chosen, skipped = records.browse(), Counter()
        for record in records:
            partner, address = record.partner_id, addresses[record.partner_id.id]
            if not address:
                skipped["no_email"] += 1
            elif address in blocked:
                skipped["opted_out"] += 1
            elif partner.id in inside or address in own:
                skipped["internal"] += 1
            elif partner.id in resting_ids or address in resting:
                skipped["resting"] += 1
            elif len(chosen) >= self.daily_limit:
                skipped["limit"] += 1
            else:
                chosen += record
                # one question for one person, also tonight
                resting.add(address)
        return chosen, skipped

    def _resting(self, partners, addresses):
        """Contacts, and addresses, that any program of any company asked lately."""
        since = fields.Datetime.now() - timedelta(days=self.rest_days)
        lately = self.env["performance.voice.request"].search(
            [
                ("drawn_at", ">=", since),
                "|",
                ("partner_id", "in", partners.ids),
                ("email", "in", addresses),
            ]
        )
        return set(lately.partner_id.ids), set(lately.mapped("email"))

    def _request(self, trigger, records, people):
        """Make the requests, for sending later tonight."""
        now = fields.Datetime.now()
        none = self.env["hr.employee"]
        vals_list = []
        for record in records:
            lead = trigger.lead(record)
            employee = trigger.employee(
                record,
                {user: e for (user, c), e in people.items() if c == self.company_id.id},
            )
            vals_list.append(
                {
                    "program_id": self.id,
                    "survey_id": self.survey_id.id,
                    "kind": self.kind,
                    "company_id": self.company_id.id,
                    "partner_id": record.partner_id.id,
                    "email": email_normalize(record.partner_id.email),
                    "employee_id": (employee or none).id,
                    "lead_id": lead.id,
                    "source_model": record._name,
                    "source_id": record.id,
                    "drawn_at": now,
                    "drawn_by": "system",
                }
            )
        return self.env["performance.voice.request"]._plan(vals_list)

    # === WHAT IS TOLD ===#

    def _tell(self, message):
        self.write({"last_run_at": fields.Datetime.now(), "last_message": message})

    def _summary(self, happened, drawn, requests, skipped):
        """One sentence for what was found, and one for each reason to leave out."""
        texts = {
            "no_email": self.env._("%s without an e-mail address"),
            "opted_out": self.env._("%s who want no mails"),
            "internal": self.env._("%s of the own company"),
            "resting": self.env._("%s who were asked lately"),
            "limit": self.env._("%s over the limit of one night"),
        }
        text = self.env._(
            "%(happened)s in the last %(days)s days, %(drawn)s of them in the sample; "
            "%(asked)s asked now.",
            happened=len(happened),
            days=self.window_days,
            drawn=len(drawn),
            asked=len(requests),
        )
        if skipped:
            reasons = ", ".join(
                texts[key] % skipped[key] for key in texts if skipped[key]
            )
            text += " " + self.env._("Left out: %s.", reasons)
        return text
