// Makes sure that Linux has a Vulkan driver, which the GPU tests (native and in Firefox) need: Debian's Mesa brings
// lavapipe, which computes without a graphics card. Other systems have a graphics interface of their own.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { giveUp, install } from "./machine.mjs";

const DRIVER_FOLDERS = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

if (process.platform === "linux") {
  if (!hasVulkan()) install("Vulkan driver", ["mesa-vulkan-drivers", "libvulkan1"]);
  if (!hasVulkan()) {
    giveUp(`
The GPU tests need Vulkan: its loader and a driver, which need not be a graphics card's. Please install them:
  Debian, Ubuntu:  sudo apt-get install mesa-vulkan-drivers libvulkan1
`);
  }
  console.log("graphics: Vulkan");
} else {
  console.log("graphics: the system's own");
}

function hasVulkan() {
  const libraries = spawnSync("/sbin/ldconfig", ["-p"], { encoding: "utf8" }).stdout ?? "";
  const named = process.env.VK_DRIVER_FILES || process.env.VK_ICD_FILENAMES;
  return libraries.includes("libvulkan.so.1") && (named || DRIVER_FOLDERS.some(hasDriver));
}

function hasDriver(folder) {
  try {
    return readdirSync(folder).some((name) => name.endsWith(".json"));
  } catch {
    return false; // No such folder.
  }
}
