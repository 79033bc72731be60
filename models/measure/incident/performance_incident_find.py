from odoo import Command, api, models
from odoo.fields import Domain

from .clusters import clusters


class PerformanceIncidentFind(models.Model):
    """Major incidents follow the complaints: found, grown, and gone again as drafts."""

    _inherit = "performance.incident"

    @api.model
    def _cron_find(self):
        """Every night: all rules over all complaints."""
        self._find()

    @api.model
    def _find(self):
        """Bring the major incidents of all active rules up to date.

        A cluster is one incident: the one that holds any of its complaints, a confirmed
        one before a draft. Drafts whose complaints do not suffice any more disappear.
        Doing it twice changes nothing.
        """
        # sudo: rules look at all complaints, whoever runs them
        engine = self.sudo()._workflow_engine()
        known = engine.search(Domain("rule_id.active", "=", True)).sorted(
            lambda incident: (incident.state == "draft", incident.id)
        )
        rank = {incident_id: rank for rank, incident_id in enumerate(known.ids)}
        holders = {}  # {(rule id, complaint id): ids of incidents}
        for incident in known:
            for complaint_id in incident.complaint_ids.ids:
                key = incident.rule_id.id, complaint_id
                holders.setdefault(key, []).append(incident.id)
        kept, fresh = set(), []
        for cluster in clusters(self.env):
            keys = [(cluster["rule_id"], c) for c in cluster["complaint_ids"]]
            held = {i for key in keys for i in holders.get(key, ())} - kept
            if held:
                best = min(held, key=rank.get)
                kept.add(best)
                engine.browse(best)._grow(cluster)
            else:
                fresh.append(cluster)
        gone = known.filtered(lambda i: i.id not in kept and i.state == "draft")
        gone.unlink()
        engine._warm_up(fresh)
        engine.create([engine._prepare_major(cluster) for cluster in fresh])

    @api.model
    def _warm_up(self, found):
        """Read at once what many new incidents are made of."""
        complaints = self.env["performance.complaint"].browse(
            c["last_id"] for c in found
        )
        complaints.fetch(["severity", "employee_id", "lead_id"])
        partners = self.env["res.partner"].browse({c["partner_id"] for c in found})
        partners.fetch(["name"])

    def _grow(self, cluster):
        """Take over the complaints of the cluster; a confirmed one keeps its terms."""
        if set(self.complaint_ids.ids) == set(cluster["complaint_ids"]):
            return
        values = self._prepare_major(cluster)
        if self.state != "draft":
            values = {"complaint_ids": values["complaint_ids"]}
        else:
            # whom a person put in stays
            values.pop("employee_id")
        self.write(values)

    @api.model
    def _prepare_major(self, cluster):
        """Values of the incident that a cluster makes."""
        last = self.env["performance.complaint"].browse(cluster["last_id"])
        partner = self.env["res.partner"].browse(cluster["partner_id"])
        return {
            "kind": "major",
            "name": self.env._(
                "%(count)s complaints of %(customer)s",
                count=len(cluster["complaint_ids"]),
                customer=partner.name,
            ),
            "severity": last.severity,
            "rule_id": cluster["rule_id"],
            "complaint_ids": [Command.set(cluster["complaint_ids"])],
            "company_id": cluster["company_id"],
            "commercial_partner_id": partner.id,
            "cause_id": cluster["cause_key"],
            "employee_id": last.employee_id.id,
            "lead_id": last.lead_id.id,
            "occurred_at": cluster["occurred_at"],
        }
