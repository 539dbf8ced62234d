import { Composer } from "@mail/core/common/composer";
import { toRaw } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { useSlaTicker } from "../sla_deadline/sla_ticker";
import { ChannelBar } from "./channel_bar";

Object.assign(Composer.components, { ChannelBar });

/**
 * Answers of a ticket go by the channel of its customer: the composer says so, sends nothing that
 * the channel would not take, and can send by mail or SMS instead.
 */
patch(Composer.prototype, {
    setup() {
        super.setup(...arguments);
        if (this.thread?.model === "helpdesk.ticket") {
            this.helpdeskClock = useSlaTicker(() => ({
                warning: false,
                deadline: this.thread?.helpdeskChannel?.until || false,
            }));
        }
    },

    get isHelpdeskAnswer() {
        return (
            this.thread?.model === "helpdesk.ticket" &&
            Boolean(this.env.inChatter) &&
            this.props.type === "message" &&
            !this.props.composer.message
        );
    },

    get helpdeskBlockedReason() {
        return this.isHelpdeskAnswer
            ? this.thread.getHelpdeskBlockedReason(this.helpdeskClock.now)
            : undefined;
    },

    /** By which way the answer goes, if not by the channel: it goes into the context. */
    get helpdeskOtherWay() {
        const way = this.isHelpdeskAnswer && this.thread.helpdeskReplyBy;
        return way && way !== "channel" ? way : undefined;
    },

    get isSendButtonDisabled() {
        return super.isSendButtonDisabled || Boolean(this.helpdeskBlockedReason);
    },

    get extraData() {
        const data = super.extraData;
        const way = this.helpdeskOtherWay;
        return way ? { ...data, context: { ...data.context, helpdesk_reply_by: way } } : data;
    },

    get fullComposerAdditionalContext() {
        const context = super.fullComposerAdditionalContext;
        const way = this.helpdeskOtherWay;
        return way ? { ...context, helpdesk_reply_by: way } : context;
    },

    async sendMessage() {
        if (this.helpdeskBlockedReason) {
            this.env.services.notification.add(this.helpdeskBlockedReason, { type: "warning" });
            return;
        }
        return super.sendMessage(...arguments);
    },

    async _sendMessage() {
        const thread = toRaw(this.thread);
        const message = await super._sendMessage(...arguments);
        if (thread?.model === "helpdesk.ticket") {
            thread.helpdeskReplyBy = "channel";
        }
        return message;
    },

    async processMessage() {
        try {
            return await super.processMessage(...arguments);
        } catch (error) {
            // what the server refuses can be changed and sent again
            if (this.thread?.model === "helpdesk.ticket") {
                this.state.active = true;
            }
            throw error;
        }
    },

    onHelpdeskTemplateSent() {
        this.props.onPostCallback?.();
    },
});
