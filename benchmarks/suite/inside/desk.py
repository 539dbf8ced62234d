"""Who takes in the mails of a peer, and its stages: what each model calls otherwise."""

from __future__ import annotations

from markupsafe import Markup

STAGES = ('new', 'open', 'waiting', 'solved')
html = Markup


def prepare(env, peer):
    """Make what takes in mails, unless it is there: address, stages, values of a new record."""
    setup = {
        'ours': _prepare_ours,
        'crm.lead': _prepare_lead,
        'project.task': _prepare_task,
        'oca': _prepare_oca,
    }.get(peer.name if peer.kind != 'core' else peer.model, _prepare_floor)(env, peer)
    env.flush_all()
    return {'address': f'{_local_part(peer)}@shop.example.com', **setup}


def _local_part(peer):
    return f'bench-{peer.name.replace("_", "-")}'


def assignment(peer, agent):
    """Values that give a record to an agent."""
    return {peer.user: agent.id if peer.user == 'user_id' else [(6, 0, agent.ids)]}


def stage(setup, name):
    """Values that move a record to a stage."""
    return {'stage_id': setup['stages'][name], **setup.get(f'{name}_values', {})}


def _alias(env, peer, model, defaults):
    name = _local_part(peer)
    if not env['mail.alias'].search([('alias_name', '=', name)]):
        env['mail.alias'].create(
            {
                'alias_name': name,
                'alias_model_id': env['ir.model']._get_id(model),
                'alias_defaults': repr(defaults),
                'alias_domain_id': env.company.alias_domain_id.id,
            }
        )


def _stages(stages):
    return dict(zip(STAGES, stages.ids, strict=True))


def _prepare_floor(env, peer):
    _alias(env, peer, peer.model, {})
    stages = [env.ref(f'bench_floor.stage_{name}').id for name in STAGES]
    return {'stages': dict(zip(STAGES, stages, strict=True)), 'values': {}}


def _prepare_ours(env, peer):
    team = env.ref('helpdesk_ecom.team_support')
    if team.alias_name != _local_part(peer):
        team.write(
            {
                'use_alias': True,
                'alias_name': _local_part(peer),
                'member_ids': [
                    (4, user.id) for user in env['res.users'].search([('login', '=like', 'agent%')])
                ],
            }
        )
        env['helpdesk.sla'].search([]).active = False
        env['helpdesk.sla'].create(
            [
                {'name': 'Answered', 'metric': 'first_response', 'time': 8.0},
                {'name': 'Solved', 'metric': 'resolution', 'time': 400.0},
            ]
        )
    stages = [env.ref(f'helpdesk_ecom.stage_{name}').id for name in STAGES]
    return {
        'stages': dict(zip(STAGES, stages, strict=True)),
        'values': {'team_id': team.id},
    }


def _prepare_lead(env, peer):
    team = env['crm.team'].search([], limit=1)
    _alias(env, peer, peer.model, {'type': 'opportunity', 'team_id': team.id})
    won = env['crm.stage'].search([('is_won', '=', True)], limit=1)
    others = env['crm.stage'].search([('is_won', '=', False)], limit=3)
    return {
        'stages': _stages(others + won),
        'values': {'type': 'opportunity', 'team_id': team.id},
    }


def _prepare_task(env, peer):
    project = env['project.project'].search([('name', '=', 'Bench')])
    if not project:
        project = env['project.project'].create(
            {
                'name': 'Bench',
                'alias_name': _local_part(peer),
                'privacy_visibility': 'employees',
                'type_ids': [
                    (0, 0, {'name': name.title(), 'sequence': number, 'fold': name == 'solved'})
                    for number, name in enumerate(STAGES)
                ],
            }
        )
    return {
        'stages': _stages(project.type_ids.sorted('sequence')),
        'solved_values': {'state': '1_done'},
        'values': {'project_id': project.id},
    }


def _prepare_oca(env, peer):
    team = env['helpdesk.ticket.team'].search([('name', '=', 'Bench')])
    if not team:
        team = env['helpdesk.ticket.team'].create(
            {
                'name': 'Bench',
                'alias_name': _local_part(peer),
                'user_ids': [(6, 0, env['res.users'].search([('login', '=like', 'agent%')]).ids)],
                'use_sla': True,
                'resource_calendar_id': env.company.resource_calendar_id.id,
            }
        )
        stages = env['helpdesk.ticket.stage'].search([])
        closing = stages.filtered('closed')[:1]
        env['helpdesk.sla'].create(
            [
                {
                    'name': name,
                    'team_ids': [(6, 0, team.ids)],
                    'stage_id': closing.id,
                    'hours': hours,
                }
                for name, hours in (('Answered', 8), ('Solved', 400))
            ]
        )
    stages = env['helpdesk.ticket.stage'].search([])
    closing = stages.filtered('closed')[:1]
    others = stages.filtered(lambda stage: not stage.closed)[:3]
    return {'stages': _stages(others + closing), 'values': {'team_id': team.id}}
