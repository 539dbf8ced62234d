from odoo import api, models


class HelpdeskCachedMixin(models.AbstractModel):
    """Records that others keep in memory (`ormcache`), as they are few and seldom change.

    Whatever changes them empties the caches.
    """

    _name = 'helpdesk.cached.mixin'
    _description = 'Kept in Memory'

    # The fields that are kept, or are asked for by what is kept. None: any.
    _cached_fields = None

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Extend to let new records count at once."""
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        """Extend to let changes count at once."""
        result = super().write(vals)
        if self._cached_fields is None or not self._cached_fields.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Extend to forget what is gone."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
