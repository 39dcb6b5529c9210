#!/usr/bin/env python3
"""Writes the samples of every shape, from the service models that botocore ships.

    pip install botocore==1.44.8
    python tests/samples/generate.py

A sample is a random value in wire form with every member set: {"shape": NAME, "json": VALUE}. A union has one sample per
variant at least, an enum is sampled among its values. The same botocore gives the same files.
"""

import base64
import json
import pathlib
import random

import botocore.session

HERE = pathlib.Path(__file__).parent
SAMPLES = 3
# Members that are nested deeper are left out: shapes can contain themselves.
DEPTH = 6
TEXTS = ["", "text", 'quote " and \\ slash', "naïve — ünïcode ✓ 🦀"]
# The operations of `bedrock` that the crate has types for. `bedrock-runtime` is whole.
CONTROL = """
    ArchiveProject CreateGuardrailVersion CreateInferenceProfile CreateModelInvocationJob CreateProject
    DeleteInferenceProfile GetCustomModel GetFoundationModel GetFoundationModelAvailability GetGuardrail GetImportedModel
    GetInferenceProfile GetModelInvocationJob GetModelInvocationLoggingConfiguration GetProject GetPromptRouter
    GetProvisionedModelThroughput ListCustomModels ListFoundationModels ListGuardrails ListImportedModels
    ListInferenceProfiles ListModelInvocationJobs ListProjects ListPromptRouters ListProvisionedModelThroughputs
    ListTagsForResource StopModelInvocationJob TagResource UntagResource UpdateProject
""".split()


class Sampler:
    def __init__(self, model, operations):
        self.model = model
        self.operations = [model.operation_model(name) for name in operations]

    def shapes(self):
        """Returns every structure that the operations reach and that travels as JSON, errors left out."""
        found = {}
        for operation in self.operations:
            for shape in (operation.input_shape, operation.output_shape):
                self.collect(shape, found)
        return [found[name] for name in sorted(found)]

    def collect(self, shape, found):
        if shape is None or shape.name in found or shape.metadata.get("exception"):
            return
        if shape.type_name == "structure":
            found[shape.name] = shape
            for member in shape.members.values():
                self.collect(member, found)
        elif shape.type_name == "list":
            self.collect(shape.member, found)
        elif shape.type_name == "map":
            self.collect(shape.value, found)

    def value(self, shape, rng, depth=0, variant=None):
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, rng, depth, variant)
        if kind == "list":
            at_least = max(1, shape.metadata.get("min", 0))
            length = rng.randint(at_least, max(2, at_least))
            return [self.value(shape.member, rng, depth + 1) for _ in range(length)]
        if kind == "map":
            return {f"key{n}": self.value(shape.value, rng, depth + 1) for n in range(rng.randint(1, 2))}
        if kind == "string":
            return rng.choice(shape.enum) if shape.enum else rng.choice(TEXTS)
        if kind == "blob":
            return base64.b64encode(rng.randbytes(rng.randint(0, 40))).decode()
        if kind == "boolean":
            return rng.random() < 0.5
        if kind in ("integer", "long"):
            return rng.randint(0, 1000)
        if kind in ("float", "double"):
            return rng.randint(0, 1000) / 1000
        if kind == "timestamp":
            return f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:30:15Z"
        raise ValueError(f"{shape.name} is a {kind}")

    def structure(self, shape, rng, depth, variant):
        if shape.is_document_type:
            return rng.choice([{}, {"a": [1, 2.5, None, "x"]}, [True, {"b": "naïve"}], "text", 7])
        # Members in headers, in the path and in the query do not travel as JSON, and padding is dropped.
        members = {
            name: member
            for name, member in shape.members.items()
            if name != "p" and member.serialization.get("location") is None
        }
        if shape.metadata.get("exception"):
            return {"message": rng.choice(TEXTS)}
        if shape.is_tagged_union:
            name = variant or rng.choice(sorted(self.shallow(shape, members, depth) or members))
            return {name: self.value(members[name], rng, depth + 1)}
        return {
            member.serialization.get("name", name): self.value(member, rng, depth + 1)
            for name, member in self.shallow(shape, members, depth).items()
        }

    def shallow(self, shape, members, depth):
        """Returns the members, beyond the depth limit only required ones and those without members of their own."""
        if depth <= DEPTH:
            return members
        nested = ("structure", "list", "map")
        return {
            name: member
            for name, member in members.items()
            if name in shape.required_members or member.type_name not in nested
        }

    def samples(self):
        for shape in self.shapes():
            # A payload is the body itself: bytes in the format of a model, or a stream.
            if shape.is_document_type or "payload" in shape.serialization:
                continue
            rng = random.Random(shape.name)
            variants = sorted(shape.members) if shape.is_tagged_union else []
            for variant in [*variants, *[None] * max(0, SAMPLES - len(variants))] or [None]:
                yield {"shape": shape.name, "json": self.value(shape, rng, variant=variant)}


def main():
    session = botocore.session.get_session()
    for service, operations in [("bedrock-runtime", None), ("bedrock", CONTROL)]:
        model = session.get_service_model(service)
        sampler = Sampler(model, operations or model.operation_names)
        with open(HERE / f"{service}.samples.jsonl", "w", encoding="utf-8") as file:
            for sample in sampler.samples():
                file.write(json.dumps(sample, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
