from datetime import timedelta
from ipaddress import ip_address, ip_network

from odoo import api, fields, models
from odoo.tools import SQL, hmac

HOUR = timedelta(hours=1)
# what the public form takes in an hour: from one address, one network, for one company
MOST_BY_EMAIL = 3
MOST_BY_NETWORK = 10
MOST_BY_COMPANY = 100


class PerformanceComplaintAttempt(models.Model):
    """A note that the public form was used, to see who uses it too often.

    One record is one form that was taken. It holds no address: e-mail and network are
    hashed with the secret of the database, which tells equal ones and nothing else.
    Written by the form, read by the form, deleted by the daily cleaning once it does
    not count any more.
    """

    _name = "performance.complaint.attempt"
    _description = "Use of the Complaint Form"
    _log_access = False

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    email_hash = fields.Char(required=True, readonly=True)
    network_hash = fields.Char(required=True, readonly=True)
    attempted_at = fields.Datetime(
        required=True, readonly=True, index=True, default=fields.Datetime.now
    )

    # === BUSINESS METHODS ===#

    @api.model
    def _note(self, company, email, address):
        """The form was used."""
        # sudo: visitors use the form, and reach nothing else
        self.sudo().create(
            {
                "company_id": company.id,
                "email_hash": self._hash(_mailbox(email)),
                "network_hash": self._hash(_network(address)),
            }
        )

    @api.model
    def _is_too_often(self, company, email, address):
        """Whether the form was used as often as people do not in an hour."""
        self.flush_model()
        [counts] = self.env.execute_query(
            SQL(
                "SELECT count(*) FILTER (WHERE email_hash = %s),"
                " count(*) FILTER (WHERE network_hash = %s),"
                " count(*) FILTER (WHERE company_id = %s)"
                " FROM performance_complaint_attempt WHERE attempted_at > %s",
                self._hash(_mailbox(email)),
                self._hash(_network(address)),
                company.id,
                fields.Datetime.now() - HOUR,
            )
        )
        most = (MOST_BY_EMAIL, MOST_BY_NETWORK, MOST_BY_COMPANY)
        return any(count >= limit for count, limit in zip(counts, most, strict=True))

    @api.model
    def _hash(self, text):
        # sudo: the secret of the database
        return hmac(self.env(su=True), self._name, text)

    @api.autovacuum
    def _gc_attempts(self):
        """Forget what does not count any more."""
        old = [("attempted_at", "<=", fields.Datetime.now() - HOUR)]
        # sudo: nobody reads these
        self.sudo().search(old).unlink()


def _mailbox(email):
    """The mailbox behind an address: what follows a plus sign reaches the same."""
    name, _at, domain = email.lower().rpartition("@")
    return f"{name.split('+')[0]}@{domain}"


def _network(address):
    """Who is behind an IP address: of the new kind everybody has a whole network."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if found.version == 6 and not found.ipv4_mapped:
        return str(ip_network((found, 64), strict=False))
    return str(found.ipv4_mapped if found.version == 6 else found)
