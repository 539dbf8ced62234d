import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    clickFieldDropdown,
    clickFieldDropdownItem,
    contains,
    makeServerError,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {
    DATA,
    definePanelModels,
    EMPTY,
    mockPanel,
    mountTicket,
    ORDER,
    summary,
    Ticket,
} from "./order_panel_fixtures";

definePanelModels();

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
        "Given so far\n$ 10.00",
    ]);
    expect(".o_helpdesk_order_document").toHaveText(/INV\/2026\/00012/);
    expect(".o_helpdesk_delivery").toHaveText(/WH\/OUT\/00017.*FedEx/s);
    expect(".o_helpdesk_delivery a[target=_blank]").toHaveAttribute(
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

test("a new ticket shows the orders of its customer before it is saved", async () => {
    mockPanel({ ...EMPTY, partner: false }, { ...EMPTY, suggested: summary(43) });
    await mountTicket({ resId: undefined });
    expect(".o_helpdesk_order_empty").toHaveText(/Choose the customer/);
    expect.verifySteps(['load {"partner_id":false,"sale_order_id":false,"team_id":false}']);
});
