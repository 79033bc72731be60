from odoo import fields, models


class PerformanceSecretLinkMixin(models.AbstractModel):
    """A record whose customer follows it by a link that is a key.

    Whoever has the link speaks for the customer, and colleagues are rated by what the
    customer says. So it leaves by e-mail to the contact only: no field, method, message
    or mail, and no preview of one, shows it to anybody inside.
    """

    _name = "performance.secret.link.mixin"
    _description = "Record With a Secret Link"
    _inherit = ["portal.mixin"]

    access_token = fields.Char(groups=fields.NO_ACCESS)

    def _portal_ensure_token(self):
        """The secret of the link, for the engine only; empty for everybody else.

        Odoo's own methods that build links ask here, public ones too.
        """
        if not self.env.su:
            return ""
        return super()._portal_ensure_token()

    def _get_share_url(self, *args, **kwargs):
        # whoever is signed in needs no secret
        if not self.env.su:
            return self.access_url
        return super()._get_share_url(*args, **kwargs)

    def _sign_token(self, pid):
        # sudo: part of the e-mails that go to the contact; says nothing of the secret
        return super(PerformanceSecretLinkMixin, self.sudo())._sign_token(pid)
