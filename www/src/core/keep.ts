// What keeps a session beyond its page (session/), which a page fetches only where it asks for a store; and what the shopper agrees
// to, which is noted in any case.
import { messageOf, Refusal } from "../errors.js";
import { importSession } from "../files.js";
import type { Store } from "../types.js";
import type { Session } from "./session.js";

/** Brings in what makes keepers; tests pass their own. */
export type BringKeeper = typeof importSession;

type Keep = (session: Session) => Promise<void>;

/** Has what is stored read, by what `bring` brings in, and returns what makes a session one with it once there is one. */
export function keep(wanted: Store | null | undefined, bring: BringKeeper = importSession): Keep | undefined {
  if (!wanted || wanted === "memory") return undefined;
  const arrives = bring().then(({ openKeeper }) => openKeeper(wanted));
  arrives.catch(() => undefined); // Awaited below, if the load comes that far.
  return async (session) => {
    try {
      const join = await arrives;
      session.keeper = await join(session);
      // Who waited for it may have given up.
      if (session.status === "disposed") session.keeper.end();
    } catch (error) {
      const reason = new Refusal("store.module", { why: messageOf(error) });
      session.unkept = { ...session.unkept, wanted, reason };
    }
  };
}

/** Takes note of what the shopper agrees to. */
export function consent(session: Session, given: unknown): void {
  session.guard(() => {
    const { choice, keeper } = session;
    const options = session.options(given, ["store", "share"]);
    const store = session.option<boolean | null>(options, "store", choiceOf, null, "consent");
    const share = session.option<boolean | null>(options, "share", choiceOf, null, "consent");
    choice.store = store ?? choice.store;
    choice.share = share ?? choice.share;
    keeper?.chosen(store, share);
  });
}

function choiceOf(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}
