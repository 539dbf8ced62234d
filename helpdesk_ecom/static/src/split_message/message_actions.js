import { registerMessageAction } from "@mail/core/common/message_actions";

import { _t } from "@web/core/l10n/translation";

registerMessageAction("helpdesk-split", {
    condition: ({ message, thread }) =>
        thread?.model === "helpdesk.ticket" &&
        thread.hasWriteAccess &&
        message.persistent &&
        !message.isBodyEmpty &&
        !["notification", "user_notification"].includes(message.message_type),
    icon: "fa fa-code-fork",
    name: _t("Split into a New Ticket"),
    onSelected: ({ message, owner }) => {
        owner.optionsDropdown?.close();
        return message.store.env.services.action.doAction(
            "helpdesk_ecom.helpdesk_ticket_split_action",
            { additionalContext: { default_message_id: message.id } }
        );
    },
    sequence: 65,
});
