import { extractFieldsFromArchInfo } from "@web/model/relational_model/utils";
import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { getColumnsKey, getNeededFieldNodes } from "./lean_list_columns";
import { LeanListModel } from "./lean_list_model";
import { LeanListRenderer } from "./lean_list_renderer";

export class LeanListController extends ListController {
    /** @override */
    get modelParams() {
        const getNeededFields = () => {
            const { resModel, fields } = this.props;
            const key = getColumnsKey(resModel, this.env.config.viewId);
            const fieldNodes = getNeededFieldNodes(this.archInfo, fields, key);
            return extractFieldsFromArchInfo({ ...this.archInfo, fieldNodes }, fields).activeFields;
        };
        return { ...super.modelParams, getNeededFields };
    }
}

/** A list with many optional columns that reads from the server those that are shown. */
export const leanListView = {
    ...listView,
    Model: LeanListModel,
    Controller: LeanListController,
    Renderer: LeanListRenderer,
};

registry.category("views").add("helpdesk_lean_list", leanListView);
