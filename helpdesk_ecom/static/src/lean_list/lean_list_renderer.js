import { ListRenderer } from "@web/views/list/list_renderer";
import { getColumnsKey } from "./lean_list_columns";

export class LeanListRenderer extends ListRenderer {
    /** @override */
    createViewKey() {
        return getColumnsKey(this.props.list.resModel, this.env.config.viewId);
    }

    /** @override: another tab of the browser may have chosen a column that this one hasn't read. */
    computeOptionalActiveFields() {
        const shown = super.computeOptionalActiveFields();
        for (const name in shown) {
            shown[name] &&= name in this.props.list.activeFields;
        }
        return shown;
    }

    /** @override */
    async toggleOptionalField(name) {
        await super.toggleOptionalField(...arguments);
        if (!(name in this.props.list.activeFields)) {
            await this.props.list.model.loadColumns();
        }
    }
}
