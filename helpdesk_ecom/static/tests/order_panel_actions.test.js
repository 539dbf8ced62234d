import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mockService } from "@web/../tests/web_test_helpers";
import { DATA, definePanelModels, mockPanel, mountTicket } from "./order_panel_fixtures";

definePanelModels();

const item = (kind, label, reason = "") => ({
    kind,
    method: `action_open_${kind}`,
    label,
    icon: "fa-undo",
    reason,
});

const ACTIONS = [
    item("refund", "Refund"),
    item("return", "Return"),
    item("address_change", "Change address", "All goods have left."),
    item("replacement", "Send again"),
    item("cancel", "Cancel", "All goods have been delivered."),
];

function mockAction() {
    mockService("action", {
        doActionButton({ type, name, resModel, resId, onClose }) {
            expect.step(`${type} ${resModel} ${name} ${resId}`);
            return onClose();
        },
    });
}

test("three actions are buttons, the others are in a menu", async () => {
    mockPanel({ ...DATA, actions: ACTIONS });
    mockAction();
    await mountTicket();
    expect.verifySteps(["load"]);
    expect(queryAllTexts(".o_helpdesk_order_actions button")).toEqual([
        "Refund",
        "Return",
        "Change address",
        "More",
    ]);
    await contains("button[name=action_open_refund]").click();
    await animationFrame();
    expect.verifySteps(["object helpdesk.ticket action_open_refund 1", "load"]);
    await contains(".o_helpdesk_order_more").click();
    await contains(".o_helpdesk_order_menu [name=action_open_replacement]").click();
    await animationFrame();
    expect.verifySteps(["object helpdesk.ticket action_open_replacement 1", "load"]);
    expect(".o_helpdesk_order_menu").toHaveCount(0);
});

test("no menu for three actions", async () => {
    mockPanel({ ...DATA, actions: ACTIONS.slice(0, 3) });
    await mountTicket();
    expect(".o_helpdesk_order_more").toHaveCount(0);
    expect.verifySteps(["load"]);
});

test("a blocked action says why: to a mouse, a finger, the keyboard and a reader", async () => {
    mockPanel({ ...DATA, actions: ACTIONS });
    mockAction();
    await mountTicket();
    const blocked = queryFirst("button[name=action_open_address_change]");
    expect(blocked).toHaveAttribute("data-tooltip", "All goods have left.");
    expect(blocked).toHaveAttribute("aria-disabled", "true");
    const description = document.getElementById(blocked.getAttribute("aria-describedby"));
    expect(description).toHaveText("All goods have left.");
    expect(".o_helpdesk_order_explained").toHaveCount(0);
    blocked.focus();
    await animationFrame();
    expect(".o_helpdesk_order_explained").toHaveText("All goods have left.");
    await press("Enter");
    await animationFrame();
    blocked.blur();
    await animationFrame();
    expect(".o_helpdesk_order_explained").toHaveCount(0);
    await contains(blocked).click();
    expect(".o_helpdesk_order_explained").toHaveText("All goods have left.");
    expect.verifySteps(["load"]);
});

test("a blocked action in the menu says why at once, and does nothing", async () => {
    mockPanel({ ...DATA, actions: ACTIONS });
    mockAction();
    await mountTicket();
    await contains(".o_helpdesk_order_more").click();
    const blocked = queryFirst(".o_helpdesk_order_menu [name=action_open_cancel]");
    expect(blocked).toHaveText(/Cancel\s*All goods have been delivered\./);
    expect(blocked).toHaveAttribute("aria-disabled", "true");
    const description = document.getElementById(blocked.getAttribute("aria-describedby"));
    expect(description).toHaveText("All goods have been delivered.");
    await contains(blocked).click();
    expect(".o_helpdesk_order_menu").toHaveCount(1, { message: "the reason stays to be read" });
    expect.verifySteps(["load"]);
});

test.tags("desktop");
test("the menu goes by arrows", async () => {
    mockPanel({ ...DATA, actions: ACTIONS });
    mockAction();
    await mountTicket();
    expect.verifySteps(["load"]);
    queryFirst(".o_helpdesk_order_more").focus();
    await press("Enter");
    await animationFrame();
    expect(".o_helpdesk_order_menu").toHaveCount(1);
    await press("ArrowDown");
    await animationFrame();
    expect(".o_helpdesk_order_menu [name=action_open_replacement]").toHaveClass("focus");
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["object helpdesk.ticket action_open_replacement 1", "load"]);
});
