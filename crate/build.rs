//! With feature `gpu`: parses and validates every shader, so that a broken one breaks the build and not a shop's page.
//! Without it there is nothing to do.

#[cfg(feature = "gpu")]
#[path = "src/gpu/shaders.rs"]
#[allow(dead_code)]
mod shaders;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/gpu/shaders");
    println!("cargo::rerun-if-changed=src/gpu/shaders.rs");
    #[cfg(feature = "gpu")]
    for program in shaders::PROGRAMS {
        if let Err(message) = validate(&program) {
            for line in message.lines() {
                println!("cargo::error={line}");
            }
        }
    }
}

/// What a browser checks before it runs a shader; without any extension, since the module asks for none.
#[cfg(feature = "gpu")]
fn validate(program: &shaders::Program) -> Result<(), String> {
    use naga::valid::{Capabilities, ValidationFlags, Validator};
    let text = program.text();
    let module = naga::front::wgsl::parse_str(&text)
        .map_err(|error| format!("{}: {}", program.name, error.emit_to_string(&text)))?;
    Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .map_err(|error| format!("{}: {}", program.name, error.emit_to_string(&text)))?;
    for entry in program.entries {
        if !module.entry_points.iter().any(|found| found.name == *entry) {
            return Err(format!("{}: there is no entry point `{entry}`", program.name));
        }
    }
    Ok(())
}
