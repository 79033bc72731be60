import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import split_every

from ..complaint.performance_complaint import OPEN_STATES
from ..complaint.performance_complaint_workflow import ENDED
from .feed_source import FeedSource

_logger = logging.getLogger(__name__)

# how many records one fetch makes complaints of, and how many are looked at together
MOST_NEW = 500
AT_ONCE = 200
# transactions that were open when the last fetch began
OVERLAP = timedelta(hours=1)
# a job is called again and again until nothing remains; less than its interval
ONE_JOB = timedelta(minutes=10)
# what happened long ago is not announced move by move; tasks follow at the end
QUIET = {"mail_create_nosubscribe": True, "mail_activity_automation_skip": True}


class PerformanceComplaintFeedRun(models.Model):
    """How complaints are made of records elsewhere, and follow them.

    Doing it twice changes nothing: a record has one complaint, and a complaint moves
    only when its record did. It changes hands with its record until it is late or
    escalated; from then on only managers and officers give it to somebody else, here.
    """

    _inherit = "performance.complaint.feed"

    @api.model
    def _cron_feed(self):
        """Fetch from every source; one that fails does not hold up the others.

        Each is tried once in a job, also one that fails; one that has more to bring in
        than fits into one fetch comes again after the others.
        """
        since = fields.Datetime.now() - ONE_JOB
        due = Domain("attempted_at", "=", False) | Domain("attempted_at", "<", since)
        feeds = self.search(due, order="last_run_at NULLS FIRST, id")
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(feeds))
        for feed in feeds:
            # before: a fetch that takes the worker down is not tried first again
            feed.write({"attempted_at": fields.Datetime.now()})
            progress._commit_progress()
            feed._run_safely()
            if not progress._commit_progress(1, remaining=self.search_count(due)):
                break

    def _run_safely(self):
        """Fetch; what goes wrong stands on the feed."""
        try:
            with self.env.cr.savepoint():
                self._run()
                self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.exception("Complaints could not be fetched by %s", self.id)
            self.invalidate_recordset()
            self.write({"error": str(error) or repr(error)})

    def _run(self):
        """Bring the complaints of this feed up to date.

        :return: how many are new
        """
        self.ensure_one()
        if problem := self._problem():
            self.write({"error": problem})
            return 0
        started = fields.Datetime.now()
        source = FeedSource(self)
        faults = self._follow_known(source)
        fresh = source.fresh(self._known(), MOST_NEW)
        made = 0
        for ids in split_every(AT_ONCE, fresh.ids):
            for record_id, facts in source.facts(ids).items():
                fault = self._safely(record_id, self._take, record_id, facts)
                faults += fault
                made += not fault
        self.write({"last_run_at": started, "error": "\n".join(faults[:10]) or False})
        if len(fresh) == MOST_NEW and made:
            self.write({"attempted_at": False})
            self.env.ref("customer_performance.ir_cron_complaint_feed")._trigger()
        return made

    def _known(self):
        """A query of the ids of the records that are complaints, of whatever feed."""
        found = self.env["performance.complaint"]._search(
            Domain("res_model", "=", self.model_name), bypass_access=True
        )
        return found.subselect("res_id")

    def _safely(self, record_id, function, *arguments):
        """Do something with one record.

        :return: what is wrong, as a list of one sentence or of none
        """
        try:
            with self.env.cr.savepoint():
                function(*arguments)
                self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.info("Record %s makes no complaint", record_id, exc_info=True)
            return [f"{self.model_name} {record_id}: {error}"]
        return []

    # === NEW ONES ===#

    def _take(self, record_id, facts):
        """Make the complaint of a record, and play what happened since."""
        engine = self.env["performance.complaint"]._workflow_engine()
        quiet = engine.with_context(**QUIET)
        filed = quiet.with_context(performance_moment=facts.received).create(
            {
                **facts.values,
                "company_id": self.company_id.id,
                "cause_id": self.cause_id.id,
                "channel": "other",
                "filed_at": facts.received,
                "feed_id": self.id,
                "res_model": self.model_name,
                "res_id": record_id,
                "source_employee_id": facts.values["employee_id"],
            }
        )
        self._move_along(quiet.browse(filed.id), facts)
        complaint = engine.browse(filed.id)
        # from here on the clock runs as everywhere
        complaint._refresh_clock()
        complaint._workflow_schedule_activities()

    # === THOSE THAT ARE THERE ===#

    def _follow_known(self, source):
        """Move the complaints whose records moved; return what is wrong."""
        engine = self.env["performance.complaint"]._workflow_engine()
        ours = Domain("feed_id", "=", self.id)
        changed = source.changed(self.last_run_at and self.last_run_at - OVERLAP)
        followed = Domain("state", "in", OPEN_STATES) | (
            Domain("state", "in", ENDED) & Domain("res_id", "in", changed)
        )
        faults = []
        for ids in split_every(AT_ONCE, engine.search(ours & followed, order="id").ids):
            complaints = engine.browse(ids)
            facts = source.facts(complaints.mapped("res_id"))
            for complaint in complaints:
                told = facts.get(complaint.res_id)
                if told and self._is_behind(complaint, told):
                    faults += self._safely(
                        complaint.res_id, self._play, complaint, told
                    )
        return faults

    def _is_behind(self, complaint, facts):
        """Whether the record did anything that the complaint did not yet."""
        return (
            self._seen(complaint, facts) != complaint.source_resolved_at
            or bool(facts.responded and complaint.state == "new")
            or self._has_new_owner(complaint, facts)
        )

    def _seen(self, complaint, facts):
        """The latest resolution in the source: what is remembered of it."""
        if not facts.resolved:
            return False
        known = complaint.source_resolved_at
        stamps = [stamp for stamp in (facts.stamp, known) if stamp]
        return max(stamps, default=facts.resolved)

    def _is_news(self, complaint, facts):
        """Whether the source was resolved anew.

        What was resolved before the complaint was taken up again here is not: the
        customer says that it did not help.
        """
        seen, reopened = self._seen(complaint, facts), complaint.last_reopened_at
        return bool(
            seen
            and seen != complaint.source_resolved_at
            and not (reopened and facts.resolved <= reopened)
        )

    def _has_new_owner(self, complaint, facts):
        """Whether the record of an open complaint changed hands since the last look."""
        owner = facts.values["employee_id"]
        is_other = owner and owner != complaint.source_employee_id.id
        return bool(is_other and complaint.state in OPEN_STATES)

    def _play(self, complaint, facts):
        """Let a complaint follow; whoever has to act now hears of it once."""
        before = complaint.state, complaint.employee_id
        self._move_along(complaint.with_context(**QUIET), facts)
        if (complaint.state, complaint.employee_id) != before:
            complaint._workflow_schedule_activities()

    def _move_along(self, complaint, facts):
        """Make the moves that the record made and the complaint did not yet."""
        if facts.responded and complaint.state == "new":
            self._move(complaint, "respond", facts.responded)
        seen, is_news = self._seen(complaint, facts), self._is_news(complaint, facts)
        if complaint.source_resolved_at and not seen and complaint.state in ENDED:
            reopened = max(facts.reopened, complaint.resolved_at)
            reason = self.env._("It was taken up again in “%s”.", self.name)
            self._move(complaint, "reopen", reopened, reason)
        if self._has_new_owner(complaint, facts):
            until = facts.resolved if is_news else fields.Datetime.now()
            self._hand_over(complaint, facts.values["employee_id"], until)
        if is_news and complaint.state in OPEN_STATES:
            self._move(complaint, "resolve", facts.resolved)
        if is_news and complaint.state == "resolved":
            self._move(complaint, "close", facts.resolved)
        complaint.write({"source_resolved_at": seen})

    def _hand_over(self, complaint, employee_id, until):
        """Give it to whoever has the record now, unless it is late already.

        Whoever may edit the record could otherwise give a late complaint to a
        colleague, which here only managers and officers do. A late or escalated one
        stays where it is, and the manager, else an officer, is asked to decide.

        :param until: when the source was resolved, if it was: later is not late
        """
        complaint.write({"source_employee_id": employee_id})
        complaint.with_context(performance_moment=until)._refresh_clock()
        owner = complaint.source_employee_id
        if owner == complaint.employee_id:
            return
        kept = complaint.employee_id and (
            complaint.response_breached_at
            or complaint.resolution_breached_at
            or complaint.escalated_at
        )
        if not kept:
            complaint.write({"employee_id": employee_id})
            complaint._follow()
            return
        text = self.env._(
            "In “%(feed)s” it was given to %(person)s. It is late or was escalated, "
            "so it stays where it is here; a manager or an officer decides.",
            feed=self.name,
            person=owner.name,
        )
        complaint.message_post(body=text)
        loud = complaint.with_context(mail_activity_automation_skip=False)
        for user in complaint._escalation_user():
            loud.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Who is responsible?"),
                note=text,
                user_id=user.id,
                automated=True,
            )

    def _move(self, complaint, verb, moment, reason=None):
        """One move at the time at which it took place.

        It cannot be before what the complaint has lived through already.
        """
        pauses = complaint.pause_ids
        lived = (
            complaint.filed_at,
            complaint.first_response_at,
            complaint.resolved_at,
            complaint.last_reopened_at,
            *pauses.mapped("started_at"),
            *pauses.mapped("ended_at"),
        )
        moment = max(moment, *(time for time in lived if time))
        complaint.with_context(performance_moment=moment)._workflow_apply(verb, reason)
