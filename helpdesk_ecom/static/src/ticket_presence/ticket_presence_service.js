import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { TicketRoom } from "./ticket_room";

const MODEL = "helpdesk.ticket";

/** The tickets that are open in this page, usually one, and who else is at them. */
export const ticketPresenceService = {
    dependencies: ["bus_service", "orm", "mail.store"],

    start(env, { bus_service: bus, orm, "mail.store": store }) {
        /** @type {Map<number, TicketRoom>} */
        const rooms = new Map();

        /** A sign that doesn't arrive is no reason to bother anybody. */
        async function announce(ticketId, state, isNew) {
            try {
                await orm.silent.call(MODEL, "action_announce", [[ticketId], state, isNew]);
            } catch {
                // the next one may
            }
        }

        /** Tell the server that what is there was seen. */
        async function visit(room) {
            try {
                room.setNewest(await orm.silent.call(MODEL, "action_visit", [[room.ticketId]]));
            } catch {
                // deleted, or not ours any more: the form says so
            }
        }

        function enter(room) {
            room.enter();
            return visit(room);
        }

        bus.subscribe("helpdesk_ecom.presence", (sign) => rooms.get(sign.ticket_id)?.hear(sign));
        bus.subscribe("helpdesk_ecom.conversation", async ({ ticket_ids: ids }) => {
            for (const room of ids.map((id) => rooms.get(id)).filter(Boolean)) {
                if (document.visibilityState !== "hidden") {
                    await visit(room);
                }
                await store.Thread.get({ model: MODEL, id: room.ticketId })?.fetchNewMessages();
            }
        });
        document.addEventListener("visibilitychange", () => {
            for (const room of rooms.values()) {
                document.visibilityState === "hidden" ? room.leave() : enter(room);
            }
        });

        return {
            /** @returns {TicketRoom | undefined} the room of a ticket that is open */
            get: (ticketId) => rooms.get(ticketId),

            /** @returns {TicketRoom} to be left when the ticket is closed */
            enter(ticketId) {
                let room = rooms.get(ticketId);
                if (!room) {
                    room = new TicketRoom(ticketId, {
                        userId: user.userId,
                        announce: (state, isNew) => announce(ticketId, state, isNew),
                    });
                    rooms.set(ticketId, room);
                    bus.addChannel(`${MODEL}_${ticketId}`);
                    enter(room);
                }
                room.visitors++;
                return room;
            },

            leave(ticketId) {
                const room = rooms.get(ticketId);
                if (room && !--room.visitors) {
                    rooms.delete(ticketId);
                    bus.deleteChannel(`${MODEL}_${ticketId}`);
                    room.leave();
                }
            },
        };
    },
};

registry.category("services").add("helpdesk_presence", ticketPresenceService);
