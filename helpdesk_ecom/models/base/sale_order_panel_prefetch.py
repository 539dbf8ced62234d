from collections import defaultdict
from contextlib import contextmanager

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Where the panel remembers what it read, in the cache of its transaction.
MEMORY = 'helpdesk_order_panel'


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
            'order_line.invoice_lines',
            'order_line.move_ids.returned_move_ids',
            'picking_ids.move_ids',
            'transaction_ids.child_transaction_ids.child_transaction_ids',
            'transaction_ids.sale_order_ids',
        ]

    @contextmanager
    def _remember_helpdesk(self):
        """Let the same be read once, however many rules ask for it by `_recall_helpdesk`.

        For reading alone: what is remembered is not true any more once something is booked.
        """
        cache = self.env.cr.cache
        cache[MEMORY] = {}
        try:
            yield
        finally:
            cache.pop(MEMORY, None)

    @api.model
    def _recall_helpdesk(self, key, read):
        """Return what was read before while the order panel remembers, else read it.

        :param tuple key: names what is read, hashable.
        :param callable read: reads it.
        """
        memory = self.env.cr.cache.get(MEMORY)
        if memory is None:
            return read()
        if key not in memory:
            memory[key] = read()
        return memory[key]

    def _prefetch_helpdesk_panel(self):
        """Put into the cache what hangs on the order, as superuser, in one query."""
        self.ensure_one()
        steps = self._get_helpdesk_panel_steps()
        for field, _query in steps.values():
            self._flush_helpdesk_relation(field)
        queries = [
            SQL('(SELECT %s AS step, relation.*, NULL FROM (%s) AS relation)', path, query)
            for path, (_field, query) in steps.items()
        ]
        found = defaultdict(lambda: defaultdict(list))
        for step, owner_id, record_id, label in self.env.execute_query(
            SQL(' UNION ALL ').join([*queries, *self._get_helpdesk_panel_facts()])
        ):
            found[step][owner_id].append(record_id if label is None else label)
        owners = {'': self.ids}
        for path, (field, _query) in steps.items():
            parent = path.rpartition('.')[0]
            records = self.env[field.model_name].browse(owners[parent])
            field._insert_cache(records, [tuple(found[path][id_]) for id_ in records.ids])
            owners[path] = list(dict.fromkeys(id_ for ids in found[path].values() for id_ in ids))
        self._insert_helpdesk_panel_facts(found)

    def _get_helpdesk_panel_facts(self):
        """Return the queries of single values that would take a record of their own to know."""
        self.env['res.users'].flush_model(['partner_id'])
        self.env['res.partner'].flush_model(['name'])
        self.env['product.template'].flush_model(['type', 'is_storable'])
        return [
            SQL(
                """
            SELECT 'res.users.name', res_users.id, 0, partner.name
              FROM helpdesk_order_action action
              JOIN res_users ON res_users.id = action.requester_id
              JOIN res_partner partner ON partner.id = res_users.partner_id
             WHERE action.sale_order_id = %s
                """,
                self.id,
            ),
            SQL(
                """
            SELECT 'stock.picking.picking_type_code', picking.id, 0, type.code
              FROM stock_picking picking
              JOIN stock_picking_type type ON type.id = picking.picking_type_id
             WHERE picking.sale_id = %s
                """,
                self.id,
            ),
            SQL(
                """
            SELECT 'product.product.' || field.name, product.id, field.value::int, field.label
              FROM sale_order_line line
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN LATERAL (
                    VALUES ('type', NULL, template.type),
                           ('is_storable', template.is_storable, NULL)
                   ) AS field (name, value, label) ON TRUE
             WHERE line.order_id = %s
                """,
                self.id,
            ),
            SQL(
                """
            SELECT field.name, moves.order_id, moves.move_id, NULL
              FROM (%s) AS moves (order_id, move_id, is_shared)
              JOIN (VALUES ('sale.order.helpdesk_move_ids', TRUE),
                           ('sale.order.helpdesk_shared_move_ids', FALSE)
                   ) AS field (name, is_all)
                ON field.is_all OR moves.is_shared
                """,
                self._get_helpdesk_moves_query(),
            ),
        ]

    def _insert_helpdesk_panel_facts(self, found):
        """Put what `_get_helpdesk_panel_facts` found into the cache.

        :param dict found: for each name of a field the values of each record's id.
        """
        for name in ('helpdesk_move_ids', 'helpdesk_shared_move_ids'):
            move_ids = found[f'sale.order.{name}'].get(self.id, ())
            self._fields[name]._insert_cache(self, [tuple(move_ids)])
        for model, name in (
            ('res.users', 'name'),
            ('stock.picking', 'picking_type_code'),
            ('product.product', 'type'),
            ('product.product', 'is_storable'),
        ):
            values = found[f'{model}.{name}']
            records = self.env[model].browse(values)
            field = records._fields[name]
            field._insert_cache(
                records,
                [field.convert_to_cache(first, records) for first, *_ in values.values()],
            )

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
