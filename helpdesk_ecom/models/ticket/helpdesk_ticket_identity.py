from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL, clean_context, email_normalize

from odoo.addons.phone_validation.tools.phone_validation import phone_format

from ...tools.identity import Candidate, judge

# What a new ticket asks of its customer. All else that a contact has would cost more than these.
CUSTOMER_FIELDS = (
    'active',
    'commercial_partner_id',
    'company_id',
    'country_id',
    'email',
    'email_normalized',
    'helpdesk_merged_into_id',
    'helpdesk_tier_id',
    'lang',
    'name',
    'partner_share',
    'phone',
    'phone_sanitized',
    'state_id',
    'type',
    'tz',
)


class HelpdeskTicket(models.Model):
    """Finds or makes the contact behind an address or a number; one contact for one person.

    Works on all values of a `create` at once: one query to find, one to make. Contacts of other
    companies are neither found nor linked.
    """

    _inherit = 'helpdesk.ticket'

    partner_suggestion_ids = fields.One2many(
        'helpdesk.partner.suggestion',
        'ticket_id',
        string='Possible Customers',
        copy=False,
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Link the tickets that come with an address or a number to their customers."""
        self._complete_team(vals_list)
        self._identify_customers(vals_list)
        self._fetch_customers(vals_list)
        return super().create(vals_list)

    # === BUSINESS METHODS === #

    @api.model
    def _identify_customers(self, vals_list):
        """Fill in ``partner_id`` where an address or a number tells it, else propose contacts.

        :param list[dict] vals_list: values for `create`, changed in place.
        """
        evidence = [
            (vals, company, email, phone)
            for vals in vals_list
            if not vals.get('partner_id')
            and (vals.get('partner_email') or vals.get('partner_phone'))
            for company in [self._get_company_of_vals(vals)]
            for email in [email_normalize(vals.get('partner_email')) or '']
            for phone in [self._format_e164(vals.get('partner_phone'), company)]
            if email or phone
        ]
        if not evidence:
            return
        partners_sudo = self._find_partners_by_evidence(evidence)
        missing = {}
        for vals, company, email, phone in evidence:
            verdict = judge(
                email,
                phone,
                list(self._get_candidates(partners_sudo, email, phone, company)),
            )
            vals['partner_id'] = verdict.partner_id or False
            if verdict.create:
                missing.setdefault(email or phone, []).append((vals, email, phone))
            if verdict.suggestions:
                vals['partner_suggestion_ids'] = [
                    Command.create({'partner_id': partner_id, 'reason': reason})
                    for partner_id, reason in verdict.suggestions
                ]
        self._create_missing_customers(missing)

    @api.model
    def _format_e164(self, number, company):
        """Return a phone number in E.164, '' if it is none; national ones are the company's."""
        if not number:
            return ''  # and spare the query for the country
        country_sudo = company.sudo().country_id
        formatted = phone_format(
            number,
            country_sudo.code,
            country_sudo.phone_code,
            force_format='E164',
            raise_exception=False,
        )
        return formatted if formatted.startswith('+') else ''

    @api.model
    def _find_partners_by_evidence(self, evidence):
        """Return all contacts, archived ones too, that share an address or number, in one query."""
        emails = sorted({email for _vals, _company, email, _phone in evidence if email})
        phones = sorted({phone for _vals, _company, _email, phone in evidence if phone})
        conditions = [
            *([('email_normalized', 'in', emails)] if emails else []),
            *([('phone_sanitized', 'in', phones)] if phones else []),
        ]
        company = evidence[0][1]  # that of its tier; who writes to several is read again
        Partner_sudo = self.env['res.partner'].sudo().with_company(company)
        return Partner_sudo.with_context(active_test=False).search_fetch(
            ['|', *conditions] if len(conditions) == 2 else conditions,
            CUSTOMER_FIELDS,
            order='id',
        )

    @api.model
    def _fetch_customers(self, vals_list):
        """Read what the new tickets ask of their customers and companies, and no more.

        :param list[dict] vals_list: values for `create`, with their teams and customers.
        """
        ids_by_company, companies = defaultdict(set), set()
        for vals in vals_list:
            companies.add(company := self._get_company_of_vals(vals))
            partner_id = vals.get('partner_id') or self.env.context.get('default_partner_id')
            if isinstance(partner_id, int) and partner_id:  # clients send all sorts of things
                ids_by_company[company].add(partner_id)
        self._fetch_surroundings(self.env['res.company'].union(*companies))
        for company, partner_ids in ids_by_company.items():
            partners_sudo = self.env['res.partner'].sudo().with_company(company).browse(partner_ids)
            partners_sudo.fetch(CUSTOMER_FIELDS)
            (partners_sudo.commercial_partner_id - partners_sudo).fetch(CUSTOMER_FIELDS)

    @api.model
    def _get_candidates(self, partners_sudo, email, phone, company):
        """Yield the contacts that the address or the number may mean, for `judge`."""
        for known_sudo in partners_sudo:
            same_email = email and known_sudo.email_normalized == email
            same_phone = phone and known_sudo.phone_sanitized == phone
            # who was merged is known by their old address and number, too
            partner_sudo = known_sudo.helpdesk_merged_into_id or known_sudo
            if not (same_email or same_phone) or partner_sudo.company_id not in (
                company,
                company.browse(),
            ):
                continue
            yield Candidate(
                id=partner_sudo.id,
                email=known_sudo.email_normalized or '',
                phone=known_sudo.phone_sanitized or '',
                entity=partner_sudo.commercial_partner_id.id,
                active=partner_sudo.active,
                # colleagues first, then contacts rather than their delivery addresses
                rank=(partner_sudo.partner_share, partner_sudo.type != 'contact'),
            )

    @api.model
    def _create_missing_customers(self, missing):
        """Make the contacts that nobody has yet, one for each address, and link them.

        :param dict missing: address or number -> list of ``(vals, address, number)``.
        """
        if not missing:
            return
        self._lock_identities(
            {key for group in missing.values() for _vals, *keys in group for key in keys if key}
        )
        Partner_sudo = (
            self.env['res.partner']
            .sudo()
            .with_context(
                clean_context(self.env.context),
                mail_create_nosubscribe=True,
            )
        )
        partners_sudo = Partner_sudo.create(
            [self._prepare_customer_vals(*group[0]) for group in missing.values()]
        )
        for partner_sudo, group in zip(partners_sudo, missing.values(), strict=True):
            for vals, _email, _phone in group:
                vals['partner_id'] = partner_sudo.id

    @api.model
    def _prepare_customer_vals(self, vals, email, phone):
        """Return the values of a new contact."""
        return {
            'name': vals.get('partner_name') or email or phone,
            'email': email or False,
            'phone': phone or vals.get('partner_phone') or False,
            # One contact for one person, as if made by hand: shared by the companies.
            'company_id': False,
        }

    @api.model
    def _lock_identities(self, keys):
        """Make sure that no other transaction makes a contact of the same address or number.

        The lock alone is not enough: when it is granted, another transaction may have committed
        the contact a moment ago, and ours doesn't see it, because it reads the database as of its
        beginning. So a second connection looks, too, and if it sees more than this one, this
        transaction starts over. Only the first mail of a new customer pays for that.

        :param keys: normalised addresses and E.164 numbers.
        :raise ConcurrencyError: when somebody else was first.
        """
        keys = sorted(keys)
        self.env.execute_query(
            SQL(
                'SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) '
                'FROM (SELECT key FROM unnest(%s) AS key ORDER BY key) AS sorted',
                keys,
            )
        )
        query = SQL(
            'SELECT id FROM res_partner WHERE email_normalized = ANY(%s) '
            'UNION SELECT id FROM res_partner WHERE phone_sanitized = ANY(%s)',
            keys,
            keys,
        )
        self.env['res.partner'].flush_model(['email_normalized', 'phone_sanitized'])
        known = set(self.env.execute_query(query))
        if not self.env.registry.ready:
            # An installation may have altered the table of contacts: a second connection would
            # wait for ever for this one. Nobody else is at work then.
            return
        with self.env.registry.cursor() as fresh_cr:
            fresh_cr.execute(query)
            if not known.issuperset(fresh_cr.fetchall()):
                raise ConcurrencyError(
                    'Another transaction has just made a contact of this address.'
                )
