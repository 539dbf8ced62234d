import { Message } from "@mail/core/common/message";
import { onMounted } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

// Mails are shown in a shadow root, which the style sheets of the page do not reach.
const SHADOW_STYLE = `
    .o-mail-ellipsis {
        display: inline-block;
        min-width: 32px;
        min-height: 24px;
        margin: 4px 0;
        background-color: rgba(128, 128, 128, 0.2) !important;
        color: inherit;
    }
    .o-mail-ellipsis:hover { background-color: rgba(128, 128, 128, 0.35) !important; }
    .o-mail-ellipsis:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
    @media (pointer: coarse) {
        .o-mail-ellipsis { min-width: 44px; min-height: 32px; }
    }
    img { max-width: 100%; height: auto; }
    pre { margin: 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/** Tell people who cannot see the dots what they do, and whether they did it. */
function labelToggle(buttonEl, expanded) {
    const label = expanded ? _t("Hide quoted text") : _t("Show quoted text");
    buttonEl.title = label;
    buttonEl.setAttribute("aria-label", label);
    buttonEl.setAttribute("aria-expanded", expanded);
}

/**
 * The chatter folds what the server marked as quoted behind a button of three dots. Here that
 * button gets a name, a state and a size that fingers hit. Pictures and plain text of a mail keep
 * inside its width.
 */
patch(Message.prototype, {
    setup() {
        super.setup(...arguments);
        onMounted(() => {
            if (this.shadowRoot) {
                const styleEl = document.createElement("style");
                styleEl.textContent = SHADOW_STYLE;
                this.shadowRoot.appendChild(styleEl);
            }
        });
    },

    prepareMessageBody(bodyEl) {
        super.prepareMessageBody(...arguments);
        for (const buttonEl of bodyEl?.querySelectorAll("button.o-mail-ellipsis") ?? []) {
            buttonEl.type = "button";
            labelToggle(buttonEl, false);
            buttonEl.addEventListener("click", () => {
                labelToggle(buttonEl, buttonEl.getAttribute("aria-expanded") !== "true");
            });
        }
    },
});
