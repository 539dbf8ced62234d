from odoo import api, fields, models


class HelpdeskTicketMixin(models.AbstractModel):
    """A document that tickets are about: it shows how many there are, and opens them.

    Who may not see tickets pays nothing: the fields exist for agents only.
    """

    _name = 'helpdesk.ticket.mixin'
    _description = 'Document with Helpdesk Tickets'

    # The field of the ticket that links the documents of `_get_helpdesk_subjects`.
    _helpdesk_ticket_field = ''

    helpdesk_ticket_count = fields.Integer(
        string='Tickets',
        compute='_compute_helpdesk_ticket_counts',
        groups='helpdesk_ecom.group_helpdesk_user',
    )
    helpdesk_open_ticket_count = fields.Integer(
        string='Open Tickets',
        compute='_compute_helpdesk_ticket_counts',
        groups='helpdesk_ecom.group_helpdesk_user',
    )

    # === COMPUTE METHODS === #

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_helpdesk_ticket_counts(self):
        self._count_helpdesk_tickets(self._helpdesk_ticket_field)

    # === ACTION METHODS === #

    def action_open_helpdesk_tickets(self):
        """Open the tickets about the document; a new one starts with what is known of it.

        :raise AccessError: for who may not read tickets.
        """
        action = self._prepare_helpdesk_ticket_action()
        action['view_mode'] = 'list,kanban,form'
        return action

    def action_create_helpdesk_ticket(self):
        """Open a new ticket about the document.

        :raise AccessError: for who may not create tickets.
        """
        self.env['helpdesk.ticket'].check_access('create')
        action = self._prepare_helpdesk_ticket_action()
        return {**action, 'name': self.env._('New Ticket'), 'view_mode': 'form'}

    # === BUSINESS METHODS === #

    def _get_helpdesk_subjects(self):
        """Return what the ticket's field links, for one document: itself unless overridden."""
        self.ensure_one()
        return self

    def _prepare_helpdesk_ticket_vals(self):
        """Return the defaults of a new ticket about the document."""
        self.ensure_one()
        return {}

    def _get_helpdesk_ticket_domain(self):
        """Return the domain of the tickets about the document."""
        return [(self._helpdesk_ticket_field, 'in', self._get_helpdesk_subjects().ids)]

    def _prepare_helpdesk_ticket_action(self):
        """Return the action on the tickets of the document, without a view mode."""
        self.ensure_one()
        self.check_access('read')
        self.env['helpdesk.ticket'].check_access('read')
        defaults = self._prepare_helpdesk_ticket_vals()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._('Tickets of %(document)s', document=self.display_name),
            'res_model': 'helpdesk.ticket',
            'domain': self._get_helpdesk_ticket_domain(),
            'context': {f'default_{name}': value for name, value in defaults.items()},
        }

    def _count_helpdesk_tickets(self, field_name):
        """Fill in the counts, of what the user may see, in one query.

        :param str field_name: many2one of the ticket by which it belongs to the documents.
        """
        subjects = {document: document._get_helpdesk_subjects() for document in self}
        subject_ids = {
            subject_id for records in subjects.values() for subject_id in records._origin.ids
        }
        counts = {}
        if subject_ids:
            rows = self.env['helpdesk.ticket']._read_group(
                [(field_name, 'in', list(subject_ids))],
                [field_name, 'fold'],
                ['__count'],
            )
            for subject, fold, count in rows:
                counts[subject.id, bool(fold)] = count
        for document, records in subjects.items():
            ids = records._origin.ids
            open_count = sum(counts.get((subject_id, False), 0) for subject_id in ids)
            closed_count = sum(counts.get((subject_id, True), 0) for subject_id in ids)
            document.helpdesk_open_ticket_count = open_count
            document.helpdesk_ticket_count = open_count + closed_count
