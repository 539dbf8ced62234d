import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    clickFieldDropdown,
    clickFieldDropdownItem,
    contains,
    defineModels,
    fields,
    makeServerError,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Ticket extends models.Model {
    _name = "helpdesk.ticket";

    name = fields.Char();
    partner_id = fields.Many2one({ relation: "res.partner" });
    team_id = fields.Many2one({ relation: "res.partner" });
    sale_order_id = fields.Many2one({ relation: "sale.order" });
    order_match = fields.Selection({
        selection: [
            ["verified", "Own"],
            ["unverified", "Somebody else's"],
        ],
    });

    _records = [{ id: 1, name: "Broken cup", sale_order_id: 42 }];
}

class SaleOrder extends models.Model {
    _name = "sale.order";

    name = fields.Char();
    partner_id = fields.Many2one({ relation: "res.partner" });

    _records = [
        { id: 42, name: "S00042" },
        { id: 43, name: "S00043" },
    ];
}

defineMailModels();
defineModels([Ticket, SaleOrder]);

const summary = (id) => ({
    id,
    name: `S000${id}`,
    customer_reference: "",
    state: "sale",
    state_label: "Sales Order",
    delivery_label: "Fully Delivered",
    date: "2026-11-20 23:30:00",
    amount_total: 140,
    currency_id: 1,
});

const ORDER = {
    ...summary(42),
    partner_name: "Emma Clark",
    chips: [
        { label: "Paid", color: "success" },
        { label: "Delivered 2 of 3", color: "warning" },
    ],
    money: { total: 140, paid: 140, refunded: 10, open: 0 },
    lines: [
        {
            id: 1,
            product_id: 7,
            image_version: "2026-11-01 00:00:00",
            name: "Cup blue",
            quantity: 3,
            delivered: 2,
            is_goods: true,
            uom: "",
            price: 40,
            total: 120,
            stock: {
                on_hand: 31,
                forecast: 80,
                incoming: 50,
                incoming_date: "2026-11-27 08:00:00",
            },
        },
        {
            id: 2,
            product_id: 8,
            image_version: "2026-11-01 00:00:00",
            name: "Gift wrap",
            quantity: 1.5,
            delivered: 0,
            is_goods: false,
            uom: "",
            price: 20,
            total: 20,
            stock: false,
        },
    ],
    more_lines: 0,
    invoices: [
        {
            id: 5,
            name: "INV/2026/00012",
            is_refund: false,
            state_label: "Paid",
            is_settled: true,
            date: "2026-11-20",
            amount_total: 140,
            currency_id: 1,
        },
    ],
    deliveries: [
        {
            id: 6,
            name: "WH/OUT/00017",
            state: "done",
            state_label: "Done",
            is_return: false,
            is_late: false,
            date: "2026-11-21 08:00:00",
            tracking: [{ reference: "771234567890", url: "https://track.example/771234567890" }],
        },
    ],
    ledger: {
        limit: 140,
        given: 10,
        entries: [
            {
                name: "Refund of S00042",
                amount: 10,
                user: "Agent",
                date: "2026-11-21 10:00:00",
                model: "helpdesk.order.action",
                id: 3,
            },
        ],
    },
};

const DATA = {
    match: "verified",
    order: ORDER,
    suggested: false,
    others: [],
    other_count: 0,
    partner: { id: 3, name: "Emma Clark" },
    actions: [],
    can_open_invoices: true,
};

const EMPTY = { ...DATA, match: false, order: false };

const mountTicket = (params = {}) =>
    mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId: 1,
        arch: `
            <form>
                <field name="name"/>
                <field name="partner_id"/>
                <field name="sale_order_id"/>
                <widget name="helpdesk_order_panel"/>
            </form>`,
        ...params,
    });

/** Answer each call of the panel with the next of the given data, the last one again and again. */
function mockPanel(...answers) {
    onRpc("helpdesk.ticket", "get_order_panel_data", ({ kwargs }) => {
        expect.step(kwargs.changes ? `load ${JSON.stringify(kwargs.changes)}` : "load");
        return answers.length > 1 ? answers.shift() : answers[0];
    });
}

test("the order with lines, stock, money and documents", async () => {
    mockPanel(DATA);
    await mountTicket();
    expect.verifySteps(["load"]);
    expect(".o_helpdesk_order_name").toHaveText("S00042");
    expect(".o_helpdesk_order_name").toHaveAttribute("href", "/odoo/sale.order/42");
    expect(queryAllTexts(".o_helpdesk_order_chip")).toEqual(["Paid", "Delivered 2 of 3"]);
    expect(".o_helpdesk_order_line").toHaveCount(2);
    const [cup, wrap] = queryAllTexts(".o_helpdesk_order_line");
    expect(cup).toInclude("Cup blue");
    expect(cup).toInclude("Delivered 2 of 3");
    expect(cup).toInclude("31 in stock, forecast 80");
    expect(cup).toInclude("+50 on Nov 27");
    expect(cup).toInclude("3 × $ 40.00");
    expect(wrap).toInclude("1.5 × $ 20.00");
    expect(wrap).not.toInclude("stock");
    expect(queryAllTexts(".o_helpdesk_order_money > div")).toEqual([
        "Total\n$ 140.00",
        "Paid\n$ 140.00",
        "Given back\n$ 10.00",
    ]);
    const [delivery, invoice] = queryAllTexts(".o_helpdesk_order_document");
    expect(delivery).toInclude("WH/OUT/00017");
    expect(invoice).toInclude("INV/2026/00012");
    expect(".o_helpdesk_order_document a[target=_blank]").toHaveAttribute(
        "href",
        "https://track.example/771234567890"
    );
});

test("the form is drawn before the panel is loaded", async () => {
    const answer = new Deferred();
    mockPanel(answer);
    await mountTicket();
    expect(".o_field_widget[name=name]").toHaveCount(1);
    expect(".o_helpdesk_order_panel_loading").toHaveCount(1);
    answer.resolve(DATA);
    await animationFrame();
    expect(".o_helpdesk_order_panel_loading").toHaveCount(0);
    expect(".o_helpdesk_order").toHaveCount(1);
    expect.verifySteps(["load"]);
});

test("an error is said, and one can try again", async () => {
    let isBroken = true;
    onRpc("helpdesk.ticket", "get_order_panel_data", () => {
        if (isBroken) {
            throw makeServerError({ message: "You may not read this order." });
        }
        return DATA;
    });
    await mountTicket();
    await animationFrame();
    expect(".o_helpdesk_order_panel .alert").toHaveText(/You may not read this order\./);
    isBroken = false;
    await contains(".o_helpdesk_order_panel .alert button").click();
    expect(".o_helpdesk_order").toHaveCount(1);
});

test("what was given is unfolded with the keyboard", async () => {
    mockPanel(DATA);
    await mountTicket();
    expect(".o_helpdesk_order_ledger li").toHaveCount(0);
    const button = queryFirst(".o_helpdesk_order_ledger button");
    expect(button).toHaveText("Given so far: $ 10.00 of $ 140.00");
    button.focus();
    await press("Enter");
    await animationFrame();
    expect(".o_helpdesk_order_ledger li").toHaveCount(1);
    expect(button).toHaveAttribute("aria-expanded", "true");
    expect.verifySteps(["load"]);
});

test("the suggested order is linked by one click", async () => {
    mockPanel(
        { ...EMPTY, suggested: summary(43) },
        { ...DATA, order: { ...ORDER, ...summary(43) } }
    );
    onRpc("helpdesk.ticket", "web_save", ({ args }) => {
        expect.step(`save ${JSON.stringify(args[1])}`);
    });
    Ticket._records[0].sale_order_id = false;
    await mountTicket();
    expect(".o_helpdesk_order").toHaveCount(0);
    expect(".o_helpdesk_order_suggested").toHaveText(/S00043/);
    await contains(".o_helpdesk_order_suggested button").click();
    await animationFrame();
    expect(".o_helpdesk_order_name").toHaveText("S00043");
    expect.verifySteps(["load", 'save {"sale_order_id":43}', "load"]);
});

test.tags("desktop");
test("without an order one picks one", async () => {
    Ticket._records[0].sale_order_id = false;
    mockPanel(EMPTY, DATA);
    await mountTicket();
    expect(".o_helpdesk_order_empty").toHaveText(/No order yet: pick one\./);
    await contains(".o_helpdesk_order_empty input").click();
    await contains(".o-autocomplete--dropdown-item:contains(S00042)").click();
    await animationFrame();
    expect(".o_helpdesk_order_name").toHaveText("S00042");
    expect.verifySteps(["load", "load"]);
});

test.tags("desktop");
test("the panel follows a form that is not saved", async () => {
    mockPanel(DATA, { ...EMPTY });
    await mountTicket();
    await clickFieldDropdown("sale_order_id");
    await clickFieldDropdownItem("sale_order_id", "S00043");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["load", 'load {"partner_id":false,"sale_order_id":43,"team_id":false}']);
    expect(".o_helpdesk_order").toHaveCount(0);
});

test("an order of somebody else is confirmed or rejected", async () => {
    mockPanel({ ...DATA, match: "unverified" }, DATA);
    onRpc("helpdesk.ticket", "action_confirm_order", ({ args }) => {
        expect.step(`confirm ${JSON.stringify(args[0])}`);
        return false;
    });
    await mountTicket();
    expect(".o_helpdesk_order_unverified").toHaveText(/belongs to Emma Clark/);
    expect.verifySteps(["load"]);
    await contains(".o_helpdesk_order_unverified button:contains(It is theirs)").click();
    await animationFrame();
    expect.verifySteps(["confirm [1]", "load"]);
    expect(".o_helpdesk_order_unverified").toHaveCount(0);
});

test("an action is started, one that is not possible says why", async () => {
    mockPanel({
        ...DATA,
        actions: [
            { method: "action_refund", label: "Refund", icon: "fa-undo", reason: "" },
            {
                method: "action_change_address",
                label: "Change address",
                icon: "fa-map-marker",
                reason: "All goods have left.",
            },
        ],
    });
    mockService("action", {
        doActionButton({ type, name, resModel, resId, onClose }) {
            expect.step(`${type} ${resModel} ${name} ${resId}`);
            return onClose();
        },
    });
    mockService("notification", { add: (message) => expect.step(message) });
    await mountTicket();
    const blocked = "button[name=action_change_address]";
    expect(blocked).toHaveAttribute("data-tooltip", "All goods have left.");
    expect(blocked).toHaveAttribute("aria-disabled", "true");
    expect.verifySteps(["load"]);
    await contains(blocked).click();
    expect.verifySteps(["All goods have left."]);
    await contains("button[name=action_refund]").click();
    await animationFrame();
    expect.verifySteps(["object helpdesk.ticket action_refund 1", "load"]);
});

test("the other orders are folded, and the rest is counted", async () => {
    mockPanel({
        ...DATA,
        others: [51, 52, 53, 54, 55].map(summary),
        other_count: 199,
    });
    await mountTicket();
    expect(".o_helpdesk_order_other").toHaveCount(0);
    expect(".o_helpdesk_order_others button").toHaveText("Other orders (199)");
    await contains(".o_helpdesk_order_others button").click();
    expect(".o_helpdesk_order_other").toHaveCount(5);
    expect(".o_helpdesk_order_others li:last").toHaveText("194 more");
    expect.verifySteps(["load"]);
});

test("a new ticket shows the orders of its customer before it is saved", async () => {
    mockPanel({ ...EMPTY, partner: false }, { ...EMPTY, suggested: summary(43) });
    await mountTicket({ resId: undefined });
    expect(".o_helpdesk_order_empty").toHaveText(/Choose the customer/);
    expect.verifySteps(['load {"partner_id":false,"sale_order_id":false,"team_id":false}']);
});
