import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { contains, makeServerError, onRpc } from "@web/../tests/web_test_helpers";
import {
    DATA,
    definePanelModels,
    mockPanel,
    mountTicket,
    ORDER,
    summary,
} from "./order_panel_fixtures";

definePanelModels();

const MANY = { ...DATA, others: [51, 52, 53, 54, 55].map(summary), other_count: 199 };

/** Answer a search with twenty of the customer's orders. */
function mockSearch(count = 199) {
    onRpc("res.partner", "search_order_panel_orders", ({ args, kwargs }) => {
        const { term, offset, company_id, exclude_ids } = kwargs;
        expect.step(`search ${args[0]} "${term}" ${offset} ${company_id} ${exclude_ids}`);
        const ids = Array.from({ length: Math.min(20, count) }, (_, index) => 60 + offset + index);
        return { orders: ids.map(summary), count };
    });
}

const open = () => contains(".o_helpdesk_others_toggle").click();

test("the other orders are folded, and the rest is counted", async () => {
    mockPanel(MANY);
    await mountTicket();
    expect(".o_helpdesk_order_other").toHaveCount(0);
    expect(".o_helpdesk_others_toggle").toHaveText("Other orders (199)");
    await open();
    expect(".o_helpdesk_order_other").toHaveCount(5);
    expect(".o_helpdesk_others_more").toHaveText("194 more");
    expect(".o_helpdesk_others_search").toHaveCount(0);
    expect.verifySteps(["load"]);
});

test("all orders are searched on the server, twenty at a time", async () => {
    mockPanel(MANY);
    mockSearch();
    await mountTicket();
    await open();
    await contains(".o_helpdesk_others_more").click();
    await animationFrame();
    expect(".o_helpdesk_order_other").toHaveCount(20);
    expect(".o_helpdesk_others_more").toHaveText("179 more");
    await contains(".o_helpdesk_others_more").click();
    await animationFrame();
    expect(".o_helpdesk_order_other").toHaveCount(40);
    expect.verifySteps(["load", 'search 3 "" 0 1 42', 'search 3 "" 20 1 42']);
});

test("an order is found by what is typed", async () => {
    mockPanel(MANY);
    mockSearch(1);
    await mountTicket();
    await open();
    await contains(".o_helpdesk_others_more").click();
    await animationFrame();
    await contains(".o_helpdesk_others_search").edit("SHOP-9", { confirm: false });
    await advanceTime(300);
    await animationFrame();
    expect(".o_helpdesk_order_other").toHaveCount(1);
    expect(".o_helpdesk_others_more").toHaveCount(0);
    expect.verifySteps(["load", 'search 3 "" 0 1 42', 'search 3 "SHOP-9" 0 1 42']);
});

test("nothing found is said, a failed search can be repeated", async () => {
    mockPanel(MANY);
    let isBroken = true;
    onRpc("res.partner", "search_order_panel_orders", () => {
        if (isBroken) {
            throw makeServerError({ message: "Out of order." });
        }
        return { orders: [], count: 0 };
    });
    await mountTicket();
    await open();
    await contains(".o_helpdesk_others_more").click();
    await animationFrame();
    expect(".o_helpdesk_order_others .alert").toHaveText(/Out of order\./);
    isBroken = false;
    await contains(".o_helpdesk_order_others .alert button").click();
    await animationFrame();
    expect(".o_helpdesk_others_none").toHaveText(/No order/);
    expect.verifySteps(["load"]);
});

test("one order at a time is unfolded, with the keyboard, and read only then", async () => {
    mockPanel(MANY);
    onRpc("sale.order", "get_order_panel_order", ({ args }) => {
        expect.step(`order ${args[0]}`);
        return { ...ORDER, ...summary(args[0][0]) };
    });
    await mountTicket();
    await open();
    expect.verifySteps(["load"]);
    const [first] = document.querySelectorAll(".o_helpdesk_unfold");
    first.focus();
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect(first).toHaveAttribute("aria-expanded", "true");
    expect("#" + first.getAttribute("aria-controls")).toHaveCount(1);
    expect(".o_helpdesk_other_details .o_helpdesk_order_line").toHaveCount(2);
    expect(".o_helpdesk_other_details .o_helpdesk_order_name").toHaveCount(0);
    await contains(".o_helpdesk_unfold:eq(1)").click();
    await animationFrame();
    expect(".o_helpdesk_other_details").toHaveCount(1);
    expect(first).toHaveAttribute("aria-expanded", "false");
    expect.verifySteps(["order 51", "order 52"]);
});

test("details that can't be read say so, and can be asked for again", async () => {
    mockPanel(MANY);
    let isBroken = true;
    onRpc("sale.order", "get_order_panel_order", () => {
        if (isBroken) {
            throw makeServerError({ message: "You may not." });
        }
        return ORDER;
    });
    await mountTicket();
    await open();
    await contains(".o_helpdesk_unfold:first").click();
    await animationFrame();
    expect(".o_helpdesk_other_details .alert").toHaveText(/You may not\./);
    isBroken = false;
    await contains(".o_helpdesk_other_details .alert button").click();
    await animationFrame();
    expect(".o_helpdesk_other_details .o_helpdesk_order_line").toHaveCount(2);
    expect.verifySteps(["load"]);
});

test("another order is chosen for the ticket", async () => {
    mockPanel(
        { ...DATA, others: [summary(43)], other_count: 1 },
        { ...DATA, order: { ...ORDER, ...summary(43) } }
    );
    onRpc("helpdesk.ticket", "web_save", ({ args }) => {
        expect.step(`save ${JSON.stringify(args[1])}`);
    });
    await mountTicket();
    await open();
    await contains(".o_helpdesk_choose").click();
    await animationFrame();
    expect(".o_helpdesk_order_name").toHaveText("S00043");
    expect.verifySteps(["load", 'save {"sale_order_id":43}', "load"]);
});

test("the way of the goods: done, now, late, and back", async () => {
    const [delivery] = ORDER.deliveries;
    const step = (code, label, state, date = false) => ({ code, label, state, date });
    mockPanel({
        ...DATA,
        order: {
            ...ORDER,
            deliveries: [
                {
                    ...delivery,
                    steps: [...delivery.steps, step("returned", "Return under way", "current")],
                },
                {
                    ...delivery,
                    id: 7,
                    name: "WH/OUT/00018",
                    is_late: true,
                    carrier: "",
                    tracking: [],
                    steps: [
                        step("packed", "Waiting for goods", "current"),
                        step("shipped", "Should have left", "late", "2026-11-10 08:00:00"),
                    ],
                },
            ],
        },
    });
    await mountTicket();
    expect.verifySteps(["load"]);
    const [first, second] = document.querySelectorAll(".o_helpdesk_steps");
    const texts = (root) =>
        queryAllTexts(".o_helpdesk_step > span:not(.visually-hidden)", { root });
    expect(texts(first)).toEqual(["Paid", "Packed", "Shipped", "Return under way"]);
    expect(texts(second)).toEqual(["Waiting for goods", "Should have left"]);
    expect(queryFirst(".o_helpdesk_step_late", { root: second })).toHaveText(
        /Late:\s*Should have left\s*Nov 10/
    );
    expect(queryFirst(".o_helpdesk_step_current .fw-bold", { root: first })).toHaveCount(1);
});
