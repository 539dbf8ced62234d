from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL, ormcache

CODE = 'helpdesk.ticket'
CACHED_FIELDS = {
    'active',
    'code',
    'company_id',
    'implementation',
    'padding',
    'prefix',
    'suffix',
    'use_date_range',
}


class TicketSequence(NamedTuple):
    """What one has to know of a sequence to draw a ticket's number from it."""

    id: int
    prefix: str
    suffix: str
    padding: int
    is_plain: bool


class IrSequence(models.Model):
    """The numbers of tickets: how they are made stays in memory, as each ticket gets one."""

    _inherit = 'ir.sequence'

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Extend to let a sequence of tickets count at once."""
        sequences = super().create(vals_list)
        sequences._forget_helpdesk_sequences()
        return sequences

    def write(self, vals):
        """Extend to let changes of a sequence of tickets count at once."""
        if CACHED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        self._forget_helpdesk_sequences()
        result = super().write(vals)
        self._forget_helpdesk_sequences()
        return result

    def unlink(self):
        """Extend to draw no more numbers from what is gone."""
        self._forget_helpdesk_sequences()
        return super().unlink()

    # === BUSINESS METHODS === #

    def _forget_helpdesk_sequences(self):
        """Empty the caches if one of the sequences is one of tickets."""
        if CODE in self.sudo().mapped('code'):
            self.env.registry.clear_cache()

    @api.model
    def _draw_helpdesk_numbers(self, company, count):
        """Draw numbers of the company's sequence, in one statement where it allows.

        :param res.company company: the company of the tickets.
        :param int count: how many.
        :rtype: list[str]
        """
        sequence = self._get_helpdesk_sequence(company.id)
        if not sequence:
            company._create_helpdesk_sequence()
            # not kept in memory: it is gone if this transaction fails
            sequence = self._read_helpdesk_sequence(company.id)
        record_sudo = self.sudo().with_company(company).browse(sequence.id)
        if not sequence.is_plain:
            return [record_sudo.next_by_id() for _index in range(count)]
        rows = self.env.execute_query(
            SQL(
                'SELECT nextval(%s) FROM generate_series(1, %s)',
                f'ir_sequence_{sequence.id:03d}',
                count,
            )
        )
        prefix, suffix = sequence.prefix, sequence.suffix
        if '%' in prefix + suffix:  # a date in it: its time zone costs queries
            prefix, suffix = record_sudo._get_prefix_suffix()
        return [f'{prefix}{number:0{sequence.padding}d}{suffix}' for [number] in rows]

    @api.model
    @ormcache('company_id')
    def _get_helpdesk_sequence(self, company_id):
        """Return what `_read_helpdesk_sequence` does, from memory."""
        return self._read_helpdesk_sequence(company_id)

    @api.model
    def _read_helpdesk_sequence(self, company_id):
        """Return how the numbers of a company's tickets are made, None if it has no sequence.

        :rtype: TicketSequence | None
        """
        sequence_sudo = (
            self.sudo()
            .with_context(active_test=True)
            .search(
                [('code', '=', CODE), ('company_id', 'in', [company_id, False])],
                order='company_id',
                limit=1,
            )
        )
        if not sequence_sudo:
            return None
        return TicketSequence(
            sequence_sudo.id,
            sequence_sudo.prefix or '',
            sequence_sudo.suffix or '',
            sequence_sudo.padding,
            sequence_sudo.implementation == 'standard' and not sequence_sudo.use_date_range,
        )
