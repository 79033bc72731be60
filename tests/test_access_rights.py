from odoo.fields import Domain
from odoo.tests import tagged

from .score_common import ScoreCommon

ROLES = {
    "perf_outsider": "",
    "perf_portal": "portal",
    "perf_crm": "",
    "perf_employee": "user",
    "perf_manager": "lead",
    "perf_hr": "officer",
    "perf_admin": "admin",
    "perf_auditor": "auditor",
}
# {model: {role: operations}} of measure and score; stages after them have tables of
# their own
EXPECTED = {
    "performance.period": {
        "user": "r",
        "lead": "r",
        "officer": "rwc",
        "admin": "rwcu",
        "auditor": "r",
    },
    "performance.measurement": {
        "lead": "r",
        "officer": "r",
        "admin": "r",
        "auditor": "r",
    },
    "performance.cleaning.rule": {"officer": "r", "admin": "rwcu", "auditor": "r"},
    "performance.exclusion": {
        "user": "r",
        "lead": "r",
        "officer": "r",
        "admin": "r",
        "auditor": "r",
    },
    "performance.reading": {
        "user": "r",
        "lead": "r",
        "officer": "rwcu",
        "admin": "rwcu",
        "auditor": "r",
    },
    "performance.target": {
        "user": "r",
        "lead": "r",
        "officer": "rwcu",
        "admin": "rwcu",
        "auditor": "r",
    },
    "performance.incident.rule": {
        "user": "r",
        "lead": "r",
        "officer": "r",
        "admin": "rwcu",
        "auditor": "r",
    },
    "performance.incident": {
        "user": "rwcu",
        "lead": "rwcu",
        "officer": "rwcu",
        "admin": "rwcu",
        "auditor": "r",
    },
    "performance.acceptance": {
        "portal": "r",
        "user": "rwcu",
        "lead": "rwcu",
        "officer": "rwcu",
        "admin": "rwcu",
        "auditor": "r",
    },
    "performance.complaint.feed": {"officer": "r", "admin": "rwcu", "auditor": "r"},
    "performance.complaint": {
        "portal": "r",
        "user": "rwc",
        "lead": "rwc",
        "officer": "rwc",
        "admin": "rwc",
        "auditor": "r",
    },
    **{
        model: {"user": "r", "lead": "r", "officer": "r", "admin": "r", "auditor": "r"}
        for model in ("performance.complaint.pause", "performance.voice")
    },
    **{
        model: {
            "user": "r",
            "lead": "r",
            "officer": "r",
            "admin": "rwcu",
            "auditor": "r",
        }
        for model in ("performance.hint.topic", "performance.hint.word")
    },
    "performance.text.hint": {
        "user": "rw",
        "lead": "rw",
        "officer": "rw",
        "admin": "rw",
        "auditor": "r",
    },
    "performance.complaint.request": {"officer": "r", "admin": "r", "auditor": "r"},
    "performance.voice.program": {"officer": "r", "admin": "rwcu", "auditor": "r"},
    "performance.voice.request": {
        "lead": "r",
        "officer": "r",
        "admin": "r",
        "auditor": "r",
    },
    "performance.override": {"officer": "rc", "admin": "rc", "auditor": "r"},
    "performance.correction": {"officer": "rc", "admin": "rc", "auditor": "r"},
    **{
        model: {
            "user": "r",
            "lead": "r",
            "officer": "r",
            "admin": "rwcu",
            "auditor": "r",
        }
        for model in (
            "performance.kpi",
            "performance.kpi.band",
            "performance.complaint.cause",
            "performance.service.level",
            "performance.rating.scale",
            "performance.rating.band",
            "performance.scheme",
            "performance.scheme.line",
            "performance.scheme.band",
        )
    },
    **{
        model: {"user": "r", "lead": "r", "officer": "r", "admin": "r", "auditor": "r"}
        for model in ("performance.scorecard", "performance.scorecard.line")
    },
}
OPERATIONS = ("read", "write", "create", "unlink")
# notes that PostgreSQL writes for the engine: nothing for people, no company
TECHNICAL = {"performance.change", "performance.complaint.attempt"}
# what customers read of their own company, by record rules with tests of their own
FOR_CUSTOMERS = {
    "performance.acceptance": {"read"},
    "performance.complaint": {"read"},
}


@tagged("post_install", "-at_install")
class TestAccessRights(ScoreCommon):
    """What holds for every model of the addon, also for those that later issues add."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = sorted(
            name
            for name in cls.env
            if name.startswith("performance.") and name not in TECHNICAL
        )

    def _user(self, login):
        return self.env["res.users"].search([("login", "=", login)])

    def test_matrix_of_measure_and_score(self):
        for login, role in ROLES.items():
            user = self._user(login)
            for model, expected in EXPECTED.items():
                records = self.env[model].with_user(user)
                found = "".join(op[0] for op in OPERATIONS if records.has_access(op))
                self.assertEqual(found, expected.get(role, ""), f"{login} on {model}")

    def test_portal_and_public_reach_nothing(self):
        """Customers read what is meant for them, visitors nothing at all."""
        public = self.env.ref("base.public_user")
        for user, allowed in ((self.user_portal, FOR_CUSTOMERS), (public, {})):
            for name in self.models:
                model = self.env[name]
                if not model._abstract:
                    for operation in OPERATIONS:
                        self.assertEqual(
                            model.with_user(user).has_access(operation),
                            operation in allowed.get(name, ()),
                            f"{user.login}: {operation} {name}",
                        )

    def test_auditors_read_all_and_write_nothing(self):
        for name in self.models:
            model = self.env[name].with_user(self.user_auditor)
            if model._abstract or model._transient:
                continue
            self.assertTrue(model.has_access("read"), name)
            for operation in OPERATIONS[1:]:
                self.assertFalse(model.has_access(operation), f"{operation} {name}")

    def test_companies_are_kept_apart_by_a_rule(self):
        """Each stored model has a rule for all groups, its own or its parent's."""
        for name in self.models:
            model = self.env[name]
            if model._abstract or model._transient:
                continue
            rules = self.env["ir.rule"].search(
                Domain("model_id.model", "=", name) & Domain("groups", "=", False)
            )
            if name == "performance.criterion" and "company_id" not in model._fields:
                continue
            self.assertTrue(
                any("compan" in (rule.domain_force or "") for rule in rules), name
            )
