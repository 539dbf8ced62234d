import { Component, useState, useSubEnv } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { exprToBoolean } from "@web/core/utils/strings";
import { getDefaultConfig, View } from "@web/views/view";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * A list in a tab of a form, read when somebody opens the tab and not with each form.
 *
 *     <widget name="helpdesk_tab_list" model="helpdesk.sla.status" view="addon.xml_id"
 *         domain="[('ticket_id', '=', id)]" help="What an empty list says"/>
 *
 * ``domain`` may name the fields of the form. A click opens the record's own form, unless it
 * says ``no_open="1"``.
 */
export class TabList extends Component {
    static template = "helpdesk_ecom.TabList";
    static components = { View };
    static props = {
        ...standardWidgetProps,
        model: { type: String },
        view: { type: String },
        domain: { type: String },
        help: { type: String, optional: true },
        noOpen: { type: Boolean, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.state = useState({ round: 0 });
        useSubEnv({ config: getDefaultConfig() });
        useRecordObserver((record) => {
            // Its data are others when it was saved or read again, not when somebody types.
            if (record.data) {
                this.state.round++;
            }
        });
    }

    get viewProps() {
        const { record, model, view, domain, help, noOpen } = this.props;
        return {
            type: "list",
            resModel: model,
            views: [
                [false, "list"],
                [false, "search"],
            ],
            domain: new Domain(domain).toList(record.evalContext),
            context: { list_view_ref: view },
            display: { controlPanel: false, searchPanel: false },
            noContentHelp: help,
            allowSelectors: false,
            selectRecord: (resId, options) => noOpen || this.open(resId, options),
        };
    }

    open(resId, { activeIds, newWindow }) {
        const action = {
            type: "ir.actions.act_window",
            res_model: this.props.model,
            views: [[false, "form"]],
            res_id: resId,
        };
        return this.action.doAction(action, { newWindow, props: { resIds: activeIds } });
    }
}

export const tabList = {
    component: TabList,
    extractProps: ({ attrs: { model, view, domain, help, no_open } }) => ({
        model,
        view,
        domain,
        help,
        noOpen: exprToBoolean(no_open),
    }),
};

registry.category("view_widgets").add("helpdesk_tab_list", tabList);
