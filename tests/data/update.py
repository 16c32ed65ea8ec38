#!/usr/bin/env python3
"""Copies test data into tests/data: what the reference implementation said, trimmed to the fields the tests read.

    tests/data/update.py [SHARED]          write
    tests/data/update.py --check [SHARED]  only say whether the copy is what would be written

SHARED is the folder that holds `golden` and `conformance`; by default `shared` beside the repository. Copied are

    conformance/cases, conformance/rules.tsv   as they are
    conformance/expected/*.jsonl               without the fields of DROPPED
    golden/templates, golden/yaml, golden/splitter   as they are

Not copied: the corpus of real projects and what was recorded about it (it is not ours), and the digests (nothing reads
them yet). Tests read those from SHARED where it is present, and say so where it is not.
"""

import json
import pathlib
import sys

DATA = pathlib.Path(__file__).resolve().parent
DROPPED = {"meta", "error", "werf"}
WHOLE = ["conformance/cases", "conformance/rules.tsv", "golden/templates", "golden/yaml", "golden/splitter"]
LIMIT = 15 << 20


def trimmed(text: str) -> str:
    """The lines of an expected/*.jsonl without the dropped fields."""
    lines = []
    for line in text.splitlines():
        record = {key: value for key, value in json.loads(line).items() if key not in DROPPED}
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    return "\n".join(lines) + "\n"


def wanted(shared: pathlib.Path) -> dict[str, bytes]:
    """Every file of the copy by its path below tests/data."""
    files = {}
    for name in WHOLE:
        top = shared / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and path.suffix != ".md":
                files[path.relative_to(shared).as_posix()] = path.read_bytes()
    for path in sorted((shared / "conformance/expected").glob("*.jsonl")):
        text = trimmed(path.read_text(encoding="utf-8"))
        files[path.relative_to(shared).as_posix()] = text.encode("utf-8")
    return files


def present() -> dict[str, bytes]:
    """Every file that is there now."""
    found = {}
    for top in ["conformance", "golden"]:
        for path in sorted((DATA / top).rglob("*")):
            if path.is_file():
                found[path.relative_to(DATA).as_posix()] = path.read_bytes()
    return found


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    named = [argument for argument in arguments if argument != "--check"]
    shared = pathlib.Path(named[0]) if named else DATA.parents[2] / "shared"
    if not (shared / "conformance/expected").is_dir():
        print(f"no test data in {shared}", file=sys.stderr)
        return 2
    new, old = wanted(shared), present()
    size = sum(map(len, new.values()))
    if size > LIMIT:
        print(f"{size >> 20} MiB of test data: trim more fields", file=sys.stderr)
        return 1
    changed = sorted(path for path in new.keys() | old.keys() if new.get(path) != old.get(path))
    if check:
        for path in changed[:20]:
            print(f"differs: {path}")
        print(f"{len(new)} files, {size / 1e6:.1f} MB, {len(changed)} differ")
        return 1 if changed else 0
    for path in changed:
        target = DATA / path
        if path in new:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(new[path])
        else:
            target.unlink()
    print(f"{len(new)} files, {size / 1e6:.1f} MB, {len(changed)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
