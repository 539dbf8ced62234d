import { livechatModels } from "@im_livechat/../tests/livechat_test_helpers";
import {
    click,
    contains,
    insertText,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import {
    Command,
    defineModels,
    mockService,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

let mayCommand;

class ResUsers extends livechatModels.ResUsers {
    _init_store_data(store) {
        super._init_store_data(...arguments);
        store.add({
            has_access_helpdesk_ticket: mayCommand,
            has_access_helpdesk_order: mayCommand,
        });
    }
}

defineModels({ ...livechatModels, ResUsers });

/** Open a live chat (or a channel of colleagues) with what the server says of its visitor. */
async function openChat({ panel, isLivechat = true, rights = true } = {}) {
    mayCommand = rights;
    const pyEnv = await startServer();
    const guestId = pyEnv["mail.guest"].create({ name: "Visitor" });
    const chatId = pyEnv["discuss.channel"].create(
        isLivechat
            ? {
                  channel_member_ids: [
                      Command.create({
                          partner_id: serverState.partnerId,
                          livechat_member_type: "agent",
                      }),
                      Command.create({ guest_id: guestId, livechat_member_type: "visitor" }),
                  ],
                  channel_type: "livechat",
                  livechat_operator_id: serverState.partnerId,
              }
            : { name: "Tea" }
    );
    const env = await start();
    await openDiscuss(chatId);
    await contains(".o-mail-Composer-input");
    if (panel) {
        await contains(".o-livechat-ChannelInfoList");
        env.services["mail.store"].insert({
            "discuss.channel": [{ id: chatId, helpdesk_panel: panel }],
        });
    }
    return chatId;
}

const PANEL = {
    ticket: { id: 7, name: "#TK00007", info: "Cup arrived broken" },
    customer: "Emma Clark",
    is_logged_in: true,
    orders: [{ id: 3, name: "S00003", info: "140.00 · Shipped" }],
    tickets: [],
};

const SECTION = ".o_helpdesk_chat_panel";

test("an operator sees the ticket and the orders of a known visitor", async () => {
    await openChat({ panel: PANEL });
    await contains(`${SECTION} h6`, { count: 2 });
    await contains(`${SECTION} a[href$='/helpdesk.ticket/7']`, { text: "#TK00007" });
    await contains(`${SECTION} a[href$='/sale.order/3']`, { text: "140.00 · Shipped" });
    await contains(`${SECTION} .alert`, { count: 0 });
});

test("a guest who only says who they are is told apart", async () => {
    await openChat({ panel: { ...PANEL, is_logged_in: false } });
    await contains(`${SECTION} .alert`, { text: "Emma Clark" });
});

test("a ticket that one may not open is no link", async () => {
    await openChat({ panel: { ...PANEL, ticket: { id: false, name: "#TK00007", info: "" } } });
    await contains(`${SECTION} span`, { text: "#TK00007" });
    await contains(`${SECTION} a[href*='helpdesk.ticket']`, { count: 0 });
});

test("an order opens, and the chat stays in sight", async () => {
    mockService("action", {
        doAction(action) {
            if (action.res_model === "sale.order") {
                expect.step(`${action.res_model} ${action.res_id}`);
                return;
            }
            return super.doAction(...arguments);
        },
    });
    await openChat({ panel: PANEL });
    await click(`${SECTION} a[href$='/sale.order/3']`);
    expect.verifySteps(["sale.order 3"]);
});

test("commands reach the server with what was typed", async () => {
    for (const name of ["ticket", "order"]) {
        onRpc("discuss.channel", `execute_command_${name}`, ({ kwargs }) => {
            expect.step(kwargs.body);
            return true;
        });
    }
    await openChat();
    for (const body of ["/ticket Broken cup", "/ticket", "/order S00003"]) {
        await insertText(".o-mail-Composer-input", body, { replace: true });
        await click(".o-mail-Composer button[title='Send']:enabled");
        await contains(".o-mail-Composer-input", { value: "" });
    }
    expect.verifySteps(["/ticket Broken cup", "/ticket", "/order S00003"]);
});

test("a button makes the ticket, too", async () => {
    onRpc("discuss.channel", "execute_command_ticket", ({ kwargs }) => {
        expect.step(kwargs.body);
        return true;
    });
    await openChat();
    await click(".o-mail-DiscussContent-header button[title='Create Ticket']");
    await insertText(".o-livechat-LivechatCommandDialog-form input", "Broken cup");
    await click(".o-mail-ActionPanel button", { text: "Create Ticket" });
    expect.verifySteps(["/ticket Broken cup"]);
});

test("there are neither commands nor button among colleagues", async () => {
    await openChat({ isLivechat: false });
    await insertText(".o-mail-Composer-input", "/");
    await contains(".o-mail-Composer-suggestion", { text: "who" });
    await contains(".o-mail-Composer-suggestion", { text: "ticket", count: 0 });
    await contains(".o-mail-DiscussContent-header button[title='Create Ticket']", { count: 0 });
});

test("nor for those who may not", async () => {
    await openChat({ rights: false });
    await insertText(".o-mail-Composer-input", "/");
    await contains(".o-mail-Composer-suggestion", { text: "leave" });
    await contains(".o-mail-Composer-suggestion", { text: "ticket", count: 0 });
    await contains(".o-mail-Composer-suggestion", { text: "order", count: 0 });
    await contains(".o-mail-DiscussContent-header button[title='Create Ticket']", { count: 0 });
});
