// Finds a Chromium or Chrome and its chromedriver, installs Debian's when there is none and this is root, and writes
// down where they are: .tools/browser.json for our tests, crate/webdriver.json for wasm-bindgen's test runner.
// CHROMIUM and CHROMEDRIVER in the environment take precedence over what is found.
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const isRoot = process.getuid?.() === 0;

const BROWSERS = [
  "chromium",
  "google-chrome",
  "google-chrome-stable",
  "chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const DRIVERS = ["chromedriver", "/usr/lib/chromium/chromedriver", "/usr/lib/chromium-browser/chromedriver"];

let found = find();
if (!found && isRoot && process.platform === "linux" && which("apt-get")) {
  console.log("No Chromium found: installing Debian's (apt-get install chromium chromium-driver).");
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "chromium-driver"]);
  found = find();
}
if (!found) {
  console.error(`
The tests need Chromium or Google Chrome, and the chromedriver of the same version. Please install them:
  Debian:  sudo apt-get install chromium chromium-driver
  Ubuntu:  Google Chrome from https://www.google.com/chrome, then: npx @puppeteer/browsers install chromedriver@stable
  macOS:   brew install --cask google-chrome chromedriver
or name them: make setup CHROMIUM=/path/to/chrome CHROMEDRIVER=/path/to/chromedriver
`);
  process.exit(1);
}

// Chromium's own sandbox cannot run as root; everyone else keeps it.
const args = ["--headless=new", "--disable-dev-shm-usage", ...(isRoot ? ["--no-sandbox"] : [])];
mkdirSync(join(root, ".tools"), { recursive: true });
writeFileSync(join(root, ".tools/browser.json"), JSON.stringify({ ...found, args }, null, 2) + "\n");
const capabilities = { "goog:chromeOptions": { binary: found.chromium, args } };
writeFileSync(join(root, "crate/webdriver.json"), JSON.stringify(capabilities, null, 2) + "\n");
console.log(`browser: ${found.chromium}, driver: ${found.chromedriver}`);

function find() {
  const chromium = process.env.CHROMIUM || firstWorking(BROWSERS);
  const chromedriver = process.env.CHROMEDRIVER || firstWorking(DRIVERS);
  return chromium && chromedriver ? { chromium, chromedriver } : null;
}

/** The first that is there and tells its version: Ubuntu has a stub of that name that only points to the snap store. */
function firstWorking(names) {
  for (const name of names) {
    const path = name.startsWith("/") ? (executable(name) ? name : null) : which(name);
    if (path && spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0) return path;
  }
  return null;
}

function which(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (executable(path)) return path;
  }
  return null;
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function run(command, args) {
  spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}
