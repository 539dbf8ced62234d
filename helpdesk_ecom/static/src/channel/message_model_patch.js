import { Failure } from "@mail/core/common/failure_model";
import { Message } from "@mail/core/common/message_model";
import { Notification } from "@mail/core/common/notification_model";
import { fields } from "@mail/core/common/record";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

patch(Message.prototype, {
    setup() {
        super.setup(...arguments);
        /** What became of an answer on its channel; false for what goes by none. */
        this.helpdesk_delivery = fields.Attr(false);
    },
});

/** The notifications of channels look and read like what they are: no mails. */
patch(Notification.prototype, {
    get failureMessage() {
        return this.failure_type === "helpdesk_channel"
            ? _t("Not delivered by the channel")
            : super.failureMessage;
    },
    get icon() {
        return this.notification_type === "helpdesk" ? "fa fa-commenting-o" : super.icon;
    },
});

patch(Failure.prototype, {
    get body() {
        if (this.type !== "helpdesk") {
            return super.body;
        }
        const thread = this.notifications.length === 1 && this.lastMessage?.thread;
        return thread
            ? _t("An answer was not delivered on “%(record_name)s”", {
                  record_name: thread.display_name,
              })
            : _t("Answers were not delivered by their channel");
    },
});
