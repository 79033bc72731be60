from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import frozendict

from .workflow import ENGINE


class PerformanceWorkflowMixin(models.AbstractModel):
    """A record that moves through states, each move decided by one person.

    A concrete model declares

    * ``state``: a Selection with a default (``copy=False, tracking=True,
    readonly=True``);
    * ``_workflow``: ``{verb: Transition}``;
    * ``_workflow_activities``: ``{state: xmlid of the activity type}`` of whoever is
    next;
    * ``_workflow_protected``: further fields that only the engine writes;
    * ``can_<verb>``: non-stored Booleans with ``compute="_compute_can"``, for the
    buttons.

    It overrides ``_workflow_guard`` (who may do what, beyond the state),
    ``_workflow_missing`` (what a move still lacks: said on the press of a button that
    stays visible), ``_workflow_values`` (what a move writes besides the state),
    ``_workflow_next_users`` and ``_workflow_deadline`` (whose activity it is, until
    when), ``_workflow_log_record`` (where a reason is posted),
    ``_workflow_log_partners`` (whom it notifies) and ``_after_<verb>`` (what follows;
    later stages extend it).

    Moves are made by ``_workflow_apply`` only. Whoever may *read* the record may ask
    for a move; the guard decides. Neither ``create`` nor ``write`` accepts a state, by
    button or by RPC, also for superusers.
    """

    _name = "performance.workflow.mixin"
    _description = "Performance Workflow Mixin"
    _inherit = ["mail.thread", "mail.activity.mixin"]

    _workflow = {}
    _workflow_activities = {}
    _workflow_protected = ()

    # === COMPUTE METHODS ===#

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can(self):
        """One predicate for guard and button.

        What a move lacks does not hide its button: the press names it.
        """
        for verb in self._workflow:
            name = f"can_{verb}"
            if name in self._fields:
                for record in self:
                    record[name] = not record._workflow_refusal(verb)

    # === CRUD METHODS ===#

    @api.model_create_multi
    def create(self, vals_list):
        model = self._workflow_without_defaults()
        for vals in vals_list:
            model._workflow_check_protected(vals)
        records = super(PerformanceWorkflowMixin, model).create(vals_list)
        records = records.with_env(self.env)
        records._workflow_schedule_activities()
        return records

    def write(self, vals):
        self._workflow_check_protected(vals)
        return super().write(vals)

    def _workflow_without_defaults(self):
        """The model without ``default_<protected field>`` in the context.

        A client could otherwise slip in by the context what its values may not hold.
        """
        if self.env.context.get("performance_workflow") is ENGINE:
            return self
        forbidden = {f"default_{n}" for n in ("state", *self._workflow_protected)}
        if not forbidden & self.env.context.keys():
            return self
        kept = {k: v for k, v in self.env.context.items() if k not in forbidden}
        return self.with_env(self.env(context=kept))

    def _workflow_check_protected(self, vals):
        """Refuse values that only the engine writes.

        A value that is what the field holds anyway is harmless: forms send it back.
        """
        if self.env.context.get("performance_workflow") is ENGINE:
            return
        defaults = {} if self else self.default_get(["state"])
        for name in {"state", *self._workflow_protected} & vals.keys():
            if self:
                same = all(
                    record._fields[name].convert_to_write(record[name], record)
                    == vals[name]
                    for record in self
                )
            else:
                same = vals[name] == defaults.get(name, False)
            if not same:
                raise AccessError(
                    self.env._(
                        "“%(field)s” of %(model)s is set by its workflow only: "
                        "use the buttons of the form.",
                        field=self._fields[name]._description_string(self.env),
                        model=self.env["ir.model"]._get(self._name).name,
                    )
                )

    # === WORKFLOW ENGINE ===#

    def _workflow_engine(self):
        """The same records, as the engine writes them."""
        # sudo: people move records which they may not edit; the guard was asked before
        return self.sudo().with_context(performance_workflow=ENGINE)

    def _workflow_error(self, verb):
        """Say why this record cannot make the move.

        :param str verb: key of ``_workflow``
        :return: a sentence for people, or False when the move is allowed
        """
        return self._workflow_refusal(verb) or self._workflow_missing(verb)

    def _workflow_refusal(self, verb):
        """Say why the current user cannot make this move from this state."""
        self.ensure_one()
        transition = self._workflow[verb]
        if self.state not in transition.sources:
            labels = dict(self._fields["state"]._description_selection(self.env))
            return self.env._(
                "“%(record)s” is in state “%(state)s”; "
                "this step starts from: %(sources)s.",
                record=self.display_name,
                state=labels.get(self.state, self.state),
                sources=", ".join(labels[source] for source in transition.sources),
            )
        return self._workflow_guard(verb)

    def _workflow_guard(self, verb):
        """Say why the current user may not make this move; False when he may.

        To be overridden. The state was checked already.
        """
        return False

    def _workflow_missing(self, verb):
        """Say what the record still lacks for this move; False when it lacks nothing.

        To be overridden. State and person were checked already.
        """
        return False

    def _workflow_values(self, verb, reason):
        """Values written together with the new state."""
        return {}

    def _workflow_apply(self, verb, reason=None):
        """Move all records or none.

        :param str verb: key of ``_workflow``
        :param str reason: why; mandatory where the transition says so
        :return: the records that moved (those already there are left alone)
        :raise UserError: when one record cannot move; the message names each and why
        """
        self.check_access("read")
        self._workflow_check_reason(verb, reason)
        target = self._workflow[verb].target
        # union: a client may name a record twice; it moves once
        moving = self.union().filtered(lambda record: record.state != target)
        errors = [error for r in moving if (error := r._workflow_error(verb))]
        if errors:
            raise UserError("\n".join(errors))
        moving._workflow_move(verb, reason)
        return moving

    def _workflow_apply_each(self, verb, reason=None):
        """Move the records that can move.

        :return: (records moved, {record: why it was left})
        """
        self.check_access("read")
        self._workflow_check_reason(verb, reason)
        left = {r: error for r in self if (error := r._workflow_error(verb))}
        # union: a client may name a record twice; it moves once
        moving = self.union().filtered(lambda record: record not in left)
        moving._workflow_move(verb, reason)
        return moving, left

    def _workflow_check_reason(self, verb, reason):
        if self._workflow[verb].needs_reason and not (reason or "").strip():
            raise UserError(self.env._("Please give a reason."))

    def _workflow_move(self, verb, reason=None):
        """Write the new state of records whose guard was asked, then tell everybody."""
        if not self:
            return
        self._workflow_write(verb, reason)
        self._workflow_log(verb, reason)
        self._workflow_schedule_activities()
        if after := getattr(self, f"_after_{verb}", None):
            after()

    def _workflow_write(self, verb, reason):
        """Write the new state, and what goes with it, before anybody hears of it.

        Records that get the same values are written together: a bulk move stays one
        write.
        """
        target = self._workflow[verb].target
        # values -> records
        groups = defaultdict(self.browse)
        for record in self:
            values = {"state": target, **record._workflow_values(verb, reason)}
            groups[frozendict(values)] |= record
        for values, records in groups.items():
            records._workflow_engine().write(dict(values))

    def _workflow_log(self, verb, reason):
        """Post the reason where those may read it whom it concerns."""
        if not reason:
            return
        for record in self:
            # sudo: the person may move the record without being allowed to edit it
            record._workflow_log_record(verb).sudo().message_post(
                body=reason,
                author_id=self.env.user.partner_id.id,
                partner_ids=record._workflow_log_partners(verb).ids,
            )

    def _workflow_log_record(self, verb):
        """The record whose chatter takes the reason of this move."""
        return self

    def _workflow_log_partners(self, verb):
        """Partners who are notified of the reason, besides the followers."""
        return self.env["res.partner"]

    # === ACTIVITIES ===#

    def _workflow_schedule_activities(self):
        """Close the activities of the state left, open those of the state reached."""
        types = list(set(self._workflow_activities.values()))
        skip = self.env.context.get("mail_activity_automation_skip")
        if not types or not self or skip:
            return
        # sudo: whoever moves the record plans the next person's work
        records = self.sudo()
        records.activity_unlink(types)
        # one mail for one task; a bulk move fills the list of tasks, not the mailbox
        quiet = {"mail_activity_quick_update": len(self) > 1}
        # sudo: tasks are given to people whose records one may not write
        self.env["mail.activity"].sudo().with_context(**quiet).create(
            [values for r in records for values in r._workflow_activity_values()]
        )

    def _workflow_activity_values(self):
        """One activity for each user who has to act now."""
        self.ensure_one()
        xmlid = self._workflow_activities.get(self.state)
        if not xmlid:
            return []
        # not env.ref: it asks the database again for each record
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(xmlid, True)
        activity_type = self.env["mail.activity.type"].browse(type_id)
        today = fields.Date.context_today(self)
        deadline = self._workflow_deadline()
        return [
            {
                "activity_type_id": activity_type.id,
                "summary": reader_type.summary or reader_type.name,
                "note": reader_type.default_note,
                "automated": True,
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
                "user_id": user.id,
                "date_deadline": deadline
                or today + timedelta(days=activity_type.delay_count),
            }
            for user in self._workflow_next_users()
            for reader_type in activity_type.with_context(lang=user.lang)
        ]

    def _workflow_next_users(self):
        """Users who have to act in the present state; to be overridden."""
        return self.env["res.users"]

    def _workflow_deadline(self):
        """Date until which they have to act; False for the activity type's default."""
        return False

    # === ACTIONS ===#

    def _workflow_run(self, verb):
        """Answer a button: move, or ask for the reason first.

        One record: moved, or the error is raised. Several: those that can are moved,
        and a notification says "n done, m left because ...".
        """
        self.check_access("read")
        if self._workflow[verb].needs_reason:
            return self._workflow_ask_reason(verb)
        if len(self) == 1:
            self._workflow_apply(verb)
            return True
        return self._workflow_notify(*self._workflow_apply_each(verb))

    def _workflow_ask_reason(self, verb):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": "performance.reason.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_ids": ",".join(map(str, self.ids)),
                "default_verb": verb,
            },
        }

    def _workflow_notify(self, moved, left):
        """The result of a bulk action, as a notification that reloads the view."""
        lines = [self.env._("%s done.", len(moved))]
        if left:
            lines.append(self.env._("%s left:", len(left)))
            lines += list(left.values())[:10]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "sticky": bool(left),
                "message": "\n".join(lines),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
