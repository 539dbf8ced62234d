import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models } from "@web/../tests/web_test_helpers";

class HelpdeskTicket extends models.ServerModel {
    _name = "helpdesk.ticket";
    _inherit = ["mail.thread"];

    name = fields.Char();
    message_ids = fields.One2many({ relation: "mail.message", inverse: "res_id" });
}

/** A ticket with a conversation, for the tests of a file that calls this. */
export function defineTicketThread() {
    defineMailModels();
    defineModels([HelpdeskTicket]);
}
