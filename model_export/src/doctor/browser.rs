//! A Chromium on this machine, asked by a page what it can do.

use std::env;
use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{DoctorError, Finding, PAGE};

/// Where Chromium is, by the names that systems give it; those without a slash are looked for in PATH.
const NAMES: [&str; 9] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
/// A cold start on a busy machine takes some seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a browser can do, as `page.html` finds it: the names are its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// The program that was started.
    #[serde(default)]
    pub program: String,
    /// What it calls itself.
    pub agent: String,
    /// WebAssembly.
    pub wasm: bool,
    /// 128-bit SIMD, which the engine needs.
    pub simd: bool,
    /// Relaxed SIMD, for the faster build.
    pub relaxed_simd: bool,
    /// Whether modules are compiled while they arrive.
    pub streaming: bool,
    /// WebGPU; there need be no adapter.
    pub webgpu: bool,
    /// The GPU's name, as far as it is told. A headless browser often has none where a window has.
    pub adapter: Option<String>,
    /// Workers.
    pub workers: bool,
    /// Service workers; not from a file, as here, but of a shop's own origin.
    pub service_workers: bool,
    /// IndexedDB.
    pub indexed_db: bool,
    /// `moveBefore`, by which tiles keep focus and playing media.
    pub move_before: bool,
    /// View transitions.
    pub view_transitions: bool,
    /// Threads that run at once.
    pub threads: Option<u32>,
}

impl Browser {
    /// Starts the Chromium of this machine with the page, headless and with a profile of its own, and reads what it found.
    ///
    /// # Errors
    /// `doctor.no_browser`, `doctor.browser_failed`.
    pub fn here() -> Result<Browser, DoctorError> {
        Browser::of(&program().ok_or(DoctorError::NoBrowser)?)
    }

    pub(super) fn of(program: &Path) -> Result<Browser, DoctorError> {
        let name = program.display().to_string();
        let failed = |cause: String| DoctorError::BrowserFailed { program: name.clone(), cause };
        let folder = env::temp_dir().join(format!("reshelf-doctor-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|cause| failed(cause.to_string()))?;
        let dumped = dump(program, &folder);
        let _ = fs::remove_dir_all(&folder);
        let dumped = dumped.map_err(&failed)?;
        let found = found_in(&dumped).ok_or_else(|| failed("its page holds no answer".to_owned()))?;
        Ok(Browser { program: name, ..found })
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        let found = |code, message: &str| Finding { code, message: message.to_owned() };
        let faults = [
            (
                !self.wasm,
                found("browser_without_wasm", "no WebAssembly: lists keep the server's order in this browser"),
            ),
            (self.wasm && !self.simd, found("browser_without_simd", "no 128-bit SIMD: use a browser of 2023 or later")),
        ];
        faults.into_iter().filter(|(is_so, _)| *is_so).map(|(_, finding)| finding).collect()
    }
}

/// What the page found, in the document that the browser printed.
pub(super) fn found_in(document: &str) -> Option<Browser> {
    let (_, rest) = document.split_once("<script id=\"found\" type=\"application/json\">")?;
    serde_json::from_str(rest.split_once("</script>")?.0).ok()
}

fn program() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        return Some(PathBuf::from(named));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let ending = env::consts::EXE_SUFFIX;
    // Joined to a folder, a path from the root stays what it is.
    NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(format!("{name}{ending}"))))
        .find(|path| path.is_file())
}

/// The document after its scripts have run. The error is in words.
fn dump(program: &Path, folder: &Path) -> Result<String, String> {
    let page = folder.join("page.html");
    fs::write(&page, PAGE).map_err(|cause| cause.to_string())?;
    let mut command = Command::new(program);
    command.args([
        "--headless=new",
        "--no-first-run",
        "--disable-extensions",
        "--virtual-time-budget=5000",
        "--dump-dom",
    ]);
    command.arg(format!("--user-data-dir={}", folder.join("profile").display()));
    // Chromium does not start for root with its sandbox on, as in most containers; the page is ours.
    if is_of_root(folder) {
        command.arg("--no-sandbox");
    }
    command.arg(&page).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let child = command.spawn().map_err(|cause| cause.to_string())?;
    read_all(child)
}

/// What a program prints until it ends, or until patience does.
fn read_all(mut child: Child) -> Result<String, String> {
    let Some(mut stdout) = child.stdout.take() else { return Err("it has no output".to_owned()) };
    let (told, hears) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = stdout.read_to_string(&mut text);
        let _ = told.send(read.map(|_| text));
    });
    let answer = hears.recv_timeout(PATIENCE);
    let _ = child.kill();
    let _ = child.wait();
    match answer {
        Ok(Ok(text)) => Ok(text),
        Ok(Err(cause)) => Err(cause.to_string()),
        Err(_) => Err(format!("nothing came in {} seconds", PATIENCE.as_secs())),
    }
}

/// Whether root has made this folder.
#[cfg(unix)]
fn is_of_root(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(folder).is_ok_and(|folder| folder.uid() == 0)
}

#[cfg(not(unix))]
fn is_of_root(_: &Path) -> bool {
    false
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |of: &[(&str, bool)], wanted: bool| {
            let names: Vec<&str> = of.iter().filter(|(_, has)| *has == wanted).map(|(name, _)| *name).collect();
            if names.is_empty() { "nothing of these".to_owned() } else { names.join(", ") }
        };
        let all = [
            ("WebAssembly", self.wasm),
            ("SIMD", self.simd),
            ("relaxed SIMD", self.relaxed_simd),
            ("streaming", self.streaming),
            ("WebGPU", self.webgpu),
            ("workers", self.workers),
            ("IndexedDB", self.indexed_db),
            ("moveBefore", self.move_before),
            ("view transitions", self.view_transitions),
        ];
        writeln!(f, "browser:  {}\nis:       {}", self.program, self.agent)?;
        writeln!(f, "has:      {}", list(&all, true))?;
        writeln!(f, "lacks:    {}", list(&all, false))?;
        write!(f, "GPU:      {}", self.adapter.as_deref().unwrap_or("no adapter; a headless browser often has none"))
    }
}
