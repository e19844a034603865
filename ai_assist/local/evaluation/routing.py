"""Classification judged on files: learned from one part, thresholds from a second, judged on a third."""

import time
from pathlib import Path
from typing import Any

from ai_assist.local import datasets, learning
from ai_assist.local.examples import Split

Report = dict[str, Any]
LEAST_OF_LANGUAGE = 30


def judge_files(train: Path, test: Path | None, target: str) -> Report:
    """Figures of one target. Without a test file the training file is split. Raises BadFile, TooLittle."""
    examples = datasets.read_examples(train, target)
    if test is None:
        parts = datasets.split_one(examples)
    else:
        parts = datasets.split_two(examples, datasets.read_examples(test, target))
    if not parts.test:
        raise datasets.BadFile("no row is left to judge by: all of them repeat rows of the training file")
    return {"target": target, "train": train.name, "test": (test or train).name} | judge(parts, target)


def judge(parts: Split, target: str) -> Report:
    """Learns and judges; `languages` holds the figures of those with enough rows."""
    started = time.perf_counter()
    material = learning.Material(parts)
    model = material.learn(target)
    seconds = time.perf_counter() - started
    report = learning.scores(learning.judge(model, target, parts.test), model.threshold)
    report |= {
        "threshold": model.threshold,
        "temperature": round(model.temperature, 4),
        "values": len(model.values),
        "parts": {
            "learned": len(material.examples),
            "train": len(parts.train),
            "threshold": len(parts.threshold),
            "test": len(parts.test),
        },
        "seconds": round(seconds, 1),
        "languages": {},
    }
    spoken = {example.language for example in parts.test if example.language}
    for language in sorted(spoken) if len(spoken) > 1 else ():
        rows = learning.in_language(parts.test, language)
        if len(rows) >= LEAST_OF_LANGUAGE:
            found = learning.scores(learning.judge(model, target, rows), model.threshold)
            found.pop("recall")
            report["languages"][language] = found
    return report
