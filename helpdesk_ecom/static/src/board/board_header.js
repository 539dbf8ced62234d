import { useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { RottingKanbanHeader } from "@mail/js/rotting_mixin/rotting_kanban_header";

/** The head of an agent's column: how much they have, where they are, and what a leader can do. */
export class BoardHeader extends RottingKanbanHeader {
    static template = "helpdesk_ecom.BoardHeader";

    setup() {
        super.setup();
        this.notification = useService("notification");
        this.board = useState(this.env.helpdeskBoard);
    }

    get isByAgent() {
        return this.group.groupByField.name === "user_id";
    }

    /** What is known of the column's agent; undefined for the tickets of nobody. */
    get agent() {
        return this.board.agents[this.group.value];
    }

    get isFull() {
        const { load, capacity } = this.agent;
        return Boolean(capacity) && load >= capacity;
    }

    get loadText() {
        const { load, capacity } = this.agent;
        return capacity ? _t("%(load)s of %(capacity)s", { load, capacity }) : String(load);
    }

    get loadTitle() {
        const { capacity } = this.agent;
        return capacity
            ? _t("Open tickets in all teams, and how many at most")
            : _t("Open tickets in all teams");
    }

    get badge() {
        switch (this.agent.state) {
            case "at_work":
                return { text: _t("At work"), class: "text-bg-success" };
            case "later":
                return { text: _t("After hours"), class: "text-bg-secondary" };
            case "off_today":
                return { text: _t("Off today"), class: "text-bg-warning" };
            case "away":
                return { text: _t("Away"), class: "text-bg-danger" };
        }
        return null;
    }

    get badgeTitle() {
        const { state, back } = this.agent;
        if (!back || state === "at_work") {
            return "";
        }
        return _t("Back %s", formatDateTime(deserializeDateTime(back)));
    }

    get isAway() {
        return this.agent.state === "away";
    }

    async toggleAway() {
        await this.orm.call("res.users", "action_set_helpdesk_away", [
            [this.group.value],
            !this.isAway,
        ]);
        await this.board.reload();
    }

    handOut() {
        const name = this.group.displayName;
        const body = this.group.value
            ? _t("All tickets of %s in this column are taken from them and given to others.", name)
            : _t("All tickets in this column are given to the agents who can take them.");
        this.dialog.add(ConfirmationDialog, {
            title: _t("Hand out these tickets?"),
            body,
            confirmLabel: _t("Hand out"),
            confirm: () => this.confirmHandOut(),
            cancel: () => {},
        });
    }

    /** All tickets of the column, also those that are not loaded yet. */
    async confirmHandOut() {
        const ids = await this.orm.search("helpdesk.ticket", this.group.list.domain);
        const count = await this.orm.call("helpdesk.ticket", "action_hand_out_again", [ids]);
        this.notification.add(
            _t("%s tickets are in the queue and will be handed out in a moment.", count),
            { type: "success" }
        );
        await this.props.list.model.load();
        await this.board.reload();
    }
}
