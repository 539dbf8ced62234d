"""Multiply records that Odoo itself made: each copy is a row of a plan, all are made in SQL.

A set of records that belong together (an order with lines, transfers and invoices; a ticket with
messages and clocks) is read once. Then one INSERT ... SELECT for each of its records writes as many
copies as the plan has rows: references between the records point into the same copy, moments move
into the past, and what names the prototype's customer names the row's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from odoo.tools import SQL

TIMES = ('timestamp without time zone', 'date')
TEXTS = ('character varying', 'text')


@contextmanager
def fast(env, models: list[str]) -> Iterator[None]:
    """Load without foreign keys and without indexes; those are made again at the end."""
    cr = env.cr
    tables = [env[model]._table for model in models]
    cr.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
          FROM pg_index WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique
        """,
        [tables],
    )
    indexes = cr.fetchall()
    cr.execute("SET LOCAL session_replication_role = 'replica'; SET LOCAL work_mem = '256MB'")
    for name, _definition in indexes:
        cr.execute(SQL('DROP INDEX %s', SQL.identifier(name.strip('"'))))
    yield
    cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, definition in indexes:
        cr.execute(definition)


def columns_of(cr, table: str) -> dict[str, str]:
    """The columns of a table with their types."""
    cr.execute(
        'SELECT column_name, data_type FROM information_schema.columns '
        "WHERE table_schema = 'public' AND table_name = %s",
        [table],
    )
    return dict(cr.fetchall())


class Prototype:
    """Records that belong together, by model, and how a copy differs from them.

    :param dict records: ids by model; the first model is what the set is about.
    :param dict links: ``{comodel: {id: column of the plan}}``: whom a copy links instead.
    :param dict words: ``{text: SQL}``: what stands in a copy's texts instead.
    :param dict values: ``{(model, field): SQL}``: what a copy has there.
    """

    def __init__(self, env, records, *, links, words, values=None):
        env.flush_all()
        self.env, self.cr = env, env.cr
        self.records = {model: sorted(ids) for model, ids in records.items() if ids}
        self.main = next(iter(self.records))
        self.links, self.words, self.values = links, words, values or {}
        self.bases: dict[str, int] = {}

    def copy(self, plan: str, where: str, count: int) -> int:
        """Write a copy for each row of the plan; return the id before the first main record.

        The rows have ``rn`` (1, 2, 3 ... without gaps) and ``age`` (interval); the copy of row
        ``rn`` has the id that is returned plus ``rn``, if there is one main record.
        """
        for model, ids in self.records.items():
            table = self.env[model]._table
            self.cr.execute(SQL('SELECT COALESCE(max(id), 0) FROM %s', SQL.identifier(table)))
            self.bases[model] = self.cr.fetchone()[0]
            self.cr.execute(
                'SELECT setval(pg_get_serial_sequence(%s, %s), %s)',
                [table, 'id', self.bases[model] + count * len(ids) + 1],
            )
        for model in self.records:
            self._copy_model(model, plan, where)
        self._copy_relations(plan, where)
        return self.bases[self.main]

    def _new_id(self, model: str, id_: int) -> str:
        """SQL of the id that a record's copy has."""
        ids = self.records[model]
        return f'({self.bases[model]} + (n.rn - 1) * {len(ids)} + {ids.index(id_) + 1})'

    def _link(self, comodel: str, id_: int) -> str | None:
        """SQL of what a copy links instead of this record, or None: the same."""
        if id_ in self.records.get(comodel, ()):
            return self._new_id(comodel, id_)
        column = self.links.get(comodel, {}).get(id_)
        return column and f'n.{column}'

    def _copy_model(self, model: str, plan: str, where: str) -> None:
        table, fields = self.env[model]._table, self.env[model]._fields
        columns = columns_of(self.cr, table)
        self.cr.execute(
            SQL(
                'SELECT * FROM %s WHERE id IN %s', SQL.identifier(table), tuple(self.records[model])
            )
        )
        names = [column.name for column in self.cr.description]
        for row in self.cr.fetchall():
            values = dict(zip(names, row, strict=True))
            cells = [self._cell(model, fields, columns, name, values) for name in names]
            self.cr.execute(
                f'INSERT INTO "{table}" ({", ".join(f"{name!r}" for name in names)})'.replace(
                    "'", '"'
                )
                + f' SELECT {", ".join(cells)} FROM {plan} n'
                f' JOIN "{table}" src ON src.id = {values["id"]} WHERE {where} ORDER BY n.rn'
            )

    def _cell(self, model, fields, columns, name, values) -> str:
        value, kind = values[name], columns[name]
        if name == 'id':
            return self._new_id(model, value)
        if (model, name) in self.values:
            return self.values[model, name]
        if value is None:
            return f'src."{name}"'
        if name == 'res_id' and (values.get('model') or values.get('res_model')) == self.main:
            return self._link(self.main, value)
        field = fields.get(name)
        if field is not None and field.type == 'many2one':
            return self._link(field.comodel_name, value) or f'src."{name}"'
        if kind in TIMES:
            return f'(src."{name}" - n.age)::{kind}'
        if kind in TEXTS:
            cell = f'src."{name}"'
            for word, sql in self.words.items():
                if word in value:
                    cell = f"replace({cell}, '{word}', {sql})"
            return cell
        return f'src."{name}"'

    def _copy_relations(self, plan: str, where: str) -> None:
        """The rows of many2many tables, each table once, unless it is one of the models."""
        done = {self.env[model]._table for model in self.records}
        for model, ids in self.records.items():
            for field in self.env[model]._fields.values():
                if field.type != 'many2many' or not field.store or field.relation in done:
                    continue
                done.add(field.relation)
                self.cr.execute(
                    SQL(
                        'SELECT %s, %s FROM %s WHERE %s IN %s',
                        SQL.identifier(field.column1),
                        SQL.identifier(field.column2),
                        SQL.identifier(field.relation),
                        SQL.identifier(field.column1),
                        tuple(ids),
                    )
                )
                for left, right in self.cr.fetchall():
                    self.cr.execute(
                        f'INSERT INTO "{field.relation}" ("{field.column1}", "{field.column2}") '
                        f'SELECT {self._new_id(model, left)}, '
                        f'{self._link(field.comodel_name, right) or right} '
                        f'FROM {plan} n WHERE {where} ON CONFLICT DO NOTHING'
                    )
