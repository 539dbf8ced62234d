import { useEffect } from "@odoo/owl";
import { ListRenderer } from "@web/views/list/list_renderer";
import { getColumnsKey } from "./lean_list_columns";

export class LeanListRenderer extends ListRenderer {
    /** @override */
    setup() {
        super.setup();
        // Whoever chose it: the user just now, or in another tab of the browser.
        useEffect(
            (unread) => {
                if (unread && !this.props.list.model.useSampleModel) {
                    this.props.list.model.loadColumns();
                }
            },
            () => [this.unreadColumns]
        );
    }

    /** Names of the columns that somebody chose and that are not read yet. */
    get unreadColumns() {
        return this.allColumns
            .filter(({ optional, name }) => optional && this.optionalActiveFields[name])
            .filter((column) => !this.isRead(column))
            .map(({ name }) => name)
            .join(",");
    }

    isRead(column) {
        return column.type !== "field" || column.name in this.props.list.activeFields;
    }

    /** @override */
    createViewKey() {
        return getColumnsKey(this.props.list.resModel, this.env.config.viewId);
    }

    /** @override: what is not read yet has nothing to show. */
    getActiveColumns() {
        return super.getActiveColumns().filter((column) => this.isRead(column));
    }
}
