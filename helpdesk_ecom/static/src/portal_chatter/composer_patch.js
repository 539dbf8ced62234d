import { Composer } from "@mail/core/common/composer";
import { patch } from "@web/core/utils/patch";
import { useEffect } from "@odoo/owl";

/**
 * Customers drop files on the conversation of their ticket. Core gives the portal's composer a drop
 * zone, but looks for its place in the document, where the shadow tree of the portal is not found.
 */
patch(Composer.prototype, {
    setup() {
        super.setup(...arguments);
        const { composer, dropzoneRef } = this.props;
        if (
            this.env.inFrontendPortalChatter &&
            dropzoneRef &&
            composer.thread?.model === "helpdesk.ticket"
        ) {
            useEffect(
                (el) => el && this.acceptFilesDroppedOn(el),
                () => [dropzoneRef.el]
            );
        }
    },

    /** @returns {Function} takes the listeners away */
    acceptFilesDroppedOn(el) {
        const highlight = (isDragging) => el.classList.toggle("bg-primary-subtle", isDragging);
        const listeners = {
            dragover: (ev) => {
                if (ev.dataTransfer?.types.includes("Files")) {
                    ev.preventDefault();
                    highlight(true);
                }
            },
            dragleave: (ev) => highlight(el.contains(ev.relatedTarget)),
            drop: (ev) => {
                ev.preventDefault();
                highlight(false);
                this.onDropFile(ev);
            },
        };
        for (const [name, listener] of Object.entries(listeners)) {
            el.addEventListener(name, listener);
        }
        return () => {
            for (const [name, listener] of Object.entries(listeners)) {
                el.removeEventListener(name, listener);
            }
        };
    },
});
