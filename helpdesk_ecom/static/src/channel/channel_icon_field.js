import { Component, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { channelIcon } from "./channel_icons";

/** By which way a ticket came: an icon that says so to those who point at it, or hear it. */
export class ChannelIconField extends Component {
    static template = xml`
        <i t-if="value" class="fa fa-fw" t-att-class="icon" role="img" t-att-title="label"
            t-att-aria-label="label"/>`;
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get icon() {
        return channelIcon(this.value);
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return Object.fromEntries(selection)[this.value] || this.value;
    }
}

registry.category("fields").add("helpdesk_channel_icon", {
    component: ChannelIconField,
    displayName: _t("Channel Icon"),
    supportedTypes: ["selection"],
    listViewWidth: 60,
});
