// `reshelf/privacy`: the one thing that may be sent. A token of the shopper's taste by randomised response, one an epoch, out of
// a budget of which a ledger on the device keeps account. The page sends it, if it likes; nothing here makes a request, and
// importing it does nothing. May use the package's errors and types.
import { messageOf, Refusal } from "../errors.js";
import { deviceLedger } from "./device.js";
import { forgotten, type Kept, left, NO_CONSENT, readKept, type Terms, termsOf, tokenOf } from "./ledger.js";
import type { Ledger, LedgerStore, Taste, TasteOptions, TasteSource, TasteToken } from "./types.js";

export type { Cluster, ErrorCode, Reason } from "../types.js";
export { memoryLedger } from "./device.js";
export type * from "./types.js";

const EPOCH_DAYS = 7;
const CAP = 12;

/**
 * The tokens of this device. Nothing happens, and nothing is stored, before `token()` is called with the shopper's consent, for
 * which the reranker is asked each time.
 *
 * ```js
 * const taste = tasteTokens(reranker, { epsilon: 3 });
 * const token = await taste.token(); // { cluster: 17, clusters: 32, epsilon: 3, epoch: 2958, model: "5a3c…" }, or null
 * ```
 */
export function tasteTokens(source: TasteSource, options: TasteOptions): Taste {
  let reason: Refusal | null = null;
  let terms: Terms | Refusal;
  let store: LedgerStore;
  try {
    const { epsilon, epochDays, cap, ledger } = options;
    terms = termsOf(epsilon, epochDays ?? EPOCH_DAYS, cap ?? CAP);
    store = ledger ?? deviceLedger();
  } catch (error) {
    terms = new Refusal("argument.options", `The options cannot be read (${messageOf(error)}): there are no tokens.`);
  }

  /** One call: its answer, or null and a reason. */
  async function answer<T>(call: (terms: Terms) => Promise<T | Refusal>): Promise<T | null> {
    let found: T | Refusal;
    try {
      found = terms instanceof Refusal ? terms : await call(terms);
    } catch (error) {
      found = new Refusal("token.failed", `The ledger or the reranker failed (${messageOf(error)}).`);
    }
    reason = found instanceof Refusal ? found : null;
    return found instanceof Refusal ? null : found;
  }

  /** One update of the ledger; what it found out, once it is kept. */
  async function update<T>(change: (kept: unknown) => { answer: T; keep?: Kept | undefined }): Promise<T> {
    let found: { answer: T; keep?: Kept | undefined } | undefined;
    await store.update((kept) => {
      found = change(kept);
      return found.keep;
    });
    if (!found) throw new Error("the store does not update");
    return found.answer;
  }

  const shares = async () => (await source.info()).consent?.share === true;

  const token = async (terms: Terms): Promise<TasteToken | Refusal> => {
    if (!(await shares())) return NO_CONSENT;
    const { cluster, clusters, model } = (await source.cluster()) ?? {};
    const random = (words: Uint32Array<ArrayBuffer>) => crypto.getRandomValues(words);
    const found = await update((kept) => tokenOf(kept, { cluster, clusters, model }, terms, Date.now(), random));
    // It may have been withdrawn meanwhile.
    return (await shares()) ? found : NO_CONSENT;
  };

  const ledger = async ({ cap }: Terms): Promise<Ledger | Refusal> => {
    const kept = readKept(await store.read());
    return kept instanceof Refusal ? kept : left(kept, cap, Date.now());
  };

  const forget = async (): Promise<true | Refusal> =>
    // A read creates nothing, where nothing was kept.
    (await store.read()) === undefined || update(forgotten);

  return {
    token: () => answer(token),
    ledger: () => answer(ledger),
    forget: async () => (await answer(forget)) ?? false,
    info: () => ({ reason: reason && { ...reason } }),
  };
}
