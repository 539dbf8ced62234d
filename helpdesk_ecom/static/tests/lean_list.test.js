import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";

class Ticket extends models.Model {
    _name = "helpdesk.ticket";

    name = fields.Char();
    ref = fields.Char();
    team = fields.Char();
    hours = fields.Float({ aggregator: "sum" });
    closed = fields.Boolean();
    agent_id = fields.Many2one({ relation: "res.partner", domain: "[('name', '!=', mood)]" });
    mood = fields.Char();

    _records = [
        { id: 1, name: "Cup broken", ref: "1001", team: "Care", hours: 2, closed: true },
        { id: 2, name: "Lid missing", ref: "1002", team: "Sales", hours: 3, closed: false },
    ];
}

defineMailModels();
defineModels([Ticket]);

const KEY = "optional_fields,helpdesk.ticket,list,42";

async function mountList(params = {}) {
    for (const method of ["web_search_read", "web_read_group"]) {
        onRpc("helpdesk.ticket", method, ({ kwargs }) => {
            const read = kwargs.specification || kwargs.unfold_read_specification || {};
            expect.step(Object.keys(read).sort().join(" "));
        });
    }
    await mountView({
        type: "list",
        resModel: "helpdesk.ticket",
        viewId: 42,
        arch: `
            <list js_class="helpdesk_lean_list" decoration-muted="closed">
                <field name="name"/>
                <field name="ref" optional="show"/>
                <field name="team" optional="hide"/>
                <field name="hours" optional="hide" sum="Hours"/>
                <field name="closed" optional="hide"/>
                <field name="mood" optional="hide"/>
            </list>`,
        ...params,
    });
}

async function toggle(label) {
    if (!queryAll(".o-dropdown-item").length) {
        await contains(".o_optional_columns_dropdown .dropdown-toggle").click();
    }
    await contains(`.o-dropdown-item:contains("${label}") input`).click();
    await animationFrame();
}

test.tags("desktop");
test("reads what is shown and what expressions need", async () => {
    await mountList();
    expect.verifySteps(["closed name ref"]);
    expect(".o_data_row.text-muted").toHaveCount(1);
});

test.tags("desktop");
test("a column that somebody chooses is read then, and kept", async () => {
    await mountList({ allowSelectors: true });
    expect.verifySteps(["closed name ref"]);
    await contains(".o_data_row:eq(1) .o_list_record_selector input").click();
    await toggle("Team");
    expect.verifySteps(["closed name ref team"]);
    expect(queryAllTexts(".o_data_cell[name=team]")).toEqual(["Care", "Sales"]);
    expect(".o_data_row:eq(1) .o_list_record_selector input").toBeChecked();
    expect(browser.localStorage.getItem(KEY)).toBe("ref,team");
    await toggle("Team");
    expect(".o_data_cell[name=team]").toHaveCount(0);
    await toggle("Team");
    expect(queryAllTexts(".o_data_cell[name=team]")).toEqual(["Care", "Sales"]);
    expect.verifySteps([]);
});

test.tags("desktop");
test("opens with the columns chosen before", async () => {
    browser.localStorage.setItem(KEY, "hours");
    await mountList();
    expect.verifySteps(["closed hours name"]);
    expect(queryAllTexts("th[data-name]")).toEqual(["Name", "Hours"]);
});

test.tags("desktop");
test("a column that another tab chose is read when the list is shown again", async () => {
    await mountList();
    browser.localStorage.setItem(KEY, "ref,team");
    await contains("th[data-name=name]").click();
    await animationFrame();
    expect.verifySteps(["closed name ref", "closed name ref", "closed name ref team"]);
    expect(queryAllTexts(".o_data_cell[name=team]")).toEqual(["Care", "Sales"]);
});

test.tags("desktop");
test("two columns chosen while the first is still read", async () => {
    await mountList();
    const first = new Deferred();
    onRpc("helpdesk.ticket", "web_search_read", () => first);
    await toggle("Team");
    await toggle("Mood");
    first.resolve();
    await animationFrame();
    expect.verifySteps(["closed name ref", "closed name ref team", "closed mood name ref team"]);
    expect(queryAllTexts("th[data-name]")).toEqual(["Name", "Ref", "Team", "Mood"]);
    expect(browser.localStorage.getItem(KEY)).toBe("ref,team,mood");
});

test.tags("desktop");
test("all tickets of a search stay selected", async () => {
    await mountList({
        allowSelectors: true,
        arch: `
            <list js_class="helpdesk_lean_list" limit="1">
                <field name="name"/>
                <field name="team" optional="hide"/>
            </list>`,
    });
    await contains("thead .o_list_record_selector input").click();
    await contains(".o_select_domain").click();
    await toggle("Team");
    expect.verifySteps(["name", "name team"]);
    expect(".o_selection_box").toHaveText(/All 2 selected/);
});

test.tags("desktop");
test("grouped: sums and rows of a column that somebody chooses", async () => {
    await mountList({ groupBy: ["team"] });
    await contains(".o_group_header:eq(0)").click();
    expect.verifySteps(["closed name ref", "closed name ref"]);
    await toggle("Hours");
    expect.verifySteps(["closed hours name ref"]);
    expect(queryAllTexts(".o_group_header .o_list_number")).toEqual(["2.00", "3.00"]);
    expect(queryAllTexts(".o_data_cell[name=hours]")).toEqual(["2.00"]);
});

test.tags("desktop");
test("reads what the domain of a shown column needs", async () => {
    await mountList({
        arch: `
            <list js_class="helpdesk_lean_list">
                <field name="agent_id"/>
                <field name="mood" optional="hide"/>
                <field name="ref" optional="hide"/>
            </list>`,
    });
    expect.verifySteps(["agent_id mood"]);
});
