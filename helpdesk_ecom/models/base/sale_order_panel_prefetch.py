from collections import defaultdict

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class SaleOrder(models.Model):
    """What hangs on an order, found in one query instead of one for each relation.

    The order panel asks many rules, each kind of action its own, and they all walk the same
    relations. What is found here is what the ORM would have read at the first step of each walk.
    """

    _inherit = 'sale.order'

    # === BUSINESS METHODS === #

    def _get_helpdesk_panel_paths(self):
        """Return the relations that the panel and its actions follow: dotted names of fields.

        Addons add what the rules of their actions read.
        """
        return [
            'helpdesk_action_ids.line_ids',
            'helpdesk_action_ids.step_ids.move_ids',
            'order_line.move_ids.returned_move_ids',
            'picking_ids.move_ids',
            'transaction_ids.child_transaction_ids.child_transaction_ids',
            'transaction_ids.sale_order_ids',
        ]

    def _prefetch_helpdesk_panel(self):
        """Put into the cache which records hang on the order, as superuser, in one query."""
        self.ensure_one()
        steps = self._get_helpdesk_panel_steps()
        for field, _query in steps.values():
            self._flush_helpdesk_relation(field)
        queries = [
            SQL(
                '(SELECT %s AS step, relation.* FROM (%s) AS relation (owner_id, id))', index, query
            )
            for index, (_field, query) in enumerate(steps.values())
        ]
        found = defaultdict(lambda: defaultdict(list))
        for index, owner_id, record_id in self.env.execute_query(SQL(' UNION ALL ').join(queries)):
            found[index][owner_id].append(record_id)
        owners = {'': self.ids}
        for index, (path, (field, _query)) in enumerate(steps.items()):
            parent = path.rpartition('.')[0]
            records = self.env[field.model_name].browse(owners[parent])
            field._insert_cache(records, [tuple(found[index][id_]) for id_ in records.ids])
            owners[path] = list(dict.fromkeys(id_ for ids in found[index].values() for id_ in ids))

    def _get_helpdesk_panel_steps(self):
        """Return each step of the paths once, those that lead to others first.

        :return: dict of path to its field and the query of its pairs of ids.
        """
        steps, sources = {}, {'': SQL('(%s)', self.id)}
        for path in self._get_helpdesk_panel_paths():
            model, parent = self, ''
            for name in path.split('.'):
                field = model._fields[name]
                step = f'{parent}.{name}'
                if step not in steps:
                    pairs, sources[step] = self._get_helpdesk_relation(
                        model, field, sources[parent]
                    )
                    steps[step] = (field, pairs)
                model, parent = self.env[field.comodel_name], step
        return steps

    def _get_helpdesk_relation(self, model, field, source):
        """Return the query of a relation's pairs of ids, and that of the ids it leads to.

        :param model: the model of the field, superuser's.
        :param field: one2many or many2many.
        :param SQL source: the ids of the records that it starts from.
        """
        Comodel = self.env[field.comodel_name].with_context(active_test=False, **field.context)
        domain = field.get_comodel_domain(model)
        if field.type == 'one2many':
            query = Comodel._search(domain, order=Comodel._order)
            owner = Comodel._field_to_sql(Comodel._table, field.inverse_name, query)
            target = SQL.identifier(Comodel._table, 'id')
        else:
            query = Comodel._search(Domain(domain), order=Comodel._order)
            owner = SQL.identifier(field.relation, field.column1)
            target = SQL.identifier(field.relation, field.column2)
            query.add_join(
                'JOIN',
                field.relation,
                None,
                SQL('%s = %s', target, SQL.identifier(Comodel._table, 'id')),
            )
        query.add_where(SQL('%s IN %s', owner, source))
        return query.select(owner, target), query.subselect(target)

    def _flush_helpdesk_relation(self, field):
        """Write what the query of the relation reads."""
        if field.type == 'one2many':
            self.env[field.comodel_name].flush_model([field.inverse_name])
        else:
            self.env[field.model_name].flush_model([field.name])
