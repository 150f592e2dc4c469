#!/usr/bin/env python3
"""Makes `src/backend/call/table.rs`: one entry for each mutating operation of IAM, from its parameters to the SDK.

Needs: python 3.10+, `pip install botocore`, and the linked SDK crate in the cargo registry (`cargo fetch`).

Run from the top of the repository, whenever the SDK crate moves:

    python3 assets/make_calls.py

Which operations mutate is read from the operations' names: whatever is no Get, List or Simulate. An operation of the
SDK that botocore does not know yet is left out and named; `backend::call` refuses what the table lacks, and a test
holds the table against the service model.
"""

import glob
import os
import re
import sys

import botocore.loaders

OUT = "src/backend/call/table.rs"
READS = ("Get", "List", "Simulate", "Generate")
KINDS = {
    "::std::string::String": "text",
    "bool": "flag",
    "i32": "int",
    "::std::vec::Vec<crate::types::Tag>": "tags",
    "::std::vec::Vec<::std::string::String>": "texts",
}


def squeeze(name):
    return name.replace("_", "").lower()


def crate():
    lock = open("Cargo.lock").read()
    version = re.search(r'name = "aws-sdk-iam"\nversion = "([^"]+)"', lock).group(1)
    found = glob.glob(os.path.expanduser(f"~/.cargo/registry/src/*/aws-sdk-iam-{version}"))
    if not found:
        sys.exit("run `cargo fetch` first")
    return found[0], version


def read(path):
    return open(path).read()


def setters(source):
    """The fluent builder's setters: name and type."""
    pattern = r"pub fn set_(\w+)\(mut self, input: ::std::option::Option<(.+)>\) -> Self"
    return re.findall(pattern, source)


def kind_of(rust, types):
    if rust in KINDS:
        return KINDS[rust]
    named = re.fullmatch(r"crate::types::(\w+)", rust)
    if named and is_enum(types, named.group(1)):
        return "choice"
    return None


def type_file(types, name):
    wanted = squeeze(name)
    for path in glob.glob(f"{types}/_*.rs"):
        if squeeze(os.path.basename(path)[1:-3]) == wanted:
            return read(path)
    return ""


def is_enum(types, name):
    return f"pub enum {name}" in type_file(types, name)


def getters(source):
    """What can be read off an output: name and type, before the builder begins."""
    head = source.split("pub fn builder()")[0]
    return re.findall(r"pub fn (\w+)\(&self\) -> ([^\n{]+) \{", head)


def scalar(rust):
    rust = rust.strip()
    return rust in (
        "&str",
        "::std::option::Option<&str>",
        "::std::option::Option<&::aws_smithy_types::Blob>",
        "::std::option::Option<bool>",
        "::std::option::Option<i32>",
        "bool",
        "i32",
    )


def outputs(folder, types, shape, model):
    """Paths of an operation's output that a later step or the result screen can take."""
    found = []
    path = glob.glob(f"{folder}/_*_output.rs")
    if not path or not shape:
        return found
    members = {squeeze(name): (name, model["shapes"][m["shape"]]) for name, m in model["shapes"][shape]["members"].items()}
    for name, rust in getters(read(path[0])):
        if squeeze(name) not in members:
            continue
        aws, target = members[squeeze(name)]
        if scalar(rust):
            found.append((aws, name, None))
        inner = re.fullmatch(r"::std::option::Option<&crate::types::(\w+)>", rust.strip())
        if inner and target["type"] == "structure":
            fields = {squeeze(field): field for field in target["members"]}
            for field, kind in getters(type_file(types, inner.group(1))):
                if squeeze(field) in fields and scalar(kind):
                    found.append((f"{aws}.{fields[squeeze(field)]}", name, field))
    return found


def entry(operation, shape, folder, types, model):
    source = read(f"{folder}/builders.rs")
    members = {}
    if "input" in shape:
        members = {squeeze(name): name for name in model["shapes"][shape["input"]["shape"]].get("members", {})}
    method = os.path.basename(folder)
    inputs = []
    for name, rust in dict(setters(source)).items():
        kind = kind_of(rust, types)
        if squeeze(name) not in members:
            print(f"{operation}.{name}: not in botocore, left out", file=sys.stderr)
        elif kind is None:
            print(f"{operation}.{name}: {rust} has no conversion, left out", file=sys.stderr)
        else:
            inputs.append(f"set_{name} {kind} {members[squeeze(name)]}")
    text = f"    {operation} {method} [{', '.join(inputs)}]"
    paths = outputs(folder, types, shape.get("output", {}).get("shape"), model)
    if paths:
        given = [f'"{aws}" {name}' + (f".{field}" if field else "") for aws, name, field in paths]
        text += " gives [" + ", ".join(given) + "]"
    return text + ";"


def wrap(line, width=118):
    if len(line) <= width:
        return [line]
    out, rest = [], line
    while len(rest) > width:
        cut = rest.rfind(" ", 9, width)
        out.append(rest[:cut])
        rest = "        " + rest[cut + 1 :]
    return out + [rest]


def main():
    root, version = crate()
    loader = botocore.loaders.Loader()
    model = loader.load_service_model("iam", "service-2")
    known = {squeeze(name): name for name in model["operations"]}
    lines = [
        f"//! Every mutating operation of IAM, its parameters and outputs: made by `assets/make_calls.py` from aws-sdk-iam",
        f"//! {version}; not to be edited by hand.",
        "",
        "use super::sends;",
        "",
        "sends! {",
    ]
    for folder in sorted(glob.glob(f"{root}/src/operation/*/")):
        folder = folder.rstrip("/")
        name = known.get(squeeze(os.path.basename(folder)))
        if name is None:
            print(f"{os.path.basename(folder)}: not in botocore, left out", file=sys.stderr)
        elif not name.startswith(READS):
            lines += wrap(entry(name, model["operations"][name], folder, f"{root}/src/types", model))
    lines += ["}", ""]
    with open(OUT, "w") as out:
        out.write("\n".join(lines))


main()
