from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.date_utils import localized
from odoo.tools.intervals import Intervals


class ResourceResource(models.Model):
    """The time off of people."""

    _inherit = 'resource.resource'

    # === BUSINESS METHODS === #

    def _get_own_leaves(self, start, stop):
        """Return the time off of each resource, in one query; public holidays are not among it.

        :param datetime start: aware.
        :param datetime stop: aware.
        :rtype: dict[int, Intervals]
        """
        leaves = self.env['resource.calendar.leaves'].search_fetch(
            Domain('resource_id', 'in', self.ids)
            & Domain('time_type', '=', 'leave')
            & Domain('date_to', '>=', fields.Datetime.to_string(start))
            & Domain('date_from', '<=', fields.Datetime.to_string(stop)),
            ['resource_id', 'date_from', 'date_to'],
        )
        return {
            resource.id: Intervals(
                [
                    (localized(leave.date_from), localized(leave.date_to), self.browse())
                    for leave in resource_leaves
                ]
            )
            for resource, resource_leaves in leaves.grouped('resource_id').items()
        }
