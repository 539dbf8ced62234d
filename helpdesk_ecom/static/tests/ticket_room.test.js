import { beforeEach, expect, test } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";
import { PAUSE, SIGN_EVERY, SILENCE, TicketRoom } from "@helpdesk_ecom/ticket_presence/ticket_room";

const ME = 7;
const LI = 8;
let room;

beforeEach(() => {
    room = new TicketRoom(1, {
        userId: ME,
        announce: (state, isNew) => expect.step(isNew ? `${state} new` : state),
    });
});

const hear = (state, isNew = false, userId = LI) =>
    room.hear({ user_id: userId, name: "Li Wei", state, is_new: isNew });

test("who is alone gives one sign, and answers who comes", async () => {
    room.enter();
    await advanceTime(10 * SIGN_EVERY);
    expect.verifySteps(["looking new"]);
    hear("looking", true);
    expect.verifySteps(["looking"]);
    expect(room.view.others).toEqual({ [LI]: { name: "Li Wei", state: "looking" } });
    await advanceTime(SIGN_EVERY);
    expect.verifySteps(["looking"]);
});

test("who is silent for half a minute is gone", async () => {
    hear("looking");
    await advanceTime(SILENCE - 1000);
    hear("writing");
    await advanceTime(SILENCE - 1000);
    expect(room.view.others[LI].state).toBe("writing");
    await advanceTime(1000);
    expect(room.view.others).toEqual({});
    expect.verifySteps(Array(4).fill("looking"));
    await advanceTime(10 * SIGN_EVERY);
    expect.verifySteps([]);
});

test("who says goodbye is gone at once; other windows of mine are nobody", async () => {
    hear("looking", true, ME);
    expect(room.view.others).toEqual({});
    hear("looking");
    hear("gone");
    expect(room.view.others).toEqual({});
    room.leave();
    await advanceTime(10 * SIGN_EVERY);
    expect.verifySteps(["gone"]);
});

test("writing is told once, and its end", async () => {
    room.write();
    expect.verifySteps([]);
    hear("looking", true);
    expect.verifySteps(["writing"]);
    await advanceTime(PAUSE);
    expect.verifySteps(["looking"]);
    room.write();
    room.write();
    expect.verifySteps(["writing"]);
    room.endDraft();
    expect.verifySteps(["looking"]);
    room.leave();
    expect.verifySteps(["gone"]);
});

test("a draft remembers what its author had seen at the beginning", () => {
    room.beginDraft(undefined);
    expect(room.draft.seenId).toBe(null);
    room.setNewest(10);
    expect(room.draft.seenId).toBe(10);
    room.setNewest(11);
    room.beginDraft(11);
    expect(room.draft.seenId).toBe(10);
    room.endDraft();
    room.beginDraft(undefined);
    expect(room.draft.seenId).toBe(11);
});
