#!/usr/bin/env python3
"""Holds Terraform files against the AWS provider's schema where the provider itself cannot be fetched.

HashiCorp's bindings for Python are generated from that schema: one class for each resource, data source and block, whose
constructor takes the arguments (required ones have no default) and whose properties are the attributes. Looked at are
the names of resources, arguments, blocks and attributes, and required arguments; not types, and no values.

    provider.py BINDINGS.whl FOLDER
"""

import ast
import re
import sys
import zipfile
from pathlib import Path

import hcl2

PACKAGE = "cdktf_cdktf_provider_aws"
# What the parser adds.
HCL = {"__is_block__", "__comments__"}
# Terraform's own arguments.
META = {"count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner", "id"}


class Schema:
    """What the bindings know."""

    def __init__(self, wheel):
        self.archive = zipfile.ZipFile(wheel)
        self.modules = {}

    def module(self, name):
        """The classes of a resource or data source, or None."""
        if name not in self.modules:
            try:
                source = self.archive.read(f"{PACKAGE}/{name}/__init__.py")
            except KeyError:
                self.modules[name] = None
            else:
                self.modules[name] = {
                    node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)
                }
        return self.modules[name]

    @staticmethod
    def called(prefix, name):
        """What the bindings call a type: aws_instance is `instance`, data.aws_ami is `data_aws_ami`."""
        return prefix + name if prefix else name.removeprefix("aws_")

    @staticmethod
    def camel(name):
        """aws_vpc_x as the bindings write it: AwsVpcX."""
        return "".join(part[:1].upper() + part[1:] for part in name.split("_"))

    @staticmethod
    def arguments(node):
        """The arguments of a class: all, and those that are required."""
        [init] = [f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"]
        pairs = list(zip(init.args.kwonlyargs, init.args.kw_defaults))
        name = lambda argument: argument.arg.rstrip("_")  # noqa: E731, `from_` and the like
        return {name(a) for a, _ in pairs}, {name(a) for a, default in pairs if default is None}

    @staticmethod
    def properties(node):
        """The attributes of a class."""
        return {
            f.name.rstrip("_")
            for f in node.body
            if isinstance(f, ast.FunctionDef)
            and any(isinstance(d, ast.Attribute) and d.attr == "property" for d in f.decorator_list)
        }


class Check:
    """The files of a folder, and what is wrong with them."""

    def __init__(self, schema, folder):
        self.schema, self.faults, self.looked = schema, [], 0
        self.declared = {}
        for path in sorted(Path(folder).glob("*.tf")):
            with open(path, encoding="utf-8") as file:
                content = hcl2.load(file)
            for kind, prefix in (("resource", ""), ("data", "data_")):
                for block in content.get(kind, []):
                    for quoted, bodies in block.items():
                        if quoted not in HCL:
                            name = quoted.strip('"')
                            for label, body in bodies.items():
                                if label not in HCL:
                                    where = f"{path.name}: {kind} {name}.{label.strip(chr(34))}"
                                    self.declared[(prefix, name, label.strip('"'))] = (where, body)
        for (prefix, name, _), (where, body) in self.declared.items():
            called = self.schema.called(prefix, name)
            module = self.schema.module(called)
            if module is None:
                self.faults.append(f"{where}: the provider knows no such type")
            else:
                self.block(module, self.schema.camel(called), "Config", body, where)
        for path in sorted(Path(folder).glob("*.tf")):
            self.references(path)

    def block(self, classes, name, suffix, body, where):
        """The arguments and blocks of one block."""
        known, required = self.schema.arguments(classes[name + suffix])
        given = set(body) - HCL
        self.looked += len(given)
        for unknown in sorted(given - known - META):
            self.faults.append(f"{where}: has no argument {unknown}")
        for missing in sorted(required - given):
            self.faults.append(f"{where}: lacks the argument {missing}")
        for argument, value in body.items():
            blocks = [v for v in value if isinstance(v, dict) and "__is_block__" in v] if isinstance(value, list) else []
            for inner in blocks if argument not in META else []:
                inner_name = name + self.schema.camel(argument)
                if inner_name in classes:
                    self.block(classes, inner_name, "", inner, f"{where}.{argument}")
                elif argument in known:
                    self.faults.append(f"{where}: {argument} is an argument, not a block")

    def references(self, path):
        """Attributes that other blocks read."""
        text = "\n".join(line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines())
        pattern = re.compile(r"(data\.)?\b(aws_\w+)\.(\w+)(?:\[[^\]]*\])?\.(\w+)")
        for data, name, label, attribute in pattern.findall(text):
            prefix = "data_" if data else ""
            self.looked += 1
            if (prefix, name, label) not in self.declared:
                self.faults.append(f"{path.name}: {data}{name}.{label} is not declared")
                continue
            called = self.schema.called(prefix, name)
            node = (self.schema.module(called) or {}).get(self.schema.camel(called))
            if node is not None and attribute not in self.schema.properties(node):
                self.faults.append(f"{path.name}: {data}{name} has no attribute {attribute}")


def main():
    """The command."""
    wheel, folder = sys.argv[1:]
    check = Check(Schema(wheel), folder)
    for fault in check.faults:
        print(fault)
    print(f"{len(check.declared)} resources and data sources, {check.looked} arguments and references looked at")
    sys.exit(bool(check.faults) or not check.declared)


if __name__ == "__main__":
    main()
