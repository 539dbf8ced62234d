import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect } from "@odoo/hoot";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

/** What the tests of the order panel share: a ticket, and what the server says of its order. */

export class Ticket extends models.Model {
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

/** To be called once at the top of each file of tests. */
export function definePanelModels() {
    defineMailModels();
    defineModels([Ticket, SaleOrder]);
}

export const summary = (id) => ({
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

export const ORDER = {
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
    payment: { code: "paid", label: "Paid", state: "done", date: "2026-11-20 09:00:00" },
    deliveries: [
        {
            id: 6,
            name: "WH/OUT/00017",
            state: "done",
            state_label: "Done",
            is_return: false,
            is_late: false,
            date: "2026-11-21 08:00:00",
            carrier: "FedEx",
            steps: [
                { code: "packed", label: "Packed", state: "done", date: false },
                {
                    code: "shipped",
                    label: "Shipped",
                    state: "done",
                    date: "2026-11-21 08:00:00",
                },
            ],
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
                state_label: "Waiting",
                date: "2026-11-21 10:00:00",
                model: "helpdesk.order.action",
                id: 3,
            },
        ],
    },
};

export const DATA = {
    match: "verified",
    order: ORDER,
    suggested: false,
    others: [],
    other_count: 0,
    partner: { id: 3, name: "Emma Clark", company_id: 1 },
    customer: false,
    actions: [],
    can_open_invoices: true,
};

export const EMPTY = { ...DATA, match: false, order: false };

export const mountTicket = (params = {}) =>
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
export function mockPanel(...answers) {
    onRpc("helpdesk.ticket", "get_order_panel_data", ({ kwargs }) => {
        expect.step(kwargs.changes ? `load ${JSON.stringify(kwargs.changes)}` : "load");
        return answers.length > 1 ? answers.shift() : answers[0];
    });
}

export const CUSTOMER = {
    id: 3,
    name: "Emma Clark",
    contact: "",
    tier: { id: 1, name: "Gold", color: 3 },
    lifetime_value: 3210,
    currency_id: 1,
    order_count: 14,
    return_rate: 0.07,
    overdue_amount: 0,
    quotation_count: 2,
    opportunity_count: 1,
    salesperson: "Li Wei",
    rating_avg: 4.5,
    rating_count: 6,
    ticket_count: 9,
    open_ticket_count: 2,
    language: "English (US)",
    tz: "America/New_York",
    local_time: "2026-11-22 08:28:00",
    country: "United States",
};
