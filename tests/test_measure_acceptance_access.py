from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .acceptance_common import PDF, AcceptanceCommon


@tagged("post_install", "-at_install")
class TestAcceptanceAccess(AcceptanceCommon):
    """Who records a signed paper, and who reads and changes which acceptance."""

    # === ON PAPER ===#

    def _record(self, acceptance, user, **values):
        wizard = self.env["performance.acceptance.paper.wizard"].with_user(user)
        return wizard.create(
            {
                "acceptance_id": acceptance.id,
                "signed_by": "Carl Contact",
                "document": PDF,
                "filename": "protocol.pdf",
                **values,
            }
        ).action_confirm()

    def test_paper_recorded_by_an_officer_or_the_lead(self):
        for user in (self.user_hr, self.user_manager):
            acceptance = self._submitted()
            self.assertTrue(acceptance.with_user(user).can_record)
            self._record(acceptance, user)
            self.assertRecordValues(
                acceptance,
                [
                    {
                        "state": "accepted",
                        "is_first_pass": True,
                        "decided_via": "paper",
                        "decided_by_name": "Carl Contact",
                        "recorded_by_id": user.id,
                        "paper_filename": "protocol.pdf",
                    }
                ],
            )

    def test_paper_four_eyes(self):
        acceptance = self._submitted()
        with self.assertRefused(UserError, "team lead or a performance officer"):
            acceptance.with_user(self.user_sales).action_record_paper()
        of_lead = self._submitted(user=self.user_manager, employee_id=self.manager.id)
        of_hr = self._create_acceptance(user=self.user_hr, lead_id=False, name="H")
        of_hr.with_user(self.user_admin).action_submit()
        for record, user in ((of_lead, self.user_manager), (of_hr, self.user_hr)):
            self.assertFalse(record.with_user(user).can_record)
            with self.assertRefused(UserError, "counts for yourself"):
                record.with_user(user).action_record_paper()
        sent_by_hr = self._create_acceptance()
        sent_by_hr.with_user(self.user_hr).action_submit()
        with self.assertRefused(UserError, "counts for yourself or was submitted by"):
            sent_by_hr.with_user(self.user_hr).action_record_paper()

    def test_paper_needs_a_document_and_a_time_that_fits(self):
        acceptance = self._submitted()
        for values, text in (
            ({"document": "PGh0bWw+PC9odG1sPg=="}, "a PDF, a PNG or a JPEG"),
            ({"signed_at": "2020-01-01 00:00:00"}, "between the submission and now"),
            ({"signed_at": "2090-01-01 00:00:00"}, "between the submission and now"),
            ({"signed_by": " "}, "type your name"),
            ({"decision": "refuse"}, "what is missing or wrong"),
        ):
            with self.assertRefused(UserError, text):
                self._record(acceptance, self.user_hr, **values)
        self.assertEqual(acceptance.state, "submitted")
        self._record(acceptance, self.user_hr, decision="refuse", reason="Too late")
        self.assertEqual(acceptance.refusal_reason, "Too late")

    # === WHO READS AND CHANGES WHAT ===#

    def test_roles(self):
        """Sam's; one of Dora's on no deal; one of Holly's."""
        sams = self._submitted()
        doras = self._create_acceptance(
            user=self.user_employee, lead_id=False, name="D"
        )
        hollys = self._create_acceptance(user=self.user_hr, lead_id=False, name="H")
        everything = sams | doras | hollys
        for user, seen in (
            (self.user_sales, sams),
            (self.user_sales2, self.Acceptance),
            (self.user_employee, doras),
            (self.user_manager, sams),
            (self.user_hr, everything),
            (self.user_admin, everything),
            (self.user_auditor, everything),
            (self.user_portal, sams),
            (self.user_portal2, self.Acceptance),
        ):
            found = self.Acceptance.with_user(user).search(
                [("id", "in", everything.ids)]
            )
            self.assertEqual(found, seen, user.login)
        for user in (self.user_auditor, self.user_portal):
            own = sams.with_user(user)
            for operation in ("write", "unlink", "create"):
                self.assertFalse(own.has_access(operation), user.login)
            for verb in ("withdraw",):
                with self.assertRefused(UserError, "handled by"):
                    own._workflow_apply(verb, "no")
        with self.assertRaises(AccessError):
            sams.with_user(self.user_outsider).read(["name"])

    def test_nobody_prepares_in_the_name_of_others(self):
        with self.assertRefused(AccessError, "."):
            self._create_acceptance(
                user=self.user_employee,
                lead_id=False,
                name="X",
                employee_id=self.sales.id,
            )

    def test_portal_sees_neither_drafts_nor_withdrawn_ones(self):
        draft = self._create_acceptance()
        withdrawn = self._submitted()
        withdrawn.with_user(self.user_sales)._workflow_apply("withdraw", "Wrong")
        refused = self._submitted()
        self._refuse(refused)
        found = self.Acceptance.with_user(self.user_portal).search([])
        self.assertEqual(found & (draft | withdrawn | refused), refused)
        for name in ("withdraw_reason", "paper_document", "decided_ip", "access_token"):
            with self.assertRaises(AccessError):
                refused.with_user(self.user_portal).read([name])

    def test_companies(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        acceptance = self._submitted()
        self.user_hr2.write(
            {"company_ids": [(6, 0, other.ids)], "company_id": other.id}
        )
        found = self.Acceptance.with_user(self.user_hr2).with_context(
            allowed_company_ids=other.ids
        )
        self.assertFalse(found.search([("id", "=", acceptance.id)]))
