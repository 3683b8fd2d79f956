// The same bits in Chromium.
import { withPage } from "../browser/harness.mjs";
import { browserTests } from "./browsers.mjs";

browserTests("Chromium", withPage);
