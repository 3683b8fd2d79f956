"""Runs a WASI program in wasmtime, once for each job: lists of arguments and paths in, as JSON, and exit codes out."""

import json
import sys

folder, program, jobs = sys.argv[1], sys.argv[2], json.load(sys.stdin)
sys.path.insert(0, folder)

from wasmtime import Engine, ExitTrap, Linker, Module, Store, WasiConfig  # noqa: E402

engine = Engine()
linker = Linker(engine)
linker.define_wasi()
module = Module.from_file(engine, program)


def run(job):
    store, wasi = Store(engine), WasiConfig()
    wasi.argv = job["args"]
    wasi.stdin_file, wasi.stdout_file, wasi.stderr_file = job["in"], job["out"], job["errors"]
    for inside, outside in job["folders"].items():
        wasi.preopen_dir(outside, inside)
    store.set_wasi(wasi)
    start = linker.instantiate(store, module).exports(store)["_start"]
    try:
        start(store)
    except ExitTrap as end:
        return end.code
    return 0


json.dump([run(job) for job in jobs], sys.stdout)
