import { registry } from "@web/core/registry";

/** From the overview of the teams to the board of one. */
function openBoard(team) {
    return [
        {
            content: "The overview tells how much is open",
            trigger: `.o_kanban_record:contains(${team}) a:contains(1 Open)`,
            run: "click",
        },
        {
            content: "The board is there, with the stages that are empty",
            trigger: ".o_kanban_group .o_column_title:contains(Waiting)",
        },
    ];
}

/** From the board to a ticket. */
function openTicket(subject) {
    return [
        {
            content: `Open the ticket: ${subject}`,
            trigger: `.o_kanban_record:contains(${subject})`,
            run: "click",
        },
        {
            content: "Its subject is at the head of the form",
            trigger: `.o_form_view .o_field_widget[name=name] textarea:value(${subject})`,
        },
    ];
}

/** Take the open ticket. */
function assignToMe(name) {
    return [
        {
            content: "Take the ticket",
            trigger: ".o_form_statusbar button[name=action_assign_to_me]",
            run: "click",
        },
        {
            content: "It says who has it",
            trigger: `.o_field_widget[name=user_id] input:value(${name})`,
        },
    ];
}

/** Write to the customer from the open ticket. */
function answer(text) {
    return [
        {
            content: "Open the composer",
            trigger: "button.o-mail-Chatter-sendMessage:not(:disabled)",
            run: "click",
        },
        {
            content: "Write the answer",
            trigger: ".o-mail-Composer-input",
            run: `edit ${text}`,
        },
        {
            content: "Send it",
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "It stands in the conversation",
            trigger: `.o-mail-Message-body:contains(${text})`,
        },
    ];
}

/** Close the open ticket. */
function solve(stage) {
    return [
        {
            content: "Solve the ticket",
            trigger: ".o_form_statusbar button[name=action_solve]",
            run: "click",
        },
        {
            content: "It is in the closing stage",
            trigger: `.o_statusbar_status .o_arrow_button_current:contains(${stage})`,
        },
        {
            content: "It can be opened again",
            trigger: ".o_form_statusbar button[name=action_reopen]",
        },
    ];
}

registry.category("web_tour.tours").add("helpdesk_agent_tour", {
    steps: () => [
        ...openBoard("Tour Team"),
        ...openTicket("Cup arrived broken"),
        ...assignToMe("Agent"),
        ...answer("A new cup is on its way"),
        ...solve("Solved"),
    ],
});
