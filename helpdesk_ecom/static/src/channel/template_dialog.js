import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** Choose one of the templates that the provider has approved, fill it in, see it, send it. */
export class TemplateDialog extends Component {
    static template = "helpdesk_ecom.TemplateDialog";
    static components = { Dialog };
    static props = { thread: Object, onSent: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ id: this.templates[0]?.id, texts: {}, isSending: false });
    }

    get title() {
        return _t("Send a template by %s", this.props.thread.helpdeskChannel.name);
    }

    get templates() {
        return this.props.thread.helpdeskChannel.templates;
    }

    get template() {
        return this.templates.find((template) => template.id === this.state.id);
    }

    /** @returns {Object} what was written for the variables of the chosen template */
    get texts() {
        return (this.state.texts[this.state.id] ??= {});
    }

    getLabel({ label, name }) {
        return label ? `${label} {{${name}}}` : `{{${name}}}`;
    }

    getText(variable) {
        return this.texts[variable.name] ?? variable.value;
    }

    setText(variable, text) {
        this.texts[variable.name] = text;
    }

    /** The text as the customer will read it; what is not filled in yet shows its name. */
    get preview() {
        const { pieces, variables } = this.template;
        return pieces
            .map((piece) =>
                typeof piece === "string"
                    ? piece
                    : this.getText(variables[piece]).trim() || `{{${variables[piece].name}}}`
            )
            .join("");
    }

    get isComplete() {
        return (
            this.template &&
            this.template.variables.every((variable) => this.getText(variable).trim())
        );
    }

    choose(ev) {
        this.state.id = Number(ev.target.value);
    }

    async send() {
        if (this.state.isSending || !this.isComplete) {
            return;
        }
        this.state.isSending = true;
        try {
            await this.orm.call("helpdesk.ticket", "send_channel_template", [
                [this.props.thread.id],
                this.template.id,
                { ...this.texts },
            ]);
        } finally {
            this.state.isSending = false;
        }
        this.props.close();
        this.props.onSent();
    }
}
