import { useEffect } from "@odoo/owl";
import { Composer } from "@mail/core/common/composer";
import { Store } from "@mail/core/common/store_service";
import { _t } from "@web/core/l10n/translation";
import { isHtmlEmpty } from "@web/core/utils/html";
import { patch } from "@web/core/utils/patch";
import { askAboutNews, HELD } from "./news_dialog";

/**
 * Who answers a ticket is seen by the others who are at it, and hears before the answer goes out
 * that the customer wrote meanwhile.
 */
patch(Composer.prototype, {
    setup() {
        super.setup(...arguments);
        useEffect(
            (html) => this.onDraftChanged(html),
            () => [this.props.composer.composerHtml, this.ticketRoom]
        );
    },

    /** @returns {import("./ticket_room").TicketRoom | undefined} of the ticket that is answered */
    get ticketRoom() {
        const { message, thread } = this.props.composer;
        const isAnswer = !message && thread?.model === "helpdesk.ticket";
        return isAnswer ? this.env.services.helpdesk_presence?.get(thread.id) : undefined;
    },

    onDraftChanged(html) {
        const room = this.ticketRoom;
        if (!room) {
            return;
        }
        if (isHtmlEmpty(html)) {
            room.endDraft();
            return;
        }
        const { thread, isFocused } = this.props.composer;
        room.beginDraft(thread.newestPersistentMessage?.id);
        if (isFocused) {
            room.write();
        }
    },

    async processMessage(callback) {
        const room = this.ticketRoom;
        if (!room) {
            return super.processMessage(...arguments);
        }
        try {
            await super.processMessage(...arguments);
        } catch (error) {
            if (error?.data?.name !== HELD) {
                throw error;
            }
            this.askAboutNews(room, error.data.context);
        }
    },

    askAboutNews(room, news) {
        const { thread } = this.props.composer;
        const show = () => {
            if (room.draft) {
                room.draft.seenId = news.message_id;
            }
            return thread.fetchNewMessages();
        };
        askAboutNews(this.env.services.dialog, news, {
            confirm: () => {
                if (room.draft) {
                    room.draft.isForced = true;
                }
                return this.sendMessage();
            },
            cancelLabel: _t("Show"),
            cancel: show,
            dismiss: () => {},
        });
    },

    /** The large composer goes on with what the author had seen in the small one. */
    get fullComposerAdditionalContext() {
        const context = super.fullComposerAdditionalContext;
        const { draft } = this.ticketRoom || {};
        return draft && draft.seenId !== null
            ? { ...context, default_helpdesk_seen_message_id: draft.seenId }
            : context;
    },
});

patch(Store.prototype, {
    /** Tell the server what the author of an answer had seen as they began to write it. */
    async getMessagePostParams({ postData, thread }) {
        const params = await super.getMessagePostParams(...arguments);
        const { draft } = this.env.services.helpdesk_presence?.get(thread.id) || {};
        const isAnswer = thread.model === "helpdesk.ticket" && !postData.isNote;
        if (isAnswer && draft && !draft.isForced && draft.seenId !== null) {
            params.post_data.helpdesk_seen_message_id = draft.seenId;
        }
        return params;
    },
});
