import { MailComposerFormController } from "@mail/chatter/web/mail_composer_form";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { askAboutNews } from "./news_dialog";

const SENDS = ["action_send_mail", "action_schedule_message"];

/** Who answers a ticket in the large composer hears, too, that the customer wrote meanwhile. */
patch(MailComposerFormController.prototype, {
    async beforeExecuteActionButton({ name }) {
        const saved = await super.beforeExecuteActionButton(...arguments);
        const { root } = this.model;
        if (saved === false || !SENDS.includes(name) || root.data.model !== "helpdesk.ticket") {
            return saved;
        }
        const news = await this.orm.call(root.resModel, "get_helpdesk_news", [root.resId]);
        return news ? this.askAboutNews(news) : saved;
    },

    /** @returns {Promise<boolean>} whether to send it all the same */
    askAboutNews(news) {
        return new Promise((resolve) => {
            const stay = () => resolve(false);
            askAboutNews(this.dialogService, news, {
                confirm: async () => {
                    await this.model.root.update({ helpdesk_seen_message_id: news.message_id });
                    resolve(await this.model.root.save());
                },
                cancelLabel: _t("Keep writing"),
                cancel: stay,
                dismiss: stay,
            });
        });
    },
});
