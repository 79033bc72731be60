from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

# what PostgreSQL holds as an id
LARGEST_ID = 2**31 - 1


def as_id(text):
    """An id that a form sent; nothing for nothing, -1 for what cannot be one."""
    text = (text or "").strip()
    if not text:
        return None
    usable = text.isascii() and text.isdigit() and int(text[:20]) <= LARGEST_ID
    return int(text) if usable else -1


class ComplaintPortal(CustomerPortal):
    """A customer files complaints and follows those of his company.

    Signed in, or for reading and answering one complaint with the link of a mail. What
    does not exist, is of another customer or comes with a wrong token gets the same
    answer: the way back to the portal.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "complaint_count" in counters:
            complaints = request.env["performance.complaint"]
            values["complaint_count"] = (
                complaints.search_count(complaints._portal_domain())
                if complaints.has_access("read")
                else 0
            )
        return values

    def _complaint_sortings(self):
        env = request.env
        return {
            "date": {"label": env._("Newest"), "order": "filed_at desc, id desc"},
            "state": {"label": env._("State"), "order": "state, filed_at desc"},
            "name": {"label": env._("Title"), "order": "name, id"},
        }

    @http.route(
        ["/my/complaints", "/my/complaints/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_complaints(self, page=1, sortby="date", **_kw):
        """The complaints of the customer."""
        complaints = request.env["performance.complaint"]
        if not complaints.has_access("read"):
            return request.redirect("/my")
        sortings = self._complaint_sortings()
        sortby = sortby if sortby in sortings else "date"
        domain = complaints._portal_domain()
        pager = portal_pager(
            url="/my/complaints",
            total=complaints.search_count(domain),
            page=page,
            step=self._items_per_page,
            url_args={"sortby": sortby},
        )
        found = complaints.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        return request.render(
            "customer_performance.portal_my_complaints",
            {
                **self._prepare_portal_layout_values(),
                # sudo: names of causes; the complaints were searched as the customer
                "complaints": found.sudo(),
                "page_name": "complaint",
                "pager": pager,
                "default_url": "/my/complaints",
                "searchbar_sortings": sortings,
                "sortby": sortby,
            },
        )

    @http.route(
        "/my/complaints/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_new_complaint(self, **form):
        """The form to file a complaint; what was typed comes back with the reason."""
        complaints = request.env["performance.complaint"]
        if not complaints.has_access("read"):
            return request.redirect("/my")
        error = False
        if request.httprequest.method == "POST":
            complaint, error = complaints._portal_file(
                form.get("name"),
                form.get("description"),
                as_id(form.get("cause_id")),
                as_id(form.get("lead_id")),
            )
            if complaint:
                return request.redirect(f"{complaint.access_url}?filed=1")
        typed = {
            name: (form.get(name) or "")[:20_000]
            for name in ("name", "description", "cause_id", "lead_id")
        }
        return request.render(
            "customer_performance.portal_new_complaint",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "complaint",
                "is_new_complaint": True,
                "causes": complaints._portal_causes(),
                "leads": complaints._portal_leads(),
                "error": error,
                "typed": typed,
            },
        )

    def _complaint(self, complaint_id, access_token):
        """The complaint asked for, or None when it is none of this visitor."""
        if complaint_id > LARGEST_ID:
            return None
        try:
            return self._document_check_access(
                "performance.complaint", complaint_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return None

    @http.route(
        "/my/complaints/<int:complaint_id>", type="http", auth="public", website=True
    )
    def portal_my_complaint(self, complaint_id, access_token=None, **query):
        """One complaint, with its messages."""
        complaint = self._complaint(complaint_id, access_token)
        if complaint is None:
            return request.redirect("/my")
        values = {
            "complaint": complaint,
            "page_name": "complaint",
            "filed": query.get("filed") == "1",
            "reopen_error": query.get("reopen_error") == "1",
        }
        return request.render(
            "customer_performance.portal_my_complaint",
            self._get_page_view_values(
                complaint, access_token, values, "my_complaints_history", False
            ),
        )

    @http.route(
        "/my/complaints/<int:complaint_id>/reopen",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_reopen_complaint(
        self, complaint_id, access_token=None, reason=None, **_kw
    ):
        """The customer says that it is not solved."""
        complaint = self._complaint(complaint_id, access_token)
        if complaint is None:
            return request.redirect("/my")
        # as the visitor, for the guards; what he may do here was checked by his link
        problem = complaint.with_user(request.env.user).sudo()._portal_reopen(reason)
        back = {"reopen_error": "1"} if problem else {}
        if access_token:
            back["access_token"] = access_token
        return request.redirect(f"{complaint.access_url}?{urlencode(back)}")
