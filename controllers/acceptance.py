from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.measure.acceptance.decision import REASON_LIMIT, clean_text
from ..models.measure.acceptance.performance_acceptance import DECIDED, SHARED

# what PostgreSQL holds as an id
LARGEST_ID = 2**31 - 1


class AcceptancePortal(CustomerPortal):
    """The customer reads, accepts and refuses deliverables.

    With the link of the e-mail without signing in, or signed in with what belongs to
    the own company. Whatever does not exist, is not for this visitor or comes with a
    wrong token gets the same answer.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        acceptances = request.env["performance.acceptance"]
        for counter, states in (
            ("acceptance_count", SHARED),
            ("acceptance_open_count", ("submitted",)),
        ):
            if counter in counters:
                values[counter] = (
                    acceptances.search_count(self._acceptance_domain(states))
                    if acceptances.has_access("read")
                    else 0
                )
        return values

    def _acceptance_domain(self, states):
        customer = request.env.user.partner_id.commercial_partner_id
        return Domain("commercial_partner_id", "=", customer.id) & Domain(
            "state", "in", states
        )

    def _acceptance_sortings(self):
        return {
            "date": {
                "label": request.env._("Newest"),
                "order": "submitted_at desc, id desc",
            },
            "due": {"label": request.env._("Due Date"), "order": "due_date, id"},
            "name": {"label": request.env._("Title"), "order": "name, id"},
        }

    def _acceptance_filters(self):
        return {
            "all": {"label": request.env._("All"), "states": SHARED},
            "open": {"label": request.env._("To Decide"), "states": ("submitted",)},
            "decided": {"label": request.env._("Decided"), "states": DECIDED},
        }

    @http.route(
        ["/my/acceptances", "/my/acceptances/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_acceptances(self, page=1, sortby=None, filterby=None, **kwargs):
        """What was submitted to the visitor's company."""
        acceptances = request.env["performance.acceptance"]
        sortings, filters = self._acceptance_sortings(), self._acceptance_filters()
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        domain = self._acceptance_domain(filters[filterby]["states"])
        may = acceptances.has_access("read")
        pager = portal_pager(
            url="/my/acceptances",
            total=acceptances.search_count(domain) if may else 0,
            page=page,
            step=self._items_per_page,
            url_args={"sortby": sortby, "filterby": filterby},
        )
        found = acceptances
        if may:
            found = acceptances.search(
                domain,
                order=sortings[sortby]["order"],
                limit=self._items_per_page,
                offset=max(pager["offset"], 0),
            )
        request.session["my_acceptances_history"] = found.ids[:100]
        values = {
            **self._prepare_portal_layout_values(),
            # sudo: names of who is responsible are for the page, employees are not
            "acceptances": found.sudo(),
            "page_name": "acceptance",
            "default_url": "/my/acceptances",
            "pager": pager,
            "searchbar_sortings": sortings,
            "sortby": sortby,
            "searchbar_filters": filters,
            "filterby": filterby,
        }
        return request.render("customer_performance.portal_my_acceptances", values)

    @http.route(
        "/my/acceptances/<int:acceptance_id>", type="http", auth="public", website=True
    )
    def portal_acceptance(self, acceptance_id, access_token=None, **kwargs):
        """One acceptance, with what can be done about it."""
        try:
            acceptance = self._acceptance(acceptance_id, access_token)
        except (AccessError, MissingError):
            return self._acceptance_unavailable()
        shown = {k: kwargs.get(k) for k in ("message", "pid", "hash")}
        return self._acceptance_page(acceptance, access_token, **shown)

    @http.route(
        "/my/acceptances/<int:acceptance_id>/accept",
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def portal_acceptance_accept(
        self, acceptance_id, access_token=None, name=None, signature=None
    ):
        """Accept with name and signature.

        :return: what the signature form understands: a page to go to, or an error
        """
        # the form sends the token in the address
        access_token = access_token or request.httprequest.args.get("access_token")
        try:
            acceptance = self._acceptance(acceptance_id, access_token)
            acceptance._accept_by_customer(
                request.env.user, name, signature, request.httprequest.remote_addr
            )
        except (AccessError, MissingError):
            return {"error": request.env._("This page is not available.")}
        except UserError as error:
            return {"error": str(error)}
        return {
            "force_refresh": True,
            "redirect_url": self._acceptance_url(
                acceptance, access_token, message="accepted"
            ),
        }

    @http.route(
        "/my/acceptances/<int:acceptance_id>/refuse",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_acceptance_refuse(
        self, acceptance_id, access_token=None, name=None, reason=None, **kwargs
    ):
        """Refuse with a reason; what was typed is kept when something is missing."""
        try:
            acceptance = self._acceptance(acceptance_id, access_token)
        except (AccessError, MissingError):
            return self._acceptance_unavailable()
        try:
            acceptance._refuse_by_customer(
                request.env.user, name, reason, request.httprequest.remote_addr
            )
        except UserError as error:
            return self._acceptance_page(
                acceptance,
                access_token,
                error=str(error),
                typed_reason=clean_text(reason)[:REASON_LIMIT],
                typed_name=clean_text(name)[:100],
            )
        return request.redirect(
            self._acceptance_url(acceptance, access_token, message="refused")
        )

    def _acceptance(self, acceptance_id, access_token):
        """The acceptance, as superuser, if this visitor may see it.

        :raise AccessError: when he may not
        :raise MissingError: when there is none
        """
        if acceptance_id > LARGEST_ID:
            raise MissingError(request.env._("This page is not available."))
        # consteq knows nothing but plain text
        usable = isinstance(access_token, str) and access_token.isascii()
        acceptance = self._document_check_access(
            "performance.acceptance", acceptance_id, access_token if usable else None
        )
        if acceptance.state == "draft" and not request.env.user._is_internal():
            raise MissingError(request.env._("This page is not available."))
        return acceptance

    def _acceptance_url(self, acceptance, access_token, suffix="", message=""):
        """An address of the page, with the token that the visitor came with, if any."""
        query = {}
        if self._is_token(acceptance, access_token):
            query["access_token"] = access_token
        if message:
            query["message"] = message
        return f"{acceptance.access_url}{suffix}?{urlencode(query)}"

    def _is_token(self, acceptance, access_token):
        """Only the right token is handed on; whatever else was sent is not echoed."""
        return bool(access_token) and acceptance.access_token == access_token

    def _acceptance_unavailable(self):
        return request.render(
            "customer_performance.portal_acceptance_unavailable",
            {"page_name": "acceptance", "no_breadcrumbs": True},
            status=404,
        )

    def _acceptance_page(self, acceptance, access_token, **kwargs):
        user = request.env.user
        values = self._get_page_view_values(
            acceptance,
            access_token if self._is_token(acceptance, access_token) else None,
            {
                "page_name": "acceptance",
                "acceptance": acceptance,
                "is_shared": acceptance._is_shared() or user._is_internal(),
                "may_decide": not acceptance._customer_error(user),
                "accept_url": self._acceptance_url(acceptance, access_token, "/accept"),
                "refuse_url": self._acceptance_url(acceptance, access_token, "/refuse"),
                "default_name": kwargs.get("typed_name")
                or (acceptance.partner_id.name if user._is_public() else user.name),
                "reason_limit": REASON_LIMIT,
                "typed_reason": kwargs.get("typed_reason"),
                "message": kwargs.get("message"),
            },
            "my_acceptances_history",
            False,
            **{k: kwargs[k] for k in ("error", "pid", "hash") if kwargs.get(k)},
        )
        return request.render("customer_performance.portal_acceptance", values)
