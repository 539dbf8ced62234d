import { Message } from "@mail/core/common/message";
import { convertBrToLineBreak } from "@mail/utils/common/format";
import { Component, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** Each state has its icon, its colour and its words. */
const STATES = {
    outgoing: { icon: "fa-clock-o", class: "text-muted", label: _t("Waiting to be sent") },
    sending: { icon: "fa-clock-o", class: "text-muted", label: _t("Being sent") },
    unknown: { icon: "fa-question-circle", class: "text-warning", label: _t("Maybe sent") },
    sent: { icon: "fa-check", class: "text-muted", label: _t("Sent") },
    delivered: {
        icon: "fa-check",
        class: "text-muted",
        label: _t("Delivered"),
        isDouble: true,
    },
    read: { icon: "fa-check", class: "text-info", label: _t("Read"), isDouble: true },
    failed: { icon: "fa-exclamation-circle", class: "text-danger", label: _t("Not sent") },
    canceled: { icon: "fa-ban", class: "text-muted", label: _t("Cancelled") },
};

/** Below an answer: what became of it on its channel, and what can be done if nothing did. */
export class DeliveryStatus extends Component {
    static template = "helpdesk_ecom.DeliveryStatus";
    static props = { message: Object };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({ isBusy: false });
    }

    get delivery() {
        return this.props.message.helpdesk_delivery;
    }

    get style() {
        return STATES[this.delivery.state] || STATES.outgoing;
    }

    get label() {
        const label = this.style.label.toString();
        const { error } = this.delivery;
        return error ? _t("%(state)s: %(reason)s", { state: label, reason: error }) : label;
    }

    get title() {
        return _t("%(state)s, by %(channel)s", {
            state: this.label,
            channel: this.delivery.channel,
        });
    }

    get isUnknown() {
        return this.delivery.state === "unknown";
    }

    get needsDecision() {
        return (
            (this.isUnknown || this.delivery.state === "failed") &&
            this.props.message.thread?.hasWriteAccess
        );
    }

    get canEmail() {
        return Boolean(this.env.inChatter?.toggleComposer);
    }

    sendAgain() {
        if (!this.isUnknown) {
            return this.decide("action_send_again", "outgoing");
        }
        this.dialog.add(ConfirmationDialog, {
            body: _t("The customer may get the message twice if it arrived. Send it again?"),
            confirmLabel: _t("Send again"),
            confirm: () => this.decide("action_send_again", "outgoing"),
            cancel: () => {},
        });
    }

    markSent() {
        return this.decide("action_mark_sent", "sent");
    }

    /** It failed, and is not to be sent any more. */
    leaveIt() {
        return this.decide("action_cancel", "canceled");
    }

    /**
     * @param {string} method of the envelopes
     * @param {string} state that they have afterwards
     */
    async decide(method, state) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            const ids = [...this.delivery.envelope_ids];
            await this.orm.call("helpdesk.channel.envelope", method, [ids]);
            Object.assign(this.props.message, {
                helpdesk_delivery: { ...this.delivery, state, error: "", error_class: "" },
            });
        } finally {
            this.state.isBusy = false;
        }
    }

    /** Open the composer with the same words, to be sent by mail; files belong to the message. */
    answerByEmail() {
        const { thread, body, attachment_ids: files } = this.props.message;
        thread.helpdeskReplyBy = "email";
        if (!thread.composer.composerText.trim()) {
            thread.composer.composerText = convertBrToLineBreak(body || "").trim();
        }
        this.env.inChatter.toggleComposer("message", { force: true });
        if (files.length) {
            const names = files.map((file) => file.name).join(", ");
            this.notification.add(_t("Files stay behind. Attach them again: %s", names), {
                type: "warning",
            });
        }
    }
}

Object.assign(Message.components, { DeliveryStatus });
