import { registry } from "@web/core/registry";

function findChat() {
    return [...document.querySelectorAll(".o-mail-DiscussSidebarChannel:not(.o-active)")].find(
        (channel) => channel.textContent.includes("Visitor")
    );
}

function isChatShown() {
    return [...document.querySelectorAll(".o-mail-Message")].some((message) =>
        message.textContent.includes("My blue cup arrived broken")
    );
}

registry.category("web_tour.tours").add("helpdesk_livechat_agent_tour", {
    steps: () => [
        {
            content: "Open the chat, again if Discuss opens another one by itself meanwhile",
            trigger: ".o-mail-DiscussSidebarChannel:contains(Visitor)",
            async run() {
                for (let tries = 0; tries < 50 && !isChatShown(); tries++) {
                    findChat()?.click();
                    await new Promise((resolve) => setTimeout(resolve, 200));
                }
            },
        },
        {
            content: "The visitor waits",
            trigger: ".o-mail-Message:contains(My blue cup arrived broken)",
        },
        {
            content: "Answer",
            trigger: ".o-mail-Composer-input",
            run: "edit A new one is on its way",
        },
        {
            content: "Send the answer",
            trigger: ".o-mail-Composer-input",
            run: "press Enter",
        },
        {
            content: "It is said",
            trigger: ".o-mail-Message:contains(A new one is on its way)",
        },
        {
            content: "Make it a ticket",
            trigger: ".o-mail-Composer-input",
            run: "edit /ticket",
        },
        {
            content: "Send the command",
            trigger: ".o-mail-Composer button[title='Send']:enabled",
            run: "click",
        },
        {
            content: "The panel shows the ticket",
            trigger: ".o_helpdesk_chat_panel a[href*='helpdesk.ticket']",
        },
        {
            content: "Open it from the answer",
            trigger: ".o_mail_notification a[data-oe-model='helpdesk.ticket']",
            run: "click",
        },
        {
            content: "It is called by what the visitor said",
            trigger: ".o_form_view .o_last_breadcrumb_item:contains(My blue cup arrived broken)",
        },
        {
            content: "What the visitor said stands in it",
            trigger: ".o-mail-Chatter .o-mail-Message:contains(My blue cup arrived broken)",
        },
        {
            content: "And what was answered",
            trigger: ".o-mail-Chatter .o-mail-Message:contains(A new one is on its way)",
        },
    ],
});
