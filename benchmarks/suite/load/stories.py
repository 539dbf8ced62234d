"""Conversations that Odoo handles for real, of which a database gets thousands of copies."""

from __future__ import annotations

from dataclasses import dataclass, field

from suite.inside import desk, mails

# (per cent of the open or of the closed ones, is it open, mails of the customer, answers)
STORIES = (
    (70, False, 1, 1),
    (25, False, 2, 2),
    (5, False, 6, 5),
    (20, True, 1, 0),
    (50, True, 2, 1),
    (30, True, 1, 1),
)
ANSWER = (
    '<p>Hello,</p><p>thank you for your patience. We looked at your order, and the carrier has '
    'confirmed that the parcel is on its way; it should be with you within two working days.</p>'
    '<p>Kind regards, your customer care</p>'
)


@dataclass
class Story:
    """A conversation: its records, and who took part."""

    percent: int
    is_open: bool
    partner: object
    agent: object
    records: dict[str, list[int]] = field(default_factory=dict)


def tell(env, peer):
    """Let Odoo handle one conversation of each kind; they stay, too."""
    setup = desk.prepare(env, peer)
    env.cr.commit()
    return [_tell(env, peer, setup, number, story) for number, story in enumerate(STORIES)]


def _tell(env, peer, setup, number, story):
    percent, is_open, written, answers = story
    partner = env['res.partner'].create(
        {
            'name': f'Proto {peer.name} {number}',
            'email': f'proto.{peer.name}.{number}@customer.example',
        }
    )
    agent = env['res.users'].search([('login', '=', 'agent1')])
    mail = mails.new(setup['address'], partner.email, partner.name, 'Proto title')
    ticket = env[peer.model].browse(mails.receive(env, mail))
    env.cr.commit()
    assert ticket.exists() and ticket.partner_id == partner, (peer.name, ticket, ticket.partner_id)
    for turn in range(max(written - 1, answers)):
        if not turn:
            ticket.write(desk.assignment(peer, agent))
            ticket.write(desk.stage(setup, 'open'))
            env.cr.commit()
        answered = None
        if turn < answers:
            answered = _answer(ticket, agent, partner)
            env.cr.commit()
        if turn < written - 1:
            reply = mails.reply(setup['address'], partner.email, 'Proto title', answered.message_id)
            assert mails.receive(env, reply) == ticket.id
            env.cr.commit()
    if is_open and answers and written <= answers:
        ticket.write(desk.stage(setup, 'waiting'))
    if not is_open:
        ticket.write(desk.stage(setup, 'solved'))
    env.cr.commit()
    env['mail.mail'].search([]).unlink()
    # what agents were told by mail alone; no chatter shows it
    env['mail.message'].search(
        [('model', '=', peer.model), ('message_type', '=', 'user_notification')]
    ).unlink()
    notifications = env['mail.notification'].search([('notification_type', '=', 'email')])
    notifications.write({'notification_status': 'sent', 'failure_type': False})
    return Story(percent, is_open, partner, agent, _records(env, peer, ticket))


def _answer(ticket, agent, partner):
    return (
        ticket.with_user(agent)
        .with_context(mail_notify_force_send=False)
        .message_post(
            body=desk.html(ANSWER),
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
            partner_ids=partner.ids,
        )
    )


def _records(env, peer, ticket):
    """All that belongs to the ticket, by model."""
    messages = env['mail.message'].search(
        [('model', '=', peer.model), ('res_id', '=', ticket.id)], order='id'
    )
    records = {
        peer.model: ticket,
        'mail.message': messages,
        'mail.tracking.value': messages.tracking_value_ids,
        'mail.notification': messages.notification_ids,
        'mail.followers': env['mail.followers'].search(
            [('res_model', '=', peer.model), ('res_id', '=', ticket.id)]
        ),
    }
    if peer.clocks:
        records[peer.clocks] = env[peer.clocks].search([('ticket_id', '=', ticket.id)])
    return {model: found.ids for model, found in records.items()}
