import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

registry
    .category("discuss.channel_commands")
    .add("ticket", {
        channel_types: ["livechat"],
        condition: ({ store }) => store.has_access_helpdesk_ticket,
        help: _t("Make this chat a ticket (/ticket subject)"),
        methodName: "execute_command_ticket",
    })
    .add("order", {
        channel_types: ["livechat"],
        condition: ({ store }) => store.has_access_helpdesk_order,
        help: _t("How an order stands, for your eyes only (/order number)"),
        methodName: "execute_command_order",
    });
