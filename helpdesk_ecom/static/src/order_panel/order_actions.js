import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";

/** How many actions are buttons; the others are in a menu. */
const BUTTONS = 3;
let lastId = 0;

/**
 * What can be done to the order. What can't be done now says why: when pointed at, when focused,
 * when tapped, and in the menu at once.
 */
export class OrderActions extends Component {
    static template = "helpdesk_ecom.OrderActions";
    static components = { Dropdown, DropdownItem };
    static props = {
        actions: Array,
        isBusy: { type: Boolean, optional: true },
        onAction: Function,
    };

    setup() {
        this.id = `o_helpdesk_order_actions_${++lastId}`;
        this.state = useState({ explained: "" });
    }

    get buttons() {
        return this.props.actions.slice(0, BUTTONS);
    }

    get menu() {
        return this.props.actions.slice(BUTTONS);
    }

    reasonId(item) {
        return item.reason ? `${this.id}_${item.method}` : undefined;
    }

    onClick(item) {
        if (item.reason) {
            this.explain(item);
        } else if (!this.props.isBusy) {
            this.props.onAction(item);
        }
    }

    explain(item) {
        this.state.explained = item.reason;
    }

    hush() {
        this.state.explained = "";
    }

    menuItemAttrs(item) {
        return {
            name: item.method,
            "aria-disabled": item.reason ? "true" : undefined,
            "aria-describedby": this.reasonId(item),
        };
    }
}
