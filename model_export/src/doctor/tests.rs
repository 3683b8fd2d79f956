#![allow(clippy::unwrap_used)]

use reshelf::synthetic;

use super::*;

#[test]
fn memory_is_read_from_meminfo_and_bounded_by_a_container() {
    let text = "MemTotal:       32000000 kB\nMemFree:          900 kB\nMemAvailable:   16000000 kB\n";
    let memory = Memory::of_meminfo(text).unwrap();
    assert_eq!(memory, Memory { total: 32_768_000_000, available: 16_384_000_000 });
    assert_eq!(memory.within(4_000_000_000, 3_500_000_000), Memory { total: 4_000_000_000, available: 500_000_000 });
    assert_eq!(memory.within(1, 2).available, 0);
    assert!(["", "MemTotal: many kB", "MemTotal: 5 kB"].iter().all(|text| Memory::of_meminfo(text).is_none()));
}

#[test]
fn room_on_a_disk_is_read_from_df() {
    let text =
        "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 263000000 30 62000000 33% /my disk\n";
    assert_eq!(Disk::free_of(text), Some(62_000_000 * 1024));
    assert!(["", "df: no\n", "a\nb c d e\n"].iter().all(|text| Disk::free_of(text).is_none()));
}

#[test]
fn a_machine_says_what_is_scarce_and_nothing_else() {
    let plenty = Machine {
        system: "linux",
        architecture: "x86_64",
        threads: 4,
        kernel: "avx2",
        kernels: vec!["reference", "avx2"],
        memory: Some(Memory { total: 16_000_000_000, available: 9_000_000_000 }),
        disk: Some(Disk { folder: "/shop".to_owned(), free: 9_000_000_000 }),
        gpu: Gpu { devices: vec![], in_build: false },
    };
    let codes = |machine: &Machine| machine.findings().iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(&plenty), [""; 0]);
    let unknown = Machine { memory: None, disk: None, ..plenty.clone() };
    assert_eq!(codes(&unknown), [""; 0]);
    assert!(unknown.to_string().contains("not known on this system"));
    let poor = Machine {
        kernels: vec!["reference"],
        memory: Some(Memory { total: 1_000_000_000, available: 400_000_000 }),
        disk: Some(Disk { folder: "/shop".to_owned(), free: 1_000 }),
        gpu: Gpu { devices: vec!["/dev/dri/renderD128".to_owned()], in_build: false },
        ..plenty
    };
    assert_eq!(codes(&poor), ["slow_kernel", "little_memory", "little_disk", "gpu_not_in_build"]);
}

#[test]
fn a_model_is_tried_and_its_age_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.safetensors");
    let artifact = synthetic::artifact(40, 64, 6, 1).unwrap();
    std::fs::write(&path, artifact.to_bytes()).unwrap();
    let model = Model::of(&path).unwrap();
    assert_eq!((model.items, model.dimension, model.core, model.report), (40, 64, false, false));
    assert!(model.checks.iter().all(|check| check.ok) && model.checks.len() == 2, "{:?}", model.checks);
    assert!(model.days().unwrap() < 1.0 && model.findings().is_empty(), "{model:?}");
    let report = format!("{{\"model\":\"{}\",\"times_ms\":[0,86400000]}}", artifact.model);
    std::fs::write(folder.path().join("m.safetensors.report.json"), report).unwrap();
    let model = Model::of(&path).unwrap();
    assert!(model.days_since_newest_event.unwrap() > 20_000.0);
    let failed = Check { name: "ranking", ok: false, said: "no".to_owned() };
    let model = Model { bytes: 9_000_000, checks: vec![failed], ..model };
    let codes: Vec<&str> = model.findings().iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["old_model", "large_model", "check_failed"]);
    let hiding = reshelf::artifact::Artifact { card: r#"{"hide_items":0.1}"#.to_owned(), ..artifact };
    std::fs::write(&path, hiding.to_bytes()).unwrap();
    let [.., finding] = &Model::of(&path).unwrap().findings()[..] else { unreachable!("a model that lacks items") };
    assert_eq!(finding.code, "hidden_items");
    assert!(finding.message.starts_with("training hid about 0.1 of the items"), "{finding:?}");
    std::fs::write(&path, "<html>404</html>").unwrap();
    assert_eq!(Model::of(&path).unwrap_err().code(), "artifact.foreign");
}

#[test]
fn what_the_page_found_is_read_out_of_the_printed_document() {
    let json = r#"{"agent":"a \u003c b","wasm":true,"simd":false,"relaxed_simd":false,"streaming":true,"webgpu":false,
        "adapter":null,"workers":true,"service_workers":false,"indexed_db":true,"move_before":false,
        "view_transitions":true,"threads":8}"#;
    let document = format!("<html><script id=\"found\" type=\"application/json\">{json}</script><script>1</script>");
    let browser = browser::found_in(&document).unwrap();
    assert_eq!((browser.agent.as_str(), browser.threads, browser.adapter.clone()), ("a < b", Some(8), None));
    assert_eq!(browser.findings()[0].code, "browser_without_simd");
    assert!(browser.to_string().contains("lacks:    SIMD, relaxed SIMD, WebGPU, moveBefore"));
    assert_eq!(browser::found_in(PAGE), None, "the page alone has found nothing");
    assert_eq!(browser::found_in("<html>"), None);
}

#[test]
#[cfg(unix)]
fn a_program_that_is_no_browser_is_named() {
    let error = Browser::of(std::path::Path::new("/bin/true")).unwrap_err();
    assert_eq!(error.code(), "doctor.browser_failed");
    assert!(error.to_string().starts_with("/bin/true did not answer (its page holds no answer)"), "{error}");
    assert_eq!(Browser::of(std::path::Path::new("/no/such")).unwrap_err().code(), "doctor.browser_failed");
}
