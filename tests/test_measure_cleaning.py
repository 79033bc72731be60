from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users

from .cleaning_common import CleaningCommon


@tagged("post_install", "-at_install")
class TestCleaningRule(CleaningCommon):
    """Rules: who defines and approves them, and what is refused."""

    # === ROLES ===#

    @users("perf_admin")
    def test_administrators_define_and_do_not_approve_their_own(self):
        rule = self._draft_rule(env=self.env)
        self.assertEqual(rule.proposed_by_id, self.user_admin)
        self.assertFalse(rule.can_approve)
        with self.assertRefused(UserError, "somebody else has to approve"):
            rule.action_approve()
        with self.assertRefused(AccessError, "workflow only"):
            rule.write({"state": "in_force"})
        for name, value in (
            ("proposed_by_id", self.user_hr.id),
            ("approved_by_id", self.user_hr.id),
            ("error", "none"),
        ):
            with self.assertRefused(AccessError, "workflow only"):
                rule.write({name: value})

    @users("perf_admin")
    def test_a_forged_author_does_not_help(self):
        model = self.env["performance.cleaning.rule"].with_context(
            default_proposed_by_id=self.user_hr.id,
            default_state="in_force",
            performance_workflow=True,
        )
        rule = model.create(self._rule_values(proposed_by_id=False))
        self.assertEqual((rule.state, rule.proposed_by_id), ("draft", self.user_admin))
        with self.assertRefused(AccessError, "workflow only"):
            model.create(self._rule_values(state="in_force"))
        with self.assertRefused(AccessError, "workflow only"):
            model.create(self._rule_values(proposed_by_id=self.user_hr.id))

    @users("perf_hr")
    def test_officers_read_and_approve(self):
        rule = self._draft_rule().with_env(self.env)
        self.assertTrue(rule.can_approve)
        self.assertFalse(rule.can_withdraw)
        with self.assertRefused(AccessError, ""):
            rule.write({"domain": "[]"})
        with self.assertRefused(AccessError, ""):
            self._draft_rule(env=self.env)
        rule.action_approve()
        self.assertRecordValues(
            rule, [{"state": "in_force", "approved_by_id": self.user_hr.id}]
        )
        with self.assertRefused(UserError, "Only a performance administrator"):
            rule._workflow_apply("withdraw", "I do not like it")

    def test_others_have_no_access(self):
        rule = self._draft_rule()
        for user in (self.user_manager, self.user_sales, self.user_outsider):
            with self.assertRefused(AccessError, ""):
                rule.with_user(user).read(["name"])
            with self.assertRefused(AccessError, ""):
                rule.with_user(user).action_approve()
        audited = rule.with_user(self.user_auditor)
        self.assertEqual(audited.read(["name"])[0]["name"], rule.name)
        with self.assertRefused(UserError, "Only a performance officer"):
            audited.action_approve()

    def test_whoever_changes_a_draft_is_its_author(self):
        rule = self._draft_rule(user=self.user_admin2)
        rule.with_user(self.user_admin).write({"domain": "[('id', '>', 0)]"})
        with self.assertRefused(UserError, "somebody else"):
            rule.with_user(self.user_admin).action_approve()
        rule.with_user(self.user_admin2).action_approve()
        self.assertEqual(rule.state, "in_force")

    def test_in_force_it_stays_as_approved(self):
        rule = self._rule()
        for vals in (
            {"domain": "[]"},
            {"kpi_ids": [(6, 0, self.kpi_deals.ids)]},
            {"active": False},
            {"company_id": False},
            {"model_id": self.env["ir.model"]._get_id("res.partner")},
        ):
            with self.assertRefused(UserError, "Withdraw it first"):
                rule.with_user(self.user_admin).write(vals)
        with self.assertRefused(UserError, "Withdraw it first"):
            rule.with_user(self.user_admin).unlink()
        rule.with_user(self.user_admin).write({"name": "Another name"})
        rule.with_user(self.user_admin)._workflow_apply("withdraw", "Too wide")
        with self.assertRefused(UserError, "the log keeps it"):
            self._create_won(partner_id=self.tester.id)
            self._approve(rule)
            rule.with_user(self.user_admin)._workflow_apply("withdraw", "Again")
            rule.with_user(self.user_admin).unlink()

    def test_approvers_get_an_activity_and_the_author_none(self):
        rule = self._draft_rule()
        told = rule.activity_ids.user_id
        self.assertIn(self.user_hr, told)
        self.assertIn(self.user_admin2, told)
        self.assertNotIn(self.user_admin, told)
        self._approve(rule)
        self.assertFalse(rule.activity_ids)

    # === DEFINITION ===#

    def test_what_cannot_be_applied_is_refused_when_it_is_saved(self):
        other = self._create_kpi("OTHER", model_name="res.partner")
        table = [
            ({"model_name": "no.such.model"}, "not stored"),
            ({"model_name": "performance.reason.wizard"}, "not stored"),
            ({"model_name": "mail.thread"}, "not stored"),
            ({"domain": "[('no_such_field', '=', 1)]"}, "does not fit"),
            ({"domain": "not a domain"}, "does not fit"),
            ({"domain": "__import__('os').getcwd()"}, "does not fit"),
            ({"domain": "[('expected_revenue', '=', 'x')]"}, "does not fit"),
            ({"kpi_ids": [(6, 0, other.ids)]}, "does not count records"),
            ({"kpi_ids": [(6, 0, self.kpi_csat.ids)]}, "does not count records"),
        ]
        for values, text in table:
            with self.assertRefused(ValidationError, text):
                self._draft_rule(**values)

    @users("perf_admin")
    def test_nobody_learns_secrets_by_counting(self):
        secret = "[('key', '=', 'database.secret'), ('value', 'like', 'a%')]"
        with self.assertRefused(ValidationError, "system administrators"):
            self._draft_rule(
                env=self.env, model_name="ir.config_parameter", domain=secret
            )
        rule = self._draft_rule(env=self.env)
        asked = "[('user_id.totp_secret', '!=', False)]"
        with self.assertRefused(ValidationError, "totp_secret"):
            rule.domain = asked
        # a form counts while it is edited: it says nothing either
        edited = rule.new({"domain": "[('id', '>', 0)]"}, origin=rule)
        self.assertTrue(edited.match_count)
        edited.domain = asked
        self.assertEqual(edited.match_count, 0)
        theirs = self._draft_rule(
            user=self.env.ref("base.user_root"),
            model_name="ir.config_parameter",
            domain=secret,
        )
        self.assertEqual(theirs.with_env(self.env).match_count, 0)
        theirs.with_env(self.env).action_approve()
        self.assertEqual(theirs.state, "in_force")

    def test_a_kpi_in_a_rule_is_not_deleted(self):
        kpi = self._create_kpi("GOES")
        self._draft_rule(kpi_ids=[(6, 0, kpi.ids)])
        with self.assertRefused(UserError, "“Test customers” is about"):
            kpi.unlink()

    def test_the_form_counts_what_matches(self):
        self._create_won(partner_id=self.tester.id)
        rule = self._draft_rule()
        self.assertEqual(rule.with_user(self.user_admin).match_count, 1)
