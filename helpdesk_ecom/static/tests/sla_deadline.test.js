import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, destroy, expect, test } from "@odoo/hoot";
import { freezeTime, hover, queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate, mockTimeZone } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import {
    allowTranslations,
    contains,
    defineModels,
    fields,
    models,
    mountView,
    mountWithCleanup,
} from "@web/../tests/web_test_helpers";
import { useSlaTicker } from "@helpdesk_ecom/sla_deadline/sla_ticker";
import { countdown, duration, place } from "@helpdesk_ecom/sla_deadline/sla_words";

const MINUTE = 60_000;
const NOW = "2026-11-30 08:00:00";

class Ticket extends models.Model {
    _name = "helpdesk.ticket";

    name = fields.Char();
    fold = fields.Boolean();
    sla_deadline = fields.Datetime({ readonly: true });
    sla_warning_date = fields.Datetime();
    sla_metric = fields.Selection({
        selection: [
            ["first_response", "First response"],
            ["next_response", "Next response"],
            ["resolution", "Resolution"],
            ["stage", "Reach a stage"],
        ],
    });
    sla_paused = fields.Boolean();
    sla_missed = fields.Boolean();
    customer_tz = fields.Char();
}

defineMailModels();
defineModels([Ticket]);

beforeEach(() => {
    freezeTime();
    mockDate(NOW, 0);
    mockTimeZone(0);
});

const LIST = `
    <list>
        <field name="name"/>
        <field name="sla_deadline" widget="helpdesk_sla_deadline"/>
    </list>`;

async function mountList(...tickets) {
    Ticket._records = tickets.map((ticket, index) => ({ id: index + 1, name: "Cup", ...ticket }));
    return mountView({ type: "list", resModel: "helpdesk.ticket", arch: LIST });
}

const RESPONSE = {
    sla_metric: "first_response",
    sla_deadline: "2026-11-30 09:12:00",
    sla_warning_date: "2026-11-30 08:30:00",
};

test("in time, at risk, late: the words, the colour and the icon differ", async () => {
    await mountList(
        RESPONSE,
        { ...RESPONSE, sla_warning_date: "2026-11-30 08:00:00" },
        { ...RESPONSE, sla_metric: "resolution", sla_deadline: "2026-11-30 06:00:00" }
    );
    expect(queryAllTexts(".o_helpdesk_sla")).toEqual([
        "First response in 1 h 12 min",
        "First response in 1 h 12 min",
        "Resolution 2 h late",
    ]);
    expect(".o_helpdesk_sla.text-success .fa-clock-o").toHaveCount(1);
    expect(".o_helpdesk_sla.text-warning .fa-exclamation-triangle").toHaveCount(1);
    expect(".o_helpdesk_sla.text-danger .fa-exclamation-circle").toHaveCount(1);
});

test("paused, missed, nothing promised", async () => {
    await mountList(
        { sla_paused: true },
        { sla_paused: true, sla_missed: true },
        { sla_missed: true },
        { sla_missed: true, sla_paused: true, fold: true },
        { sla_paused: true, fold: true },
        {}
    );
    expect(queryAllTexts(".o_data_cell[name=sla_deadline]").slice(-2)).toEqual(["", ""]);
    expect(queryAllTexts(".o_helpdesk_sla")).toEqual([
        "Paused",
        "Paused",
        "SLA missed",
        "SLA missed",
    ]);
    expect(".o_helpdesk_sla.text-muted .fa-pause-circle").toHaveCount(2);
    expect(".o_helpdesk_sla.text-danger .fa-times-circle").toHaveCount(2);
});

test("it goes on by itself, from in time over at risk to late", async () => {
    await mountList(RESPONSE);
    const pass = async (minutes) => {
        await advanceTime(minutes * MINUTE);
        await animationFrame();
    };
    await pass(1);
    expect(".o_helpdesk_sla").toHaveText("First response in 1 h 11 min");
    expect(".o_helpdesk_sla").toHaveAttribute("data-state", "running");
    await pass(29);
    expect(".o_helpdesk_sla").toHaveText("First response in 42 min");
    expect(".o_helpdesk_sla").toHaveAttribute("data-state", "warning");
    await pass(40.5);
    expect(".o_helpdesk_sla").toHaveText("First response in 1 min 30 s");
    await advanceTime(1000);
    await animationFrame();
    expect(".o_helpdesk_sla").toHaveText("First response in 1 min 29 s");
    await pass(5);
    expect(".o_helpdesk_sla").toHaveText("First response 3 min late");
    expect(".o_helpdesk_sla").toHaveAttribute("data-state", "late");
});

test("one timer wakes all, and none when nobody looks", async () => {
    let asked = 0;
    class Countdown extends Component {
        static template = xml`<span class="countdown" t-out="clock.now.toISO()"/>`;
        static props = {};
        setup() {
            this.clock = useSlaTicker(() => {
                asked++;
                return { warning: false, deadline: false };
            });
        }
    }
    class Page extends Component {
        static components = { Countdown };
        static template = xml`<Countdown/><Countdown/><Countdown t-if="!state.gone"/>`;
        static props = {};
        setup() {
            this.state = useState({ gone: false });
        }
    }
    const page = await mountWithCleanup(Page);
    const passHalfAMinute = async () => {
        asked = 0;
        await advanceTime(30_000);
        await animationFrame();
        return asked;
    };
    expect(new Set(queryAllTexts(".countdown")).size).toBe(1);
    expect(await passHalfAMinute()).toBe(6); // on the tick, and when it is drawn
    expect(new Set(queryAllTexts(".countdown"))).toEqual(new Set(["2026-11-30T08:00:30.000Z"]));
    page.state.gone = true;
    await animationFrame();
    expect(await passHalfAMinute()).toBe(4);
    destroy(page);
    expect(await passHalfAMinute()).toBe(0);
});

test("when that is here, and where the customer is", async () => {
    mockTimeZone(+8);
    await mountList(
        { ...RESPONSE, customer_tz: "America/New_York" },
        { ...RESPONSE, sla_deadline: "2026-11-30 17:00:00", customer_tz: "Europe/Berlin" },
        { ...RESPONSE, customer_tz: "Asia/Shanghai" },
        { ...RESPONSE, customer_tz: "Nowhere/At_All" },
        { ...RESPONSE, sla_missed: true }
    );
    const details = [...document.querySelectorAll(".o_helpdesk_sla")].map((element) =>
        element.getAttribute("aria-label").replace(/^First response in [^,]*, /, "")
    );
    expect(details).toEqual([
        "Due Mon, Nov 30, 17:12, 04:12 in New York",
        "Due Tue, Dec 1, 01:00, Mon, Nov 30, 18:00 in Berlin",
        "Due Mon, Nov 30, 17:12",
        "Due Mon, Nov 30, 17:12",
        "Due Mon, Nov 30, 17:12, Another SLA of the ticket was missed.",
    ]);
});

test.tags("desktop");
test("the mouse over it tells the moment", async () => {
    mockTimeZone(+8);
    await mountList({ ...RESPONSE, customer_tz: "America/New_York" });
    await hover(".o_helpdesk_sla");
    await advanceTime(500);
    await animationFrame();
    expect(queryAllTexts(".o-tooltip .o_helpdesk_sla_tooltip div")).toEqual([
        "First response in 1 h 12 min",
        "Due Mon, Nov 30, 17:12",
        "04:12 in New York",
    ]);
});

test("in a form", async () => {
    Ticket._records = [{ id: 1, name: "Cup", ...RESPONSE }];
    await mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId: 1,
        arch: `<form><field name="sla_deadline" widget="helpdesk_sla_deadline"/></form>`,
    });
    expect(".o_form_view .o_helpdesk_sla").toHaveText("First response in 1 h 12 min");
});

test("on a card", async () => {
    Ticket._records = [{ id: 1, name: "Cup", ...RESPONSE }];
    await mountView({
        type: "kanban",
        resModel: "helpdesk.ticket",
        arch: `
            <kanban>
                <templates>
                    <t t-name="card">
                        <field name="sla_deadline" widget="helpdesk_sla_deadline"/>
                    </t>
                </templates>
            </kanban>`,
    });
    expect(".o_kanban_record .o_helpdesk_sla").toHaveText("First response in 1 h 12 min");
});

test("another deadline after a save is shown at once", async () => {
    Ticket._records = [{ id: 1, name: "Cup", ...RESPONSE }];
    Ticket._onChanges = {
        name(record) {
            record.sla_deadline = "2026-11-30 08:20:00";
        },
    };
    await mountView({
        type: "form",
        resModel: "helpdesk.ticket",
        resId: 1,
        arch: `
            <form>
                <field name="name"/>
                <field name="sla_deadline" widget="helpdesk_sla_deadline"/>
            </form>`,
    });
    await contains(".o_field_widget[name=name] input").edit("Cup broken");
    expect(".o_helpdesk_sla").toHaveText("First response in 20 min");
});

test("durations and places in words", () => {
    allowTranslations();
    const hour = 60 * MINUTE;
    expect(duration(0)).toBe("0 min");
    expect(duration(59 * 1000, true)).toBe("59 s");
    expect(duration(hour)).toBe("1 h");
    expect(duration(25 * hour)).toBe("1 d 1 h");
    expect(duration(48 * hour)).toBe("2 d");
    expect(duration(10 * 24 * hour + hour)).toBe("10 d");
    expect(countdown("next_response", -hour)).toBe("Next response 1 h late");
    expect(countdown("stage", hour)).toBe("Next stage in 1 h");
    expect(countdown(false, hour)).toBe("Due in 1 h");
    expect(place("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
    expect(place("Etc/GMT+5")).toBe("Etc/GMT+5");
    expect(place("UTC")).toBe("UTC");
});
