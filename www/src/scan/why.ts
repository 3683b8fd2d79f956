// Why the CPU or the GPU scans, in words for people.
import type { Backend } from "../types.js";
import { gpuWins, type Verdict } from "./choice.js";
import type { DeviceState } from "./device.js";

/** All that the choice depends on. */
export interface Circumstances {
  readonly backend: Backend;
  readonly device: {
    readonly state: DeviceState;
    readonly losses: number;
    /** What went wrong last. */
    readonly problem: string;
    /** Milliseconds until the GPU is tried again. */
    readonly pause: number;
  };
  /** What was measured for calls like the last one. */
  readonly verdict: Verdict | undefined;
  /** Whether something is being set up or measured. */
  readonly measuring: boolean;
  /** Whether the GPU was given up for having become slow. */
  readonly slowed: boolean;
}

export function explain({ backend, device, verdict, measuring, slowed }: Circumstances): string {
  if (device.state === "off") return `the GPU is out of use until the page is loaded again: ${device.problem}`;
  if (device.state === "waiting") {
    return `the GPU was lost ${times(device.losses)} (${device.problem}); ${retry(device.pause)}`;
  }
  if (backend === "gpu") return device.state === "ready" ? 'backend "gpu" was asked for' : "the GPU is being set up";
  if (verdict !== undefined) return measured(verdict, device.state);
  if (measuring) return "the GPU is being measured in the background";
  if (slowed) return "the GPU became slower than the CPU was; it is measured again later";
  return "nothing is measured yet: that is done in the background after a retrieve for a session that is not empty";
}

function measured(verdict: Verdict, state: DeviceState): string {
  const { items, cpu, gpu } = verdict.measured;
  const result = `measured here for ${whole(items)} items: CPU ${milliseconds(cpu)}, GPU ${milliseconds(gpu)}`;
  return gpuWins(verdict) && state !== "ready" ? `${result}; the GPU is being set up` : result;
}

function retry(pause: number): string {
  return pause > 0 ? `trying again in ${Math.ceil(pause / 1000)} s` : "trying again after the next retrieve";
}

function times(count: number): string {
  return count === 1 ? "once" : `${whole(count)} times`;
}

function whole(count: number): string {
  return count.toLocaleString("en");
}

function milliseconds(time: number): string {
  return `${time < 10 ? time.toFixed(2) : time.toFixed(0)} ms`;
}
