// Gives an error of loading its sentence. The sentences are fetched only now: where they cannot be, the facts stand alone.
import { ReshelfError } from "../errors.js";
import { importWords } from "../files.js";

export async function explain(error: unknown): Promise<unknown> {
  if (!(error instanceof ReshelfError) || typeof error.facts === "string") return error;
  const { code, facts } = error;
  try {
    error.message = (await importWords()).sentence(code, facts);
  } catch {
    error.message = `${Object.values(facts).join(", ")} (${code} in docs/errors.md says more)`;
  }
  return error;
}
