// The GPU module in Firefox, whose shader compiler and driver (lavapipe) are others than Chromium's.
import { withFirefoxPage } from "./firefox.mjs";
import { tableTests } from "./gpu_tables.mjs";

tableTests("Firefox", withFirefoxPage, {}, null);
