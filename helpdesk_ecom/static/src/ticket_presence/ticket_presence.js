import { Component, onWillDestroy, useState } from "@odoo/owl";
import { Chatter } from "@mail/chatter/web_portal/chatter";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** Who else is at the ticket, above its conversation. */
export class TicketPresence extends Component {
    static template = "helpdesk_ecom.TicketPresence";
    static props = { ticketId: Number };

    setup() {
        const presence = useService("helpdesk_presence");
        const { ticketId } = this.props;
        this.view = useState(presence.enter(ticketId).view);
        onWillDestroy(() => presence.leave(ticketId));
    }

    get lines() {
        return Object.entries(this.view.others).map(([id, { name, state }]) => ({
            id,
            isWriting: state === "writing",
            text: state === "writing" ? _t("%s is writing", name) : _t("%s is looking", name),
        }));
    }
}

Object.assign(Chatter.components, { TicketPresence });
