import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * The form of a new ticket: files can be dropped and taken back, products are those of the chosen
 * order, and what the server would refuse is said before anything is sent.
 */
export class HelpdeskNewTicketForm extends Interaction {
    static selector = ".o_helpdesk_new_ticket_form";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
        "[name=order_id]": { "t-on-change": this.showProductsOfOrder },
        "[name=files]": {
            "t-on-change": this.onFilesChosen,
            "t-att-class": () => ({ "is-invalid": this.filesError }),
        },
        ".o_helpdesk_files_error": { "t-out": () => this.filesError },
        ".o_helpdesk_dropzone": {
            "t-on-dragover.prevent": () => (this.isDragging = true),
            "t-on-dragleave": () => (this.isDragging = false),
            "t-on-drop.prevent": this.onDrop,
            "t-att-class": () => ({ "border-primary": this.isDragging }),
        },
        ".o_helpdesk_remove_file": { "t-on-click": this.onRemoveFile },
        "button[type=submit]": { "t-att-disabled": () => this.isSending },
    };

    setup() {
        this.files = [];
        this.filesError = this.el.querySelector(".o_helpdesk_files_error").textContent.trim();
        this.isDragging = false;
        this.isSending = false;
        this.maxFiles = parseInt(this.el.dataset.maxFiles);
        this.maxFileSize = parseInt(this.el.dataset.maxFileSize);
    }

    start() {
        this.showProductsOfOrder();
    }

    showProductsOfOrder() {
        const select = this.el.querySelector("[name=order_line_id]");
        if (!select) {
            return; // no orders, no products
        }
        const orderId = this.el.querySelector("[name=order_id]").value;
        for (const group of select.querySelectorAll("optgroup")) {
            const isShown = !orderId || group.dataset.orderId === orderId;
            group.hidden = group.disabled = !isShown;
            if (!isShown && group.contains(select.selectedOptions[0])) {
                select.value = "";
            }
        }
    }

    /** Choosing files a second time adds to the first ones, as dropping does. */
    onFilesChosen(ev) {
        this.addFiles(ev.currentTarget.files);
    }

    onDrop(ev) {
        this.isDragging = false;
        this.addFiles(ev.dataTransfer.files);
    }

    onRemoveFile(ev) {
        this.files.splice(parseInt(ev.currentTarget.dataset.index), 1);
        this.filesError = "";
        this.refreshFiles();
    }

    addFiles(files) {
        this.filesError = "";
        for (const file of files) {
            if (file.size > this.maxFileSize) {
                this.filesError = _t('"%(file)s" is too large: a file may have %(size)s MB.', {
                    file: file.name,
                    size: this.maxFileSize / 1024 ** 2,
                });
            } else if (this.files.length >= this.maxFiles) {
                this.filesError = _t("Please attach at most %s files.", this.maxFiles);
            } else {
                this.files.push(file);
            }
        }
        this.refreshFiles();
    }

    /** The browser sends what its input holds: that follows our list. */
    refreshFiles() {
        const transfer = new DataTransfer();
        const rows = this.files.map((file, index) => {
            transfer.items.add(file);
            const row = document.createElement("li");
            row.className = "d-flex align-items-center gap-2 mt-2";
            const name = document.createElement("span");
            name.className = "text-truncate flex-grow-1";
            name.textContent = file.name;
            const button = document.createElement("button");
            button.type = "button";
            button.className = "btn-close btn-sm o_helpdesk_remove_file";
            button.ariaLabel = _t("Remove %s", file.name);
            button.dataset.index = index;
            row.append(name, button);
            return row;
        });
        this.el.querySelector("[name=files]").files = transfer.files;
        this.el.querySelector(".o_helpdesk_files").replaceChildren(...rows);
        this.updateContent();
    }

    onSubmit() {
        this.isSending = true;
    }
}

registry
    .category("public.interactions")
    .add("helpdesk_ecom.new_ticket_form", HelpdeskNewTicketForm);
