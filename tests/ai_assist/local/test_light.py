"""Web processes stay small: what a page needs of the local engine loads no learning library."""

import subprocess
import sys

from django.conf import settings

from ai_assist.local import store
from ai_assist.local.examples import Example
from ai_assist.local.learning import fit
from ai_assist.local.vectors import learn_vocabulary

CODE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "flowtic.settings"
import django
django.setup()
import flowtic.urls
from ai_assist.commands import training
from ai_assist.local import articles, classify, duration, engine, jobs, similar, snippets, store
from ai_assist.local.ranking import Candidate, fused
from ai_assist.rules import classify as rules
fused("Drucker", [Candidate(1, "Netzwerkdrucker", 0.5)])
print(sorted({"sklearn", "scipy", "skops", "numpy"} & set(sys.modules)))
from django.conf import settings
settings.DATA_DIR = sys.argv[1]
model = store.read("a.skops", sys.argv[2])
model.telling_words("Papierstau", model.ranked("Papierstau")[0][0])
print(sorted({"sklearn", "scipy", "skops"} & set(sys.modules)))
"""


def test_no_learning_library_is_loaded_for_pages_nor_for_answers():
    rows = [Example("Drucker", "Papierstau", labels={}), Example("Urlaub", "zwei Wochen", labels={})] * 4
    vocabulary = learn_vocabulary(rows)
    digest, _size = store.write("a.skops", fit(vocabulary, vocabulary.matrix(rows), [1, 2] * 4))
    command = [sys.executable, "-c", CODE, str(settings.DATA_DIR), digest]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=150, check=False)
    assert (done.returncode, done.stdout.split("\n")) == (0, ["[]", "[]", ""]), done.stderr[-2000:]
