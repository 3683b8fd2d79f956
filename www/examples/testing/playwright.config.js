import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "browser",
  use: {
    baseURL: "http://shop.localhost",
    // A Chromium that is there already, in place of Playwright's own.
    launchOptions: { executablePath: process.env.CHROMIUM || undefined },
  },
});
