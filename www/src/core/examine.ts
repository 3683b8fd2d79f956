// `doctor`: hands the session to what looks for mistakes (doctor/), which a page fetches only where it asks for that. Nothing is noted
// for it beforehand: what it tells of is what ids, buffers, tallies and the log hold anyway, and forget.
import { messageOf, Refusal } from "../errors.js";
import { importDoctor } from "../files.js";
import type { Finding, RerankerInfo } from "../types.js";
import { bringWords, tell } from "./reasons.js";
import type { Session } from "./session.js";

/** What is found now; with `watches`, the console is told of it from now on. Never rejects. */
export function examine(session: Session, info: () => RerankerInfo, watches?: true): Promise<readonly Finding[]> {
  return importDoctor()
    .then(({ doctor }) => doctor(session, info, watches))
    .catch(async (error: unknown) => {
      await bringWords();
      const reason = tell(new Refusal("doctor.module", { why: messageOf(error) }));
      return [{ ...reason, severity: "error", count: 1, examples: [] } as Finding];
    });
}
