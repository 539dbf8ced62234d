import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    makeServerError,
    mockService,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {
    CUSTOMER,
    DATA,
    definePanelModels,
    mockPanel,
    mountTicket,
    ORDER,
    summary,
} from "./order_panel_fixtures";

definePanelModels();

const mountContact = () =>
    mountView({
        type: "form",
        resModel: "res.partner",
        resId: 1,
        arch: `
            <form>
                <field name="name"/>
                <widget name="helpdesk_customer_panel"/>
            </form>`,
    });

test("who the customer is", async () => {
    mockDate("2026-11-22 13:28:30", 0);
    mockPanel({ ...DATA, customer: CUSTOMER });
    await mountTicket();
    expect.verifySteps(["load"]);
    expect(".o_helpdesk_customer_name").toHaveText("Emma Clark");
    expect(".o_helpdesk_customer_tier").toHaveText("Gold");
    expect(".o_helpdesk_customer").toHaveText(/English \(US\)/);
    expect(queryAllTexts(".o_helpdesk_customer_fact")).toEqual([
        "14 orders",
        "$ 3,210.00 in all",
        "returns 7 %",
        "2 quotations",
        "1 opportunity",
        "9 tickets, 2 open",
        "rated 4.5 of 5 (6)",
        "sales: Li Wei",
    ]);
});

test("the customer's clock goes on", async () => {
    mockDate("2026-11-22 13:28:30", 0);
    mockPanel({ ...DATA, customer: CUSTOMER });
    await mountTicket();
    expect(".o_helpdesk_customer_time").toHaveText("New York, 08:28 now");
    await advanceTime(31_000);
    await animationFrame();
    expect(".o_helpdesk_customer_time").toHaveText("New York, 08:29 now");
    await advanceTime(60_000);
    await animationFrame();
    expect(".o_helpdesk_customer_time").toHaveText("New York, 08:30 now");
    expect.verifySteps(["load"]);
});

test("what is overdue is red, what is nothing is not shown", async () => {
    mockPanel({
        ...DATA,
        customer: {
            ...CUSTOMER,
            tier: false,
            lifetime_value: 0,
            order_count: 1,
            return_rate: false,
            overdue_amount: 99,
            quotation_count: 0,
            opportunity_count: 0,
            salesperson: "",
            rating_avg: false,
            rating_count: 0,
            ticket_count: 0,
            open_ticket_count: 0,
            language: "",
            tz: "Nowhere/At_All",
            local_time: false,
        },
    });
    await mountTicket();
    expect(queryAllTexts(".o_helpdesk_customer_fact")).toEqual(["1 order", "$ 99.00 overdue"]);
    expect("[data-name=overdue]").toHaveClass("text-danger");
    expect(".o_helpdesk_customer_tier").toHaveCount(0);
    expect(".o_helpdesk_customer_time").toHaveCount(0);
    expect(".o_helpdesk_customer").toHaveText(/United States/);
    expect.verifySteps(["load"]);
});

test("somebody who writes for a company", async () => {
    mockPanel({ ...DATA, customer: { ...CUSTOMER, name: "Clark Ltd", contact: "Emma Clark" } });
    await mountTicket();
    expect(".o_helpdesk_customer_name").toHaveText("Emma Clark");
    expect(".o_helpdesk_customer_company").toHaveText("Clark Ltd");
    expect.verifySteps(["load"]);
});

test("counts open what they count", async () => {
    mockPanel({ ...DATA, customer: CUSTOMER });
    mockService("action", {
        doActionButton({ name, resModel, resId }) {
            expect.step(`${resModel} ${name} ${resId}`);
        },
    });
    await mountTicket();
    for (const documents of ["orders", "quotations", "tickets"]) {
        await contains(`.o_helpdesk_customer_fact[data-name=${documents}] button`).click();
    }
    expect.verifySteps([
        "load",
        "res.partner action_open_helpdesk_orders 3",
        "res.partner action_open_helpdesk_quotations 3",
        "res.partner action_open_helpdesk_tickets 3",
    ]);
});

test("in the form of a contact orders are looked at, not acted on", async () => {
    onRpc("res.partner", "get_helpdesk_customer_data", ({ args }) => {
        expect.step(`load ${args[0]}`);
        return {
            ...DATA,
            order: false,
            match: false,
            customer: CUSTOMER,
            suggested: summary(51),
            others: [summary(52)],
            other_count: 1,
        };
    });
    onRpc("sale.order", "get_order_panel_order", ({ args }) => {
        expect.step(`order ${args[0]}`);
        return { ...ORDER, ...summary(51) };
    });
    await mountContact();
    expect(".o_helpdesk_customer_name").toHaveText("Emma Clark");
    expect(".o_helpdesk_others_toggle").toHaveText("Orders (2)");
    expect(".o_helpdesk_order_other").toHaveCount(2);
    expect(".o_helpdesk_choose").toHaveCount(0);
    expect(".o_helpdesk_order_empty").toHaveCount(0);
    await contains(".o_helpdesk_unfold:first").click();
    await animationFrame();
    expect(".o_helpdesk_other_details .o_helpdesk_order_line").toHaveCount(2);
    expect(".o_helpdesk_order_actions").toHaveCount(0);
    expect.verifySteps(["load 1", "order 51"]);
});

test("a contact without orders, and one that can't be read", async () => {
    let isBroken = true;
    onRpc("res.partner", "get_helpdesk_customer_data", () => {
        if (isBroken) {
            throw makeServerError({ message: "Not for you." });
        }
        return { ...DATA, order: false, match: false, customer: false, others: [] };
    });
    await mountContact();
    await animationFrame();
    expect(".o_helpdesk_order_panel .alert").toHaveText(/Not for you\./);
    isBroken = false;
    await contains(".o_helpdesk_order_panel .alert button").click();
    expect(".o_helpdesk_order_empty").toHaveText("No orders yet.");
    expect(".o_helpdesk_order_empty input").toHaveCount(0);
});
