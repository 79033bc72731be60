from odoo import http
from odoo.http import request

from .complaint import LARGEST_ID

# a form is some kB; what is larger than this is not even read
LONGEST_BODY = 11 * 1024 * 1024
# people do not see this field, and leave it empty
TRAP = "homepage"
SHOWN = ("name", "description", "contact_name", "email", "phone", "cause_id")


class ComplaintForm(http.Controller):
    """Where anybody complains without a login, if the company wants that.

    What is sent becomes a complaint with the link of a mail only. The page that follows
    is the same whoever the address belongs to; who fills the trap sees it too.
    """

    @http.route(
        ["/complaint", "/complaint/<int:company_id>"],
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def complaint_form(self, company_id=None, **_query):
        """The form of a company; without one, of the visitor's."""
        company = self._company(company_id)
        return self._form(company, {}) if company else self._unavailable()

    @http.route(
        ["/complaint", "/complaint/<int:company_id>"],
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        max_content_length=LONGEST_BODY,
    )
    def submit_complaint(self, company_id=None, **form):
        """Take the form; what was typed comes back with the reason."""
        company = self._company(company_id)
        if not company:
            return self._unavailable()
        if not form.get(TRAP):
            problem = request.env["performance.complaint.request"]._submit(
                company, form, request.httprequest.remote_addr
            )
            if problem:
                return self._form(company, form, problem)
        return request.redirect("/complaint/sent", code=303)

    @http.route(
        "/complaint/sent",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def complaint_sent(self, **_query):
        """What to do next; nothing here depends on what was sent."""
        return self._page("complaint_form_sent", {})

    @http.route(
        "/complaint/confirm/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def confirm_page(self, token, **_query):
        """Show what is to be confirmed: mail programs open every link they find."""
        found, _ours = self._asked(token)
        if found.state == "unconfirmed":
            return self._page(
                "complaint_form_confirm", {"asked": found, "token": token}
            )
        return self._ended(token)

    @http.route(
        "/complaint/confirm/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def confirm(self, token, **_form):
        """File the complaint, and show it to its customer."""
        found, _ours = self._asked(token)
        complaint = found._confirm() if found else None
        if not complaint:
            return self._ended(token)
        return request.redirect(complaint.get_portal_url(query_string="&filed=1"))

    # === HELPERS ===#

    def _company(self, company_id):
        """The company whose form this is, as superuser; none where it is off."""
        # sudo: visitors read no companies; name and setting are for this page
        companies = request.env["res.company"].sudo()
        if company_id is None:
            company = request.env.company.sudo()  # sudo: as above
        elif not isinstance(company_id, int):
            # a field of that name, sent along
            return companies
        else:
            known = company_id <= LARGEST_ID
            company = companies.browse(company_id if known else []).exists()
        return company if company.performance_complaint_form else companies

    def _asked(self, token):
        return request.env["performance.complaint.request"]._of_token(token)

    def _form(self, company, form, problem=False):
        typed = {name: form.get(name) for name in SHOWN}
        return self._page(
            "complaint_form",
            {
                "company": company,
                "causes": request.env["performance.complaint.request"]._causes(company),
                "problem": problem,
                "trap": TRAP,
                "typed": {
                    name: text[:20_000] if isinstance(text, str) else ""
                    for name, text in typed.items()
                },
            },
        )

    def _ended(self, token):
        """Why a link does nothing: used, too old, or none of ours."""
        found, ours = self._asked(token)
        state = found.state or ("expired" if ours else "unknown")
        if state == "unconfirmed":
            # clicked twice: the first click is filing it right now
            state = "confirmed"
        return self._page(
            "complaint_form_ended",
            {"state": state},
            status=404 if state == "unknown" else 410,
        )

    def _unavailable(self):
        return self._page("complaint_form_unavailable", {}, status=404)

    def _page(self, template, values, status=200):
        response = request.render(
            f"customer_performance.{template}",
            {"page_name": "complaint_form", "no_breadcrumbs": True, **values},
            status=status,
        )
        # the address of the page can be a key
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response
