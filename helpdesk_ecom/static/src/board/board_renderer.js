import { onWillStart, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { RottingKanbanRenderer } from "@mail/js/rotting_mixin/rotting_kanban_renderer";
import { BoardHeader } from "./board_header";

/** The leader's board: one column for each agent, with their load and where they are. */
export class BoardRenderer extends RottingKanbanRenderer {
    static components = {
        ...RottingKanbanRenderer.components,
        KanbanHeader: BoardHeader,
    };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.board = useState({ agents: {}, reload: () => this.loadAgents() });
        useSubEnv({ helpdeskBoard: this.board });
        onWillStart(() => Promise.all([this.unfoldNobody(), this.loadAgents()]));
        useBus(this.props.list.model.bus, "update", () => this.loadAgents());
    }

    /** The web client folds what has no value; here it is what has to be given to somebody. */
    async unfoldNobody() {
        const { list } = this.props;
        const nobody = list.isGrouped && list.groups.find((group) => !group.value);
        if (nobody?.isFolded) {
            await nobody.toggle();
        }
    }

    /** What the headers show, asked for all columns at once. */
    async loadAgents() {
        const { list } = this.props;
        const isByAgent = list.isGrouped && list.groupByField.name === "user_id";
        const ids = isByAgent ? list.groups.map((group) => group.value).filter(Boolean) : [];
        this.board.agents = ids.length
            ? await this.keepLast.add(
                  this.orm.silent.call("helpdesk.ticket", "get_board_agents", [ids])
              )
            : {};
    }

    /** Whoever drags may know better: they are told, not stopped. */
    async sortRecordDrop(dataRecordId, dataGroupId, params) {
        const { list } = this.props;
        const target =
            list.isGrouped && list.groups.find((g) => g.id === params.parent?.dataset.id);
        const agent = target && target.id !== dataGroupId && this.board.agents[target.value];
        await super.sortRecordDrop(dataRecordId, dataGroupId, params);
        if (agent) {
            const warning = this.getWarning(agent, target.displayName);
            if (warning) {
                this.notification.add(warning, { type: "warning" });
            }
            await this.loadAgents();
        }
    }

    getWarning({ state, load, capacity }, name) {
        if (state === "away") {
            return _t("%(agent)s is away and may not see the ticket today.", { agent: name });
        }
        if (state === "off_today") {
            return _t("%(agent)s has the day off.", { agent: name });
        }
        if (capacity && load >= capacity) {
            return _t("%(agent)s had %(load)s open tickets already, of %(capacity)s at most.", {
                agent: name,
                load,
                capacity,
            });
        }
        return "";
    }
}
