import { LivechatChannelInfoList } from "@im_livechat/core/web/livechat_channel_info_list";

import { Thread } from "@mail/core/common/thread_model";

import { Component } from "@odoo/owl";

import { startUrl } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { url } from "@web/core/utils/urls";

/** What the desk knows of the visitor: the chat's ticket, their orders, their open tickets. */
export class HelpdeskChatPanel extends Component {
    static template = "helpdesk_ecom_livechat.HelpdeskChatPanel";
    static props = ["thread"];

    setup() {
        this.action = useService("action");
        this.store = useService("mail.store");
        this.ui = useService("ui");
    }

    get panel() {
        return this.props.thread.helpdesk_panel;
    }

    get sections() {
        const { ticket, orders, tickets } = this.panel;
        return [
            { title: _t("Ticket"), model: "helpdesk.ticket", records: ticket ? [ticket] : [] },
            { title: _t("Orders"), model: "sale.order", records: orders },
            { title: _t("Open tickets"), model: "helpdesk.ticket", records: tickets },
        ].filter(({ records }) => records.length);
    }

    getUrl(model, id) {
        return url(`/${startUrl()}/${model}/${id}`);
    }

    /** Open a record, and keep the chat in sight. */
    open(model, id) {
        if (this.ui.isSmall) {
            this.store.ChatWindow.get({ thread: this.props.thread })?.fold();
        } else {
            this.props.thread.openChatWindow({ focus: true });
        }
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
            target: "current",
        });
    }
}

Object.assign(LivechatChannelInfoList.components, { HelpdeskChatPanel });

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** What `HelpdeskChatPanel` shows, as the server says it; undefined until it did. */
        this.helpdesk_panel = undefined;
    },
});
