import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Ticket extends models.Model {
    _name = "helpdesk.ticket";

    name = fields.Char();

    _records = [
        { id: 1, name: "Cup broken" },
        { id: 2, name: "Lid missing" },
    ];
}

class Clock extends models.Model {
    _name = "helpdesk.sla.status";

    name = fields.Char();
    ticket_id = fields.Many2one({ relation: "helpdesk.ticket" });

    _records = [
        { id: 11, name: "Answer", ticket_id: 1 },
        { id: 12, name: "Solve", ticket_id: 2 },
    ];
    _views = {
        "list,5": `<list><field name="name"/></list>`,
        search: `<search/>`,
    };
}

defineMailModels();
defineModels([Ticket, Clock]);

async function mountTicket(resId = 1) {
    onRpc("helpdesk.sla.status", "web_search_read", ({ kwargs }) => {
        expect.step(JSON.stringify(kwargs.domain));
    });
    await mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId,
        arch: `
            <form>
                <field name="name"/>
                <notebook>
                    <page string="First" name="first"/>
                    <page string="SLA" name="sla">
                        <widget name="helpdesk_tab_list" model="helpdesk.sla.status" view="5"
                            domain="[('ticket_id', '=', id)]" help="No clock runs."/>
                    </page>
                </notebook>
            </form>`,
    });
}

test("is read when its tab is opened, and again when the ticket was saved", async () => {
    await mountTicket();
    expect.verifySteps([]);
    await contains(".nav-link:contains(SLA)").click();
    expect.verifySteps([`[["ticket_id","=",1]]`]);
    await contains(".o_field_widget[name=name] input").edit("Cup");
    expect.verifySteps([]);
    await contains(".o_form_button_save").click();
    expect.verifySteps([`[["ticket_id","=",1]]`]);
});

test.tags("desktop");
test("a click opens the record", async () => {
    mockService("action", {
        doAction: ({ res_model, res_id }) => expect.step(`${res_model} ${res_id}`),
    });
    await mountTicket();
    await contains(".nav-link:contains(SLA)").click();
    expect(queryAllTexts(".o_data_cell")).toEqual(["Answer"]);
    await contains(".o_data_cell").click();
    expect.verifySteps([`[["ticket_id","=",1]]`, "helpdesk.sla.status 11"]);
});

test("says so when there is nothing", async () => {
    Clock._records = [];
    await mountTicket();
    await contains(".nav-link:contains(SLA)").click();
    expect.verifySteps([`[["ticket_id","=",1]]`]);
    expect(".o_view_nocontent").toHaveText("No clock runs.");
});
