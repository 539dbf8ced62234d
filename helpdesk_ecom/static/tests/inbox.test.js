import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { click, press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { getCommand } from "@helpdesk_ecom/inbox/inbox_keys";

class Ticket extends models.Model {
    _name = "helpdesk.ticket";
    _records = [
        { id: 1, name: "Cup broken" },
        { id: 2, name: "Plate missing" },
        { id: 3, name: "Wrong colour" },
    ];
    _views = { form: `<form><sheet><field name="name"/></sheet></form>` };

    name = fields.Char();
}

defineMailModels();
defineModels([Ticket]);

const ENTRY = {
    ticket_ref: "",
    user: false,
    channel: { name: "Shop number", provider: "whatsapp" },
    waiting_since: false,
    is_unread: false,
    last_author: "Anna",
    is_last_by_customer: false,
    last_date: "2026-01-05 11:00:00",
    last_words: "On its way",
    fold: false,
    customer_tz: false,
    sla_deadline: false,
    sla_warning_date: false,
    sla_metric: false,
    sla_paused: false,
    sla_missed: false,
};
const WAITING = {
    ...ENTRY,
    waiting_since: "2026-01-05 10:00:00",
    is_unread: true,
    is_last_by_customer: true,
    last_words: "Where is it?",
};
let tickets;

beforeEach(() => {
    mockDate("2026-01-05 12:00:00", 0);
    tickets = [
        { ...WAITING, id: 1, name: "Cup broken", customer: "Emma Clark" },
        { ...ENTRY, id: 2, name: "Plate missing", customer: "Carl" },
        { ...ENTRY, id: 3, name: "Wrong colour", customer: "" },
    ];
    onRpc("helpdesk.ticket", "get_inbox", ({ kwargs: { tab, search, offset } }) => {
        expect.step(`${tab} ${search}${offset}`);
        return {
            tickets: offset ? [] : tickets.filter((ticket) => ticket.name.includes(search)),
            has_more: false,
            counts: { mine: tickets.length, unassigned: 0, all: 5 },
        };
    });
});

async function openInbox() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "helpdesk_ecom.inbox",
        name: "Inbox",
    });
    await animationFrame();
}

describe.current.tags("desktop");

test("the list says who waits, for how long, where, and what was said", async () => {
    await openInbox();
    expect.verifySteps(["mine 0"]);
    expect(queryAllTexts(".o_helpdesk_inbox_customer")).toEqual(["Emma Clark", "Carl", "Unknown"]);
    expect(queryAllTexts(".o_helpdesk_inbox_age")).toEqual(["2 h", "1 h", "1 h"]);
    expect(queryAllTexts(".o_helpdesk_inbox_words")).toEqual([
        "Where is it?",
        "Anna: On its way",
        "Anna: On its way",
    ]);
    expect(".o_helpdesk_inbox_unread").toHaveCount(1);
    expect(".o_helpdesk_inbox_item .fa-whatsapp:first").toHaveAttribute("title", "Shop number");
    expect(".o_helpdesk_inbox_form").toHaveCount(0);
});

test("J and K move, and stop at the ends", async () => {
    await openInbox();
    const path = [];
    for (const key of ["j", "j", "j", "j", "k", "ArrowUp", "k"]) {
        await press(key);
        await animationFrame();
        await animationFrame();
        path.push(queryAllTexts(".o_helpdesk_inbox_selected .o_helpdesk_inbox_subject").join());
    }
    const [first, second, third] = ["Cup broken", "Plate missing", "Wrong colour"];
    expect(path).toEqual([first, second, third, third, second, first, first]);
    expect(".o_helpdesk_inbox_form .o_field_widget[name=name] input").toHaveValue(first);
    expect(".o_helpdesk_inbox_unread").toHaveCount(0, { message: "what is open was read" });
    expect.verifySteps(["mine 0"]);
});

test("keys don't fire while somebody types", async () => {
    await openInbox();
    await contains(".o_helpdesk_inbox_search").click();
    await press("j");
    await press("e");
    await animationFrame();
    expect(".o_helpdesk_inbox_selected").toHaveCount(0);
    await press("Escape");
    await press("j");
    await animationFrame();
    expect(".o_helpdesk_inbox_selected").toHaveCount(1);
    await advanceTime(1000);
    expect.verifySteps(["mine 0", "mine je0"], { message: "they were searched for" });
});

test("E solves and goes on with the next one", async () => {
    onRpc("helpdesk.ticket", "action_solve", ({ args: [ids] }) => {
        expect.step(`solve ${ids}`);
        tickets = tickets.filter((ticket) => !ids.includes(ticket.id));
        return true;
    });
    await openInbox();
    await press("e");
    await press("j");
    await animationFrame();
    await press("e");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["mine 0", "solve 1", "mine 0"]);
    expect(queryAllTexts(".o_helpdesk_inbox_selected .o_helpdesk_inbox_subject")).toEqual([
        "Plate missing",
    ]);
});

test("what was changed is saved before the next ticket is opened", async () => {
    onRpc("helpdesk.ticket", "web_save", ({ args: [ids, vals] }) => {
        expect.step(`save ${ids} ${vals.name}`);
    });
    await openInbox();
    await click(".o_helpdesk_inbox_item[data-id='1']");
    await animationFrame();
    await contains(".o_helpdesk_inbox_form .o_field_widget[name=name] input").edit(
        "Cup in pieces",
        {
            confirm: false,
        }
    );
    await click(".o_helpdesk_inbox_item[data-id='2']");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["mine 0", "save 1 Cup in pieces"]);
    expect(".o_helpdesk_inbox_form .o_field_widget[name=name] input").toHaveValue("Plate missing");
});

test("tabs, search, and news", async () => {
    await openInbox();
    await contains("[data-tab=all]").click();
    await contains(".o_helpdesk_inbox_search").edit("Plate", { confirm: false });
    await advanceTime(300);
    await animationFrame();
    expect(queryAllTexts(".o_helpdesk_inbox_customer")).toEqual(["Carl"]);
    expect.verifySteps(["mine 0", "all 0", "all Plate0"]);
    for (let i = 0; i < 5; i++) {
        window.dispatchEvent(new Event("focus"));
    }
    await advanceTime(2000);
    expect.verifySteps(["all Plate0"]);
});

test("news leave the list as long as it is", async () => {
    const all = Array.from({ length: 150 }, (_, index) => ({
        ...ENTRY,
        id: index + 1,
        name: `Ticket ${index + 1}`,
        customer: "Carl",
    }));
    onRpc("helpdesk.ticket", "get_inbox", ({ kwargs: { offset, limit } }) => {
        expect.step(`${offset}+${limit}`);
        return {
            tickets: all.slice(offset, offset + Math.min(limit, 100)),
            has_more: offset + limit < all.length,
            counts: { mine: all.length, unassigned: 0, all: all.length },
        };
    });
    await openInbox();
    const list = queryFirst(".o_helpdesk_inbox_list");
    for (let page = 0; page < 3; page++) {
        list.scrollTop = list.scrollHeight;
        list.dispatchEvent(new Event("scroll"));
        await animationFrame();
        await animationFrame();
    }
    expect.verifySteps(["0+40", "40+40", "80+40", "120+40"]);
    window.dispatchEvent(new Event("focus"));
    await advanceTime(2000);
    await animationFrame();
    expect(".o_helpdesk_inbox_item").toHaveCount(150);
    expect.verifySteps(["0+100", "100+50"]);
});

test("keys of other scripts and with modifiers", async () => {
    const el = document.body;
    const command = (init) => {
        const ev = new KeyboardEvent("keydown", init);
        Object.defineProperty(ev, "target", { value: el });
        return getCommand(ev);
    };
    expect(command({ key: "J" })).toBe("next");
    expect(command({ key: "о", code: "KeyJ" })).toBe("next");
    expect(command({ key: "j", ctrlKey: true })).toBe(undefined);
    expect(command({ key: "j", isComposing: true })).toBe(undefined);
    expect(command({ key: "x" })).toBe(undefined);
    expect(command({ key: "ArrowDown" })).toBe("next");
});
