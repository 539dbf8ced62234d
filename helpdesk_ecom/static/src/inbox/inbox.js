import {
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    useChildSubEnv,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { CallbackRecorder, useSetupAction } from "@web/search/action_hook";
import { View } from "@web/views/view";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { InboxItem } from "./inbox_item";
import { getCommand, isTypedInto } from "./inbox_keys";

const { DateTime } = luxon;
const PAGE_SIZE = 40;
/** As many as the server gives at once. */
const MAX_PAGE_SIZE = 100;
const MINUTE = 60000;
/** News come in bursts: a list of what is new after them is enough. */
const RELOAD_DELAY = 2000;
const NEAR_END = 200;

/** Add the tickets of a further page; the list may have moved on between two pages. */
function addMissing(tickets, page) {
    const known = new Set(tickets.map((ticket) => ticket.id));
    tickets.push(...page.filter((ticket) => !known.has(ticket.id)));
}

/** All conversations of an agent's teams, whatever the channel, and the chosen one beside them. */
export class Inbox extends Component {
    static template = "helpdesk_ecom.Inbox";
    static components = { InboxItem, View };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.bus = useService("bus_service");
        this.rootRef = useRef("root");
        this.keepLast = new KeepLast();
        this.leaving = new CallbackRecorder();
        this.reloadTimer = null;
        this.state = useState({
            tab: "mine",
            search: "",
            selectedId: false,
            tickets: [],
            counts: {},
            hasMore: false,
            now: DateTime.now(),
            ...this.props.state,
        });
        // the form would call the page after its ticket
        useChildSubEnv({
            config: {
                ...this.env.config,
                setDisplayName: () => {},
                views: [[false, "form"]],
            },
        });
        useSetupAction({
            rootRef: this.rootRef,
            beforeLeave: () => this.saveTicket(),
            getLocalState: () => {
                const { tab, search, selectedId } = this.state;
                return { tab, search, selectedId };
            },
        });
        this.env.config.setDisplayName?.(_t("Inbox"));
        this.onSearchDebounced = useDebounced(() => this.load(), 250);
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev));
        useExternalListener(window, "focus", () => this.reloadSoon());
        const onNews = () => this.reloadSoon();
        onWillStart(() => this.start());
        onMounted(() => {
            this.bus.subscribe("helpdesk_ecom.conversation", onNews);
            this.clock = browser.setInterval(() => (this.state.now = DateTime.now()), MINUTE);
        });
        onWillUnmount(() => {
            this.bus.unsubscribe("helpdesk_ecom.conversation", onNews);
            browser.clearInterval(this.clock);
            browser.clearTimeout(this.reloadTimer);
        });
    }

    get tabs() {
        return [
            { name: "mine", label: _t("Mine") },
            { name: "unassigned", label: _t("Unassigned") },
            { name: "all", label: _t("All") },
        ];
    }

    /** On a phone there is either the list or the ticket. */
    get isListShown() {
        return !this.env.isSmall || !this.state.selectedId;
    }

    get formProps() {
        return {
            type: "form",
            resModel: "helpdesk.ticket",
            resId: this.state.selectedId,
            context: {},
            display: { controlPanel: false },
            className: "o_helpdesk_inbox_form",
            preventCreate: true,
            onSave: () => this.reloadSoon(),
            __beforeLeave__: this.leaving,
        };
    }

    get helpInfo() {
        return JSON.stringify({
            keys: [
                { key: "J", label: _t("Next conversation") },
                { key: "K", label: _t("Previous conversation") },
                { key: "R", label: _t("Reply") },
                { key: "E", label: _t("Solve") },
                { key: "Esc", label: _t("Leave the text") },
            ],
        });
    }

    // List

    /** What is mine first; who has nothing looks at everything. */
    async start() {
        await this.load();
        const { counts, search } = this.state;
        if (!this.props.state && !search && !counts.mine && counts.all) {
            this.state.tab = "all";
            await this.load();
        }
    }

    fetch(offset, limit) {
        return this.orm.silent.call("helpdesk.ticket", "get_inbox", [], {
            tab: this.state.tab,
            search: this.state.search,
            offset,
            limit,
        });
    }

    /**
     * As many as are asked for, in as many pages as that takes.
     *
     * @param {number} limit
     */
    async fetchFirst(limit) {
        const inbox = await this.fetch(0, Math.min(limit, MAX_PAGE_SIZE));
        for (
            let offset = MAX_PAGE_SIZE;
            inbox.has_more && offset < limit;
            offset += MAX_PAGE_SIZE
        ) {
            const page = await this.fetch(offset, Math.min(limit - offset, MAX_PAGE_SIZE));
            addMissing(inbox.tickets, page.tickets);
            inbox.has_more = page.has_more;
        }
        return inbox;
    }

    /** @param {number} limit */
    async load(limit = PAGE_SIZE) {
        this.isLoadingMore = false; // what was asked before is dropped
        const inbox = await this.keepLast.add(this.fetchFirst(limit));
        this.state.tickets = inbox.tickets;
        this.state.counts = inbox.counts;
        this.state.hasMore = inbox.has_more;
        this.state.now = DateTime.now();
        this.markSeen(this.state.selectedId);
    }

    async loadMore() {
        if (!this.state.hasMore || this.isLoadingMore) {
            return;
        }
        this.isLoadingMore = true;
        try {
            const inbox = await this.keepLast.add(this.fetch(this.state.tickets.length, PAGE_SIZE));
            addMissing(this.state.tickets, inbox.tickets);
            this.state.hasMore = inbox.has_more;
        } finally {
            this.isLoadingMore = false;
        }
    }

    reloadSoon() {
        if (this.reloadTimer || document.visibilityState === "hidden") {
            return; // who comes back to the window gets what is new then
        }
        this.reloadTimer = browser.setTimeout(() => {
            this.reloadTimer = null;
            return this.reload();
        }, RELOAD_DELAY);
    }

    /** As much as is there now. */
    reload() {
        return this.load(Math.max(PAGE_SIZE, this.state.tickets.length));
    }

    selectTab(tab) {
        this.state.tab = tab;
        return this.load();
    }

    onSearchInput(ev) {
        this.state.search = ev.target.value;
        this.onSearchDebounced();
    }

    onScroll(ev) {
        const { scrollTop, clientHeight, scrollHeight } = ev.currentTarget;
        if (scrollTop + clientHeight > scrollHeight - NEAR_END) {
            this.loadMore();
        }
    }

    // Ticket

    /** Save what was changed in the form; false if that is not possible. */
    async saveTicket() {
        for (const callback of this.leaving.callbacks) {
            if ((await callback()) === false) {
                return false;
            }
        }
        return true;
    }

    /** @param {number | false} id */
    async select(id) {
        if (id === this.state.selectedId || !(await this.saveTicket())) {
            return;
        }
        this.state.selectedId = id;
        this.markSeen(id);
        this.rootRef.el
            ?.querySelector(`.o_helpdesk_inbox_item[data-id="${id}"]`)
            ?.scrollIntoView({ block: "nearest" });
    }

    /** The form says so to the server; the list needn't ask. */
    markSeen(id) {
        const ticket = this.state.tickets.find((ticket) => ticket.id === id);
        if (ticket) {
            ticket.is_unread = false;
        }
    }

    move(step) {
        const { tickets, selectedId } = this.state;
        const index = tickets.findIndex((ticket) => ticket.id === selectedId);
        if (index < 0) {
            return tickets.length && this.select(tickets[0].id);
        }
        const target = tickets[index + step];
        if (target) {
            return this.select(target.id);
        }
    }

    reply() {
        const chatter = this.rootRef.el.querySelector(".o-mail-Chatter");
        const button = chatter?.querySelector(".o-mail-Chatter-sendMessage:not(.active)");
        if (button) {
            button.click(); // the composer takes the focus
        } else {
            chatter?.querySelector(".o-mail-Composer-input, .odoo-editor-editable")?.focus();
        }
    }

    /** Solve the ticket and go on with the one that comes after it. */
    async solve() {
        const { tickets, selectedId } = this.state;
        if (!selectedId || !(await this.saveTicket())) {
            return;
        }
        const index = tickets.findIndex((ticket) => ticket.id === selectedId);
        const next = tickets[index + 1] || tickets[index - 1];
        await this.orm.call("helpdesk.ticket", "action_solve", [[selectedId]]);
        this.state.selectedId = (index >= 0 && next?.id) || false;
        await this.reload();
    }

    onKeydown(ev) {
        if (this.ui.activeElement !== document || this.ui.isBlocked) {
            return; // a dialog is in front
        }
        if (ev.key === "Escape" && isTypedInto(ev.target) && this.rootRef.el.contains(ev.target)) {
            ev.target.blur();
            return;
        }
        switch (getCommand(ev)) {
            case "next":
                this.move(1);
                break;
            case "previous":
                this.move(-1);
                break;
            case "reply":
                this.reply();
                break;
            case "solve":
                this.solve();
                break;
            default:
                return;
        }
        ev.preventDefault();
    }
}

registry.category("actions").add("helpdesk_ecom.inbox", Inbox);
