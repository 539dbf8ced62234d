import { defineMailModels, startServer } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";
import { session } from "@web/session";
import { awaySwitch } from "@helpdesk_ecom/away_switch/away_switch";

class Ticket extends models.Model {
    _name = "helpdesk.ticket";

    name = fields.Char();
    user_id = fields.Many2one({ relation: "res.users" });
}

defineMailModels();
defineModels([Ticket]);

/** Show a board with the columns Nobody, Anna (full), Boris (away) and Chen (after hours). */
async function mountBoard() {
    const pyEnv = await startServer();
    const [anna, boris, chen] = ["Anna", "Boris", "Chen"].map((name) =>
        pyEnv["res.users"].create({
            name,
            partner_id: pyEnv["res.partner"].create({ name }),
        })
    );
    [anna, anna, boris, chen, false].forEach((user_id, index) =>
        pyEnv["helpdesk.ticket"].create({ name: `Ticket ${index}`, user_id })
    );
    const agent = { load: 1, capacity: 0, state: "at_work", back: false, is_member: true };
    const agents = {
        [anna]: { ...agent, load: 2, capacity: 2 },
        [boris]: { ...agent, state: "away" },
        [chen]: { ...agent, state: "later", back: "2019-03-12 08:00:00" },
    };
    let areCallsCounted = false;
    onRpc("helpdesk.ticket", "get_board_agents", ({ args: [ids] }) => {
        expect(ids).toEqual([anna, boris, chen], { message: "one call for all columns" });
        if (areCallsCounted) {
            expect.step("agents");
        }
        return agents;
    });
    await mountView({
        type: "kanban",
        resModel: "helpdesk.ticket",
        groupBy: ["user_id"],
        arch: `
            <kanban js_class="helpdesk_board">
                <templates><t t-name="card"><field name="name"/></t></templates>
            </kanban>`,
    });
    await animationFrame(); // the column of nobody unfolds, and the agents are asked for again
    const countCalls = () => (areCallsCounted = true);
    return { anna, boris, chen, agents, countCalls };
}

function column(name) {
    return `.o_kanban_group:contains('${name}')`;
}

test("each column says how much its agent has, and where they are", async () => {
    await mountBoard();
    expect(queryAllTexts(".o_helpdesk_board_agent .badge")).toEqual([
        "At work",
        "Away",
        "After hours",
    ]);
    expect(queryAllTexts(".o_helpdesk_board_load")).toEqual([
        "2 of 2 open, full",
        "1 open",
        "1 open",
    ]);
    expect(`${column("Chen")} .badge`).toHaveAttribute("title", /^Back /);
    expect(".o_helpdesk_board_hand_out").toHaveCount(4);
    expect(".o_helpdesk_board_away").toHaveCount(3);
});

test("a leader switches an agent back", async () => {
    const { boris, agents, countCalls } = await mountBoard();
    countCalls();
    onRpc("res.users", "action_set_helpdesk_away", ({ args }) => {
        expect.step(args);
        agents[boris] = { ...agents[boris], state: "at_work" };
        return true;
    });
    expect(`${column("Boris")} .o_helpdesk_board_away`).toHaveText("Set back");
    await contains(`${column("Boris")} .o_helpdesk_board_away`).click();
    await expect.waitForSteps([[[boris], false], "agents"]);
    expect(`${column("Boris")} .badge`).toHaveText("At work");
    expect(`${column("Boris")} .o_helpdesk_board_away`).toHaveText("Set away");
});

test("a column is handed out when the leader says yes", async () => {
    const { countCalls } = await mountBoard();
    countCalls();
    onRpc("helpdesk.ticket", "action_hand_out_again", ({ args: [ids] }) => {
        expect.step(`hand out: ${ids.length}`);
        return ids.length;
    });
    await contains(`${column("Anna")} .o_helpdesk_board_hand_out`).click();
    expect(".modal-body").toHaveText(/of Anna/);
    await contains(".modal .btn-secondary").click();
    expect.verifySteps([]);
    await contains(`${column("Anna")} .o_helpdesk_board_hand_out`).click();
    await contains(".modal .btn-primary").click();
    await expect.waitForSteps(["hand out: 2", "agents"]);
    expect(".o_notification").toHaveText(/2 tickets are in the queue/);
});

test.tags("desktop");
test("who drags a ticket onto a full or absent agent is warned, not stopped", async () => {
    await mountBoard();
    await contains(`${column("Ticket 4")} .o_kanban_record`).dragAndDrop(column("Anna"));
    await animationFrame();
    expect(".o_notification").toHaveText(/Anna had 2 open tickets already, of 2 at most/);
    expect(`${column("Anna")} .o_kanban_record`).toHaveCount(3);
    await contains(`${column("Chen")} .o_kanban_record`).dragAndDrop(column("Boris"));
    await animationFrame();
    expect(".o_notification:contains('Boris is away')").toHaveCount(1);
    await contains(`${column("Boris")} .o_kanban_record:first`).dragAndDrop(column("Chen"));
    await animationFrame();
    expect(".o_notification").toHaveCount(2);
});

test("agents switch themselves away in their menu, others have no switch", async () => {
    onRpc("res.users", "action_set_helpdesk_away", ({ args }) => {
        expect.step(args);
        return true;
    });
    patchWithCleanup(session, { helpdesk_away: false });
    const env = await makeMockEnv();
    expect(awaySwitch(env).show()).toBe(true);
    expect(awaySwitch(env).isChecked).toBe(false);
    await awaySwitch(env).callback();
    expect(awaySwitch(env).isChecked).toBe(true);
    await awaySwitch(env).callback();
    expect(awaySwitch(env).isChecked).toBe(false);
    expect.verifySteps([
        [[user.userId], true],
        [[user.userId], false],
    ]);
    patchWithCleanup(session, { helpdesk_away: undefined });
    expect(awaySwitch(env).show()).toBe(false);
});
