// Finds a Chromium or Chrome, its chromedriver and a Firefox, installs Debian's where there is none and this is root, and
// writes down where they are: .tools/browser.json for our tests, crate/web/webdriver.json for wasm-bindgen's test runner.
// CHROMIUM, CHROMEDRIVER and FIREFOX in the environment take precedence over what is found.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { firstWorking, giveUp, install, isRoot } from "./machine.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

const CHROMIUMS = [
  "chromium",
  "google-chrome",
  "google-chrome-stable",
  "chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const DRIVERS = ["chromedriver", "/usr/lib/chromium/chromedriver", "/usr/lib/chromium-browser/chromedriver"];
const FIREFOXES = ["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];

let chromium = findChromium();
if (!chromium) {
  install("Chromium", ["chromium", "chromium-driver"]);
  chromium = findChromium();
}
if (!chromium) {
  giveUp(`
The tests need Chromium or Google Chrome, and the chromedriver of the same version. Please install them:
  Debian:  sudo apt-get install chromium chromium-driver
  Ubuntu:  Google Chrome from https://www.google.com/chrome, then: npx @puppeteer/browsers install chromedriver@stable
  macOS:   brew install --cask google-chrome chromedriver
or name them: make setup CHROMIUM=/path/to/chrome CHROMEDRIVER=/path/to/chromedriver
`);
}

let firefox = findFirefox();
if (!firefox) {
  install("Firefox", ["firefox-esr"]);
  firefox = findFirefox();
}
if (!firefox) {
  giveUp(`
The tests need Firefox, too. Please install it:
  Debian:  sudo apt-get install firefox-esr
  Ubuntu:  Mozilla's package, see https://support.mozilla.org/kb/install-firefox-linux
  macOS:   brew install --cask firefox
or name it: make setup FIREFOX=/path/to/firefox
`);
}

// Chromium's own sandbox cannot run as root; everyone else keeps it.
const args = ["--headless=new", "--disable-dev-shm-usage", ...(isRoot ? ["--no-sandbox"] : [])];
mkdirSync(join(root, ".tools"), { recursive: true });
writeFileSync(join(root, ".tools/browser.json"), JSON.stringify({ ...chromium, args, firefox }, null, 2) + "\n");
const capabilities = { "goog:chromeOptions": { binary: chromium.chromium, args } };
writeFileSync(join(root, "crate/web/webdriver.json"), JSON.stringify(capabilities, null, 2) + "\n");
console.log(`browsers: ${chromium.chromium} (driver: ${chromium.chromedriver}), ${firefox}`);

function findChromium() {
  const chromium = process.env.CHROMIUM || firstWorking(CHROMIUMS);
  const chromedriver = process.env.CHROMEDRIVER || firstWorking(DRIVERS);
  return chromium && chromedriver ? { chromium, chromedriver } : null;
}

function findFirefox() {
  return process.env.FIREFOX || firstWorking(FIREFOXES);
}
