import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class RuleModel extends models.Model {
    _name = "rule.model";

    name = fields.Char();

    _records = [
        { id: 1, name: "Ticket" },
        { id: 2, name: "Contact" },
    ];
}

class BaseAutomation extends models.Model {
    _name = "base.automation";

    name = fields.Char();
    model_id = fields.Many2one({ relation: "rule.model" });
    model_name = fields.Char();
    model_is_mail_thread = fields.Boolean();
    trigger = fields.Selection({
        selection: [
            ["on_create", "On create"],
            ["on_message_received", "On incoming message"],
            ["on_helpdesk_sla_warning", "SLA about to fail"],
            ["on_helpdesk_sla_missed", "SLA failed"],
            ["on_helpdesk_customer_waiting", "Customer is waiting"],
        ],
    });

    _records = [
        {
            id: 1,
            name: "Tickets",
            model_id: 1,
            model_name: "helpdesk.ticket",
            model_is_mail_thread: true,
            trigger: "on_helpdesk_sla_missed",
        },
        {
            id: 2,
            name: "Contacts",
            model_id: 2,
            model_name: "res.partner",
            trigger: "on_create",
        },
    ];
}

defineMailModels();
defineModels([BaseAutomation, RuleModel]);

const ARCH = `
    <form js_class="helpdesk_automation_form">
        <field name="model_id" invisible="1" />
        <field name="model_name" invisible="1" />
        <field name="trigger" widget="base_automation_trigger_selection" />
    </form>`;

async function mountRule(resId) {
    onRpc("ir.model.fields", "search_read", () => [{ name: "name", ttype: "char" }]);
    await mountView({ type: "form", resModel: "base.automation", resId, arch: ARCH });
}

async function openTriggers() {
    await contains(".o_field_widget[name=trigger] .o_select_menu_toggler").click();
    return queryAllTexts(".o_select_menu_item");
}

test("tickets have their triggers, in a group of their own", async () => {
    await mountRule(1);
    expect(queryFirst(".o_field_widget[name=trigger] input")).toHaveValue("SLA failed");
    expect(await openTriggers()).toEqual([
        "SLA about to fail",
        "SLA failed",
        "Customer is waiting",
        "On incoming message",
        "On create",
    ]);
    expect(queryAllTexts(".o_select_menu_group")).toInclude("Helpdesk");
});

test("one of them can be chosen and is saved", async () => {
    onRpc("base.automation", "web_save", ({ args }) => {
        expect.step(args[1].trigger);
    });
    await mountRule(1);
    await openTriggers();
    await contains(".o_select_menu_item:contains(Customer is waiting)").click();
    expect(queryFirst(".o_field_widget[name=trigger] input")).toHaveValue("Customer is waiting");
    await contains(".o_form_button_save").click();
    expect.verifySteps(["on_helpdesk_customer_waiting"]);
});

test("rules for other models are as ever", async () => {
    await mountRule(2);
    expect(await openTriggers()).toEqual(["On create"]);
});
