// The same bits in Chromium.
import { withTabs } from "../browser/harness.mjs";
import { browserTests } from "./browsers.mjs";

browserTests("Chromium", withTabs);
